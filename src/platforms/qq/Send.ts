import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../adapter/Adapter.ts"
import { type SendError, unsaid } from "../../adapter/AdapterError.ts"
import type { Digest } from "../../adapter/Digest.ts"
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
  /** buttons can stand there: nothing says where somebody is who presses one in a direct message of a guild */
  readonly keyboards: boolean
}

/** Where to post what is for a conversation; undefined for one that cannot be written to. */
const targetOf = (conversation: string): Target | undefined => {
  const [, kind, first = "", second] = /^(\w+):([^/]+)(?:\/(.+))?$/.exec(conversation) ?? []
  const id = encodeURIComponent(second ?? first)
  if (kind === "c2c") return { base: `/v2/users/${id}`, guild: false, keyboards: true }
  if (kind === "group") return { base: `/v2/groups/${id}`, guild: false, keyboards: true }
  if (kind === "dm") return { base: `/dms/${id}`, guild: true, keyboards: false }
  if (kind !== "channel" || second === undefined) return undefined
  return { base: `/channels/${id}`, guild: true, keyboards: true }
}

const uploadOf = ({ file }: Manner) => (file !== undefined && "upload" in file ? file.upload : undefined)

const auditOf = (body: unknown): string => text(record(record(record(body)["data"])["message_audit"])["audit_id"]) ?? ""

/** A refused message can be put otherwise, once each way; undefined when it cannot, or has been already. */
const otherwise = ({ content }: Message, manner: Manner, action: SendAction): Partial<Manner> | undefined => {
  switch (action) {
    case "anchor":
      return manner.anchored ? { anchored: false } : undefined
    case "plain":
      return manner.markdown || manner.buttons ? { markdown: false, buttons: false } : undefined
    case "unlinked":
      return manner.linked ? { linked: false, buttons: false } : undefined
    case "unbuttoned":
      return manner.buttons ? { buttons: false } : undefined
    case "repeat":
      return manner.patient ? { patient: false } : undefined
    case "unshown":
    case "refetch":
      if (manner.file === undefined) return undefined
      if (content.media?.source._tag === "Url") return { file: undefined }
      // of what has no address nothing would be left
      return action === "refetch" && "upload" in manner.file && manner.patient ? { patient: false } : undefined
    default:
      return undefined
  }
}

/** A picture is all that guilds are shown. */
const pictured = ({ kind, mediaType, name = "image.png", source }: Media): File | undefined => {
  if (kind !== "image") return undefined
  return source._tag === "Url"
    ? { image: source.url }
    : { upload: { field: "file_image", bytes: source.bytes, name, mediaType } }
}

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
export const make = (
  settings: QQSettings,
  rest: Rest,
  digest: Context.Tag.Service<Digest>
): Pick<Adapter, "send" | "typing"> => {
  const streams = Streams.make(rest, (conversation) => `${targetOf(conversation)?.base}/stream_messages`)
  // most accounts show nothing, and an idle one is to weigh nothing
  let uploads: Uploads | undefined

  const attempt = (message: Message, target: Target, manner: Manner): Effect.Effect<Receipt, SendError> =>
    Effect.gen(function* () {
      if (!manner.anchored && manner.again) {
        return yield* unsaid(message, "Rejected", "it may have arrived, and cannot be repeated without a second copy")
      }
      const answer = yield* rest
        .post(`${target.base}/messages`, bodyOf(message, target.guild, manner), "send", uploadOf(manner))
        .pipe(Effect.mapError(unanswered(message)))
      const now = yield* Clock.currentTimeMillis
      const receipt = (platformId: string): Receipt => ({ message: message.id, platformId, at: now })
      const { body, code, status } = answer
      const id = text(record(body)["id"])
      if (code === undefined && status < 300 && id !== undefined) return receipt(id)
      const row = sendCode(code)
      if (row?.action === "delivered") return receipt("")
      if (row?.action === "audit") return receipt(auditOf(body))
      const changed = row === undefined ? undefined : otherwise(message, manner, row.action)
      if (row === undefined || changed === undefined) return yield* refused(message, now, answer)
      const next = attempt(message, target, { ...manner, ...changed })
      return yield* changed.patient === false ? Effect.delay(next, row.wait) : next
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
      buttons: settings.markdown && target.keyboards && buttons !== undefined,
      file: yield* fileOf(message, target, () => (uploads ??= new Uploads(rest, digest))),
      linked: true,
      patient: true,
      again
    }
    const receipt = yield* attempt(message, target, manner)
    uploads?.forget(message)
    return receipt
  })
  return { send, typing: Typing.make(rest, (conversation) => `${targetOf(conversation)?.base}/messages`) }
}
