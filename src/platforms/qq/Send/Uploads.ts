import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { type SendError, unsaid } from "../../../adapter/AdapterError.ts"
import { type Fields, record, text } from "../../../adapter/Fields.ts"
import * as Base64 from "../../../domain/Base64.ts"
import type { MediaKind } from "../../../domain/Event.ts"
import type { Media, Message } from "../../../domain/Message.ts"
import { sendCode } from "../Protocol/SendCodes.ts"
import type { Rest } from "../Rest.ts"
import { refused, unanswered } from "./Judgement.ts"

/** Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/rich-media.html */
const types: Readonly<Record<MediaKind, number>> = { image: 1, video: 2, voice: 3, file: 4 }

/** Bytes of a file that comes along with a request; larger ones would have to be brought in parts. */
const atMost = 20_000_000

/** How many files are remembered whose messages are not said yet. */
const remembered = 32

/** QQ did not take a file, so the message can only be said without it. */
export class Untaken extends Data.TaggedError("Untaken")<{ readonly error: SendError }> {}

const nameOf = ({ kind, name, source }: Media): string => {
  if (name !== undefined || source._tag === "Bytes") return name ?? kind
  return URL.canParse(source.url) ? (new URL(source.url).pathname.split("/").at(-1) ?? "") || kind : kind
}

const bodyOf = (media: Media): Fields => {
  const { kind, source } = media
  return {
    file_type: types[kind],
    ...(source._tag === "Url" ? { url: source.url } : { file_data: Base64.encode(source.bytes) }),
    srv_send_msg: false,
    ...(kind === "file" ? { file_name: nameOf(media) } : undefined)
  }
}

/** Why a file cannot even be offered. */
const unfit = ({ source }: Media): string | undefined => {
  if (source._tag === "Url") {
    return /^https?:\/\//i.test(source.url) ? undefined : "QQ fetches files from the web only, by http: or https:"
  }
  return source.bytes.length > atMost
    ? `QQ takes no file of more than ${atMost / 1e6} MB along with a message; give it an address instead`
    : undefined
}

/** Has QQ take what messages show; none of it is said by that. */
export class Uploads {
  private readonly taken = new Map<string, string>()

  constructor(private readonly rest: Rest) {}

  /** What stands for the file of a message in its conversation; a message that is tried again brings it along no second time. */
  take(message: Message, media: Media, base: string): Effect.Effect<string, SendError | Untaken> {
    return Effect.suspend(() => {
      const before = this.taken.get(message.id)
      if (before !== undefined) return Effect.succeed(before)
      const cause = unfit(media)
      if (cause !== undefined) return unsaid(message, "Rejected", cause)
      return Effect.tap(this.patiently(message, media, base), (info) =>
        Effect.sync(() => {
          this.taken.set(message.id, info)
          const [oldest] = this.taken.keys()
          if (this.taken.size > remembered && oldest !== undefined) this.taken.delete(oldest)
        })
      )
    })
  }

  /** The message was said. */
  forget({ id }: Message): void {
    this.taken.delete(id)
  }

  /** What passes by itself is tried once more: there may be nothing wrong with the file. */
  private patiently(message: Message, media: Media, base: string): Effect.Effect<string, SendError | Untaken> {
    const offer = this.offer(message, media, base)
    return Effect.catchTag(offer, "Untaken", (untaken) => {
      const row = sendCode(untaken.error.code)
      return row?.action === "refetch" ? Effect.delay(offer, row.wait) : untaken
    })
  }

  private offer(message: Message, media: Media, base: string): Effect.Effect<string, SendError | Untaken> {
    const { rest } = this
    return Effect.gen(function* () {
      const answer = yield* rest.post(`${base}/files`, bodyOf(media), "upload").pipe(
        Effect.mapError((failed) => {
          const error = unanswered(message)(failed)
          return failed.sent ? new Untaken({ error }) : error
        })
      )
      const info = text(record(answer.body)["file_info"])
      if (answer.code === undefined && answer.status < 300 && info !== undefined) return info
      const error = refused(message, yield* Clock.currentTimeMillis, answer)
      const passes = error.reason === "RateLimited" || error.reason === "Unreachable"
      return yield* passes ? error : new Untaken({ error })
    })
  }
}
