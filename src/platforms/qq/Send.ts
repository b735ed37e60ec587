import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../adapter/Adapter.ts"
import { type SendError, unsaid } from "../../adapter/AdapterError.ts"
import type { Message, Receipt } from "../../domain/Message.ts"
import type { QQSettings } from "./Config.ts"
import type { Answer } from "./Exchange.ts"
import { authCode } from "./Protocol/AuthCodes.ts"
import { record, text } from "../../adapter/Fields.ts"
import { sendCode } from "./Protocol/SendCodes.ts"
import type { Rest, RestFailed } from "./Rest.ts"
import { bodyOf, type Manner } from "./Send/Body.ts"

interface Target {
  readonly path: string
  readonly guild: boolean
}

/** Where messages to a conversation are posted; undefined for one that cannot be written to. */
const targetOf = (conversation: string): Target | undefined => {
  const [, kind, first = "", second] = /^(\w+):([^/]+)(?:\/(.+))?$/.exec(conversation) ?? []
  const id = encodeURIComponent(second ?? first)
  if (kind === "c2c") return { path: `/v2/users/${id}/messages`, guild: false }
  if (kind === "group") return { path: `/v2/groups/${id}/messages`, guild: false }
  if (kind === "dm") return { path: `/dms/${id}/messages`, guild: true }
  return kind === "channel" && second !== undefined ? { path: `/channels/${id}/messages`, guild: true } : undefined
}

const unanswered =
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

const auditOf = (body: unknown): string => text(record(record(record(body)["data"])["message_audit"])["audit_id"]) ?? ""

/**
 * Says one message: as the answer that it is, or unasked, once, where QQ finds that it cannot be one. Repeating it repeats
 * the same pair of `msg_id` and `msg_seq`; one that may have arrived is not said without such a pair.
 */
export const make = (settings: QQSettings, rest: Rest): Adapter["send"] => {
  const attempt = (message: Message, target: Target, manner: Manner): Effect.Effect<Receipt, SendError> =>
    Effect.gen(function* () {
      if (!manner.anchored && manner.again) {
        return yield* unsaid(message, "Rejected", "it may have arrived, and cannot be repeated without a second copy")
      }
      const answer = yield* rest
        .post(target.path, bodyOf(message, target.guild, manner))
        .pipe(Effect.mapError(unanswered(message)))
      const now = yield* Clock.currentTimeMillis
      const receipt = (platformId: string): Receipt => ({ message: message.id, platformId, at: now })
      const { body, code, status } = answer
      const id = text(record(body)["id"])
      if (code === undefined && status < 300 && id !== undefined) return receipt(id)
      const row = sendCode(code)
      switch (row?.action) {
        case undefined:
          return yield* unlisted(message, now, answer)
        case "delivered":
          return receipt("")
        case "audit":
          return receipt(auditOf(body))
        case "later":
        case "retry":
          return yield* unsaid(message, "RateLimited", row.meaning, code, now + Duration.toMillis(row.wait))
        case "anchor":
          if (manner.anchored) return yield* attempt(message, target, { ...manner, anchored: false })
          break
        case "plain":
          if (!manner.markdown && !manner.buttons) break
          return yield* attempt(message, target, { ...manner, markdown: false, buttons: false })
        case "unbuttoned":
          if (manner.buttons) return yield* attempt(message, target, { ...manner, buttons: false })
          break
        case "rejected":
      }
      return yield* unsaid(message, "Rejected", row.meaning, code)
    })

  return Effect.fn("QQ.send")(function* (message: Message, again = false) {
    const target = targetOf(message.conversation.id)
    if (target === undefined) {
      return yield* unsaid(message, "Rejected", `${message.conversation.id} is no place to write to`)
    }
    const markdown = settings.markdown && !target.guild
    const { buttons, format } = message.content
    const manner = {
      anchored: message.replyTo !== undefined,
      markdown: markdown && format === "markdown",
      buttons: markdown && buttons !== undefined,
      again
    }
    return yield* attempt(message, target, manner)
  })
}
