import * as Data from "effect/Data"
import type { HttpAnswer } from "../../../adapter/Simulator.ts"

/** Why a call is refused, in the platform's words. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly code: number
  readonly description: string
  readonly parameters?: { readonly retry_after: number } | { readonly migrate_to_chat_id: number }
}> {}

/** A call that cannot be carried out as it is. */
export const bad = (what: string): Refused => new Refused({ code: 400, description: `Bad Request: ${what}` })

/** A chat that the bot has no business in. */
export const forbidden = (what: string): Refused => new Refused({ code: 403, description: `Forbidden: ${what}` })

/** `seconds` are whole. */
export const tooMany = (seconds: number): Refused =>
  new Refused({
    code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds }
  })

const json = { "content-type": "application/json" }

export const answer = (body: string): HttpAnswer => ({ status: 200, headers: json, body })

export const refuse = ({ code, description, parameters }: Refused): HttpAnswer => ({
  status: code,
  headers:
    parameters !== undefined && "retry_after" in parameters
      ? { ...json, "retry-after": String(parameters.retry_after) }
      : json,
  body: JSON.stringify({ ok: false, error_code: code, description, parameters })
})

/** What a call is answered with when it was carried out. */
export const ok = (result: unknown, description?: string): string => JSON.stringify({ ok: true, result, description })
