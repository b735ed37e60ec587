import * as AiError from "@effect/ai/AiError"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { unanswered } from "../../adapter/Exchange.ts"
import { type Fields, record, text } from "../../adapter/Fields.ts"
import { HandlerFailed } from "../Handler.ts"
import { retryAfter } from "../Webhook/Verdict.ts"
import type { Words } from "./Words.ts"

/** What becomes of an event for which a model failed, and of the model. */
interface Consequence {
  readonly retryable: boolean
  /** what the person who asked is told when it is not tried again */
  readonly told: keyof Words
  /** it is the model that does not work; else it is about this event alone */
  readonly failing: boolean
  /** what whoever runs the bot can do */
  readonly remedy?: string
}

/** Why a model gave no answer, or not all of it. */
export const consequences = {
  Busy: { retryable: true, told: "away", failing: true },
  Cut: { retryable: true, told: "away", failing: true },
  Empty: { retryable: true, told: "away", failing: false },
  Malformed: { retryable: true, told: "away", failing: true },
  Misconfigured: { retryable: false, told: "unwell", failing: true, remedy: "look at its address and its name" },
  Quota: { retryable: false, told: "spent", failing: true, remedy: "look at the account that pays for it" },
  Refused: { retryable: false, told: "refused", failing: false },
  Rejected: { retryable: false, told: "unwell", failing: false },
  Silent: { retryable: true, told: "away", failing: true },
  Tool: { retryable: true, told: "unwell", failing: false },
  TooLong: { retryable: false, told: "tooLong", failing: false, remedy: "remember fewer tokens" },
  Unauthorized: { retryable: false, told: "unwell", failing: true, remedy: "look at its key" },
  Unreachable: { retryable: true, told: "away", failing: true }
} as const satisfies Readonly<Record<string, Consequence>>

export type Reason = keyof typeof consequences

/** A model gave no answer, or not all of it. */
export class ModelFailed extends Data.TaggedError("ModelFailed")<{
  readonly reason: Reason
  readonly cause: string
  /** what its `Retry-After` says */
  readonly retryAfter?: string
}> {
  override get message(): string {
    return this.cause
  }
}

/**
 * The words that models have for what is wrong, in `code` or `type` of the error.
 * Sources: https://platform.openai.com/docs/guides/error-codes, https://docs.anthropic.com/en/api/errors,
 * https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/content-filter,
 * https://help.aliyun.com/zh/model-studio/error-code
 */
export const codes: Readonly<Record<string, Reason>> = {
  context_length_exceeded: "TooLong",
  string_above_max_length: "TooLong",
  request_too_large: "TooLong",
  content_filter: "Refused",
  content_policy_violation: "Refused",
  data_inspection_failed: "Refused",
  insufficient_quota: "Quota",
  billing_hard_limit_reached: "Quota",
  billing_not_active: "Quota",
  billing_error: "Quota",
  Arrearage: "Quota",
  invalid_api_key: "Unauthorized",
  authentication_error: "Unauthorized",
  permission_error: "Unauthorized",
  model_not_found: "Misconfigured",
  not_found_error: "Misconfigured",
  rate_limit_exceeded: "Busy",
  rate_limit_error: "Busy",
  overloaded_error: "Busy",
  server_error: "Busy",
  api_error: "Busy",
  timeout_error: "Busy"
}

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-status-codes; 529 is Anthropic's own for "overloaded". */
export const statuses: Readonly<Record<number, Reason>> = {
  401: "Unauthorized",
  402: "Quota",
  403: "Unauthorized",
  404: "Misconfigured",
  405: "Misconfigured",
  408: "Busy",
  409: "Busy",
  413: "TooLong",
  425: "Busy",
  429: "Busy"
}

const ofStatus = (status: number): Reason => statuses[status] ?? (status >= 500 ? "Busy" : "Rejected")

/** Nobody waits longer than this for an answer. */
const patience = Duration.toMillis("5 minutes")

/** Longer than this nothing that went wrong is told. */
const enough = 400

const decodeJson = Schema.decodeUnknownOption(Schema.parseJson())

/** What a model says is wrong: `{ error: { type, code, message } }`, or the same without the outer one. */
const errorOf = (body: unknown): Fields => {
  const { error } = record(body)
  return typeof error === "string" ? { message: error } : record(error ?? body)
}

const described = (error: Fields): string => {
  const code = text(error["code"]) ?? text(error["type"])
  const message = text(error["message"])
  return `${code === undefined ? "" : ` (${code})`}${message === undefined ? "" : `: ${message}`}`
}

const codeOf = (error: Fields): Reason | undefined => {
  const known = [error["code"], error["type"]]
    .map(text)
    .find((code) => code !== undefined && Object.hasOwn(codes, code))
  return known === undefined ? undefined : codes[known]
}

/** What a model said in the middle of its answer. */
export const ofErrorPart = (error: unknown): ModelFailed => {
  const said = errorOf(error)
  return new ModelFailed({ reason: codeOf(said) ?? "Cut", cause: `it broke off its answer${described(said)}` })
}

const ofResponse = ({ body, reason, response: { headers, status } }: AiError.HttpResponseError): ModelFailed => {
  if (reason !== "StatusCode") return new ModelFailed({ reason: "Cut", cause: "its answer was cut off" })
  const said = errorOf(Option.getOrUndefined(decodeJson(body ?? "")))
  const wait = text(headers["retry-after"])
  return new ModelFailed({
    reason: codeOf(said) ?? ofStatus(status),
    cause: `it answered ${status}${described(said)}`,
    ...(wait === undefined ? undefined : { retryAfter: wait })
  })
}

const ofRequest = ({ cause, reason }: AiError.HttpRequestError): ModelFailed => {
  if (reason === "InvalidUrl") return new ModelFailed({ reason: "Misconfigured", cause: "its address is none" })
  const why = HttpClientError.isHttpClientError(cause) ? unanswered(cause).cause : "the connection failed"
  return new ModelFailed({ reason: "Unreachable", cause: why })
}

/** What whatever a model fails with comes to; what is no model's is a tool's. */
export const of = (error: unknown): ModelFailed => {
  if (error instanceof ModelFailed) return error
  if (!AiError.isAiError(error)) return new ModelFailed({ reason: "Tool", cause: `a tool failed: ${String(error)}` })
  switch (error._tag) {
    case "HttpRequestError":
      return ofRequest(error)
    case "HttpResponseError":
      return ofResponse(error)
    case "MalformedInput":
      return new ModelFailed({ reason: "Rejected", cause: error.description ?? "it cannot be asked that" })
    default:
      return new ModelFailed({ reason: "Malformed", cause: error.description ?? "its answer could not be understood" })
  }
}

/** The same in a few words, and without what is to be kept to itself, wherever the model repeats it. */
export const concealing = (
  { cause, reason, retryAfter }: ModelFailed,
  secrets: ReadonlyArray<Redacted.Redacted>
): ModelFailed =>
  new ModelFailed({
    reason,
    // half a secret would not be known for one: what is too long is cut last
    cause: secrets.reduce((said, secret) => said.replaceAll(Redacted.value(secret), "…"), cause).slice(0, enough),
    ...(retryAfter === undefined ? undefined : { retryAfter })
  })

/** What the gateway is told of it: when to try again, and what to say to who asked. */
export const handlerFailed = (failure: ModelFailed, model: string, words: Words, now: number): HandlerFailed => {
  const { cause, reason } = failure
  const { told, retryable, ...more }: Consequence = consequences[reason]
  const remedy = more.remedy === undefined ? "" : `; ${more.remedy}`
  const wait = (retryAfter(failure.retryAfter, now) ?? now) - now
  return new HandlerFailed({
    cause: `the model ${model} failed (${reason}): ${cause}${remedy}`,
    retryable: retryable && wait <= patience,
    notice: words[told],
    ...(wait > 0 ? { retryAfter: wait } : undefined)
  })
}
