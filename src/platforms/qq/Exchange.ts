import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exchange from "../../adapter/Exchange.ts"
import { record, string } from "../../adapter/Fields.ts"
import { authCode } from "./Protocol/AuthCodes.ts"
import { sendCode } from "./Protocol/SendCodes.ts"

/** What the platform said to one request, whatever its status. */
export interface Answer extends Exchange.Answer {
  /** the platform's own error code; undefined where it names none, or 0 */
  readonly code: number | undefined
  readonly traceId: string | undefined
}

const isKnown = (code: number): boolean => sendCode(code) !== undefined || authCode(code) !== undefined

/** `err_code` is the one that QQ wants to be read, and `code` the older one: newer services give an `err_code` that no table has. */
const codeOf = (body: unknown): number | undefined => {
  const { code, err_code } = record(body)
  const named = [err_code, code].filter((value) => typeof value === "number" && value !== 0).map(Number)
  return named.find(isKnown) ?? named[0]
}

/** Makes one request and reads its whole answer, within 20 s unless told otherwise. */
export const exchange = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  within?: Duration.Duration
): Effect.Effect<Answer, Exchange.Unanswered> =>
  Effect.map(Exchange.exchange(client, request, within), (answer) => ({
    ...answer,
    code: codeOf(answer.body),
    traceId: answer.headers["x-tps-trace-id"] ?? string(record(answer.body)["trace_id"])
  }))
