import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../adapter/Adapter.ts"
import { type SendError, unsaid } from "../../adapter/AdapterError.ts"
import type { Media, Message, Receipt } from "../../domain/Message.ts"
import type { QQSettings } from "./Config.ts"
import { record, text } from "../../adapter/Fields.ts"
import { type SendAction, sendCode } from "./Protocol/SendCodes.ts"
import type { Rest } from "./Rest.ts"
import { bodyOf, type File, type Manner } from "./Send/Body.ts"
import { refused, unanswered } from "./Send/Judgement.ts"
import * as Streams from "./Send/Streams.ts"
import * as Typing from "./Send/Typing.ts"
import { Uploads } from "./Send/Uploads.ts"

interface Target {
  /** what everything that is posted there begins with */
  readonly base: string
  readonly guild: boolean
}

/** Where to post what is for a conversation; undefined for one that cannot be written to. */
const targetOf = (conversation: string): Target | undefined => {
  const [, kind, first = "", second] = /^(\w+):([^/]+)(?:\/(.+))?$/.exec(conversation) ?? []
  const id = encodeURIComponent(second ?? first)
  if (kind === "c2c") return { base: `/v2/users/${id}`, guild: false }
  if (kind === "group") return { base: `/v2/groups/${id}`, guild: false }
  if (kind === "dm") return { base: `/dms/${id}`, guild: true }
  return kind === "channel" && second !== undefined ? { base: `/channels/${id}`, guild: true } : undefined
}

const auditOf = (body: unknown): string => text(record(record(record(body)["data"])["message_audit"])["audit_id"]) ?? ""

/** A refused message can be put otherwise, once each way; undefined when it cannot, or has been already. */
const otherwise = ({ content }: Message, manner: Manner, action: SendAction): Partial<Manner> | undefined => {
  switch (action) {
    case "anchor":
      return manner.anchored ? { anchored: false } : undefined
    case "plain":
      return manner.markdown || manner.buttons ? { markdown: false, buttons: false } : undefined
    case "unbuttoned":
      return manner.buttons ? { buttons: false } : undefined
    case "unshown":
    case "refetch":
      // of what has no address nothing would be left
      return manner.file !== undefined && content.media?.source._tag === "Url" ? { file: undefined } : undefined
    default:
      return undefined
  }
}

/** A picture with an address is all that guilds are shown. */
const pictured = ({ kind, source }: Media): File | undefined =>
  kind === "image" && source._tag === "Url" ? { image: source.url } : undefined

/** What a message shows, as far as QQ takes it; what is at an address can be told instead. */
const fileOf = (
  message: Message,
  { base, guild }: Target,
  uploads: () => Uploads
): Effect.Effect<File | undefined, SendError> => {
  const { media } = message.content
  if (media === undefined || guild) return Effect.succeed(media === undefined ? media : pictured(media))
  return uploads()
    .take(message, media, base)
    .pipe(
      Effect.map((file_info) => ({ media: { file_info } })),
      Effect.catchTag("Untaken", ({ error }) => (media.source._tag === "Url" ? Effect.succeed(undefined) : error))
    )
}

/**
 * Says one message: as the answer that it is, or unasked, once, where QQ finds that it cannot be one. Repeating it repeats
 * the same pair of `msg_id` and `msg_seq`; one that may have arrived is not said without such a pair.
 */
export const make = (settings: QQSettings, rest: Rest): Pick<Adapter, "send" | "typing"> => {
  const streams = Streams.make(rest, (conversation) => `${targetOf(conversation)?.base}/stream_messages`)
  // most accounts show nothing, and an idle one is to weigh nothing
  let uploads: Uploads | undefined

  const attempt = (message: Message, target: Target, manner: Manner): Effect.Effect<Receipt, SendError> =>
    Effect.gen(function* () {
      if (!manner.anchored && manner.again) {
        return yield* unsaid(message, "Rejected", "it may have arrived, and cannot be repeated without a second copy")
      }
      const answer = yield* rest
        .post(`${target.base}/messages`, bodyOf(message, target.guild, manner))
        .pipe(Effect.mapError(unanswered(message)))
      const now = yield* Clock.currentTimeMillis
      const receipt = (platformId: string): Receipt => ({ message: message.id, platformId, at: now })
      const { body, code, status } = answer
      const id = text(record(body)["id"])
      if (code === undefined && status < 300 && id !== undefined) return receipt(id)
      const action = sendCode(code)?.action
      if (action === "delivered") return receipt("")
      if (action === "audit") return receipt(auditOf(body))
      const changed = action === undefined ? undefined : otherwise(message, manner, action)
      return yield* changed === undefined
        ? refused(message, now, answer)
        : attempt(message, target, { ...manner, ...changed })
    })

  const send = Effect.fnUntraced(function* (message: Message, again = false) {
    const target = targetOf(message.conversation.id)
    if (target === undefined) {
      return yield* unsaid(message, "Rejected", `${message.conversation.id} is no place to write to`)
    }
    const markdown = settings.markdown && !target.guild
    if (message.grows || message.edits !== undefined) return yield* streams.say(message, markdown, again)
    const { buttons, format } = message.content
    const manner = {
      anchored: message.replyTo !== undefined,
      markdown: markdown && format === "markdown",
      buttons: markdown && buttons !== undefined,
      file: yield* fileOf(message, target, () => (uploads ??= new Uploads(rest))),
      again
    }
    const receipt = yield* attempt(message, target, manner)
    uploads?.forget(message)
    return receipt
  })
  return { send, typing: Typing.make(rest, (conversation) => `${targetOf(conversation)?.base}/messages`) }
}
