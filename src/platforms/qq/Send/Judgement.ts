import * as Duration from "effect/Duration"
import { type SendError, unsaid } from "../../../adapter/AdapterError.ts"
import type { Message } from "../../../domain/Message.ts"
import type { Answer } from "../Exchange.ts"
import { authCode } from "../Protocol/AuthCodes.ts"
import { sendCode } from "../Protocol/SendCodes.ts"
import type { RestFailed } from "../Rest.ts"

/** No answer came to a message. */
export const unanswered =
  (message: Message) =>
  (failed: RestFailed): SendError =>
    unsaid(message, failed.sent ? "Uncertain" : "Unreachable", failed.message, failed.code)

/** An answer whose code, if it has one, says nothing about sends. */
const unlisted = (message: Message, now: number, { code, status, traceId }: Answer): SendError => {
  const row = authCode(code)
  const trace = traceId === undefined ? "" : `, trace ${traceId}`
  const cause = `${row?.meaning ?? "the platform refused it"} (status ${status}${trace})`
  const credentials = row === undefined ? status === 401 : row.action !== "refused"
  if (credentials) return unsaid(message, "Unreachable", cause, code)
  if (status === 429) return unsaid(message, "RateLimited", cause, code, now + Duration.toMillis(Duration.minutes(1)))
  if (status >= 500 || (code === undefined && status < 300)) return unsaid(message, "Uncertain", cause, code)
  return unsaid(message, "Rejected", cause, code)
}

/** What an answer that is no success says about a message which is not put otherwise; `now` in Unix milliseconds. */
export const refused = (message: Message, now: number, answer: Answer): SendError => {
  const row = sendCode(answer.code)
  if (row === undefined) return unlisted(message, now, answer)
  return row.action === "later" || row.action === "retry"
    ? unsaid(message, "RateLimited", row.meaning, row.code, now + Duration.toMillis(row.wait))
    : unsaid(message, "Rejected", row.meaning, row.code)
}
