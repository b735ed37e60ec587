import type * as Context from "effect/Context"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Option from "effect/Option"
import { type SendError, unsaid } from "../../../adapter/AdapterError.ts"
import type { Digest } from "../../../adapter/Digest.ts"
import { type Fields, integer, record, text } from "../../../adapter/Fields.ts"
import * as Base64 from "../../../domain/Base64.ts"
import type { MediaKind } from "../../../domain/Event.ts"
import type { Media, Message } from "../../../domain/Message.ts"
import type { Answer } from "../Exchange.ts"
import { sendCode } from "../Protocol/SendCodes.ts"
import type { Rest, RestFailed } from "../Rest.ts"
import { InParts } from "./InParts.ts"
import { refused, unanswered } from "./Judgement.ts"

/** Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/rich-media.html */
const types: Readonly<Record<MediaKind, number>> = { image: 1, video: 2, voice: 3, file: 4 }

/** Bytes of a file that comes along with a request; larger ones are brought in parts, up to as many as other clients bring. */
const [alongside, atMost] = [10_000_000, 100_000_000]

/** How many files are remembered whose messages are not said yet. */
const remembered = 32

/** How often the bytes of one message are brought to a QQ that gives no proper answer. */
const tries = 5

/** What stands for a file expires; what is about to is not used. Milliseconds. */
const margin = 60_000

/** QQ did not take a file, so the message can only be said without it. */
export class Untaken extends Data.TaggedError("Untaken")<{ readonly error: SendError }> {}

interface Taken {
  readonly info: string
  /** Unix milliseconds */
  readonly until: number
}

const decoded = flow(Option.liftThrowable(decodeURIComponent), Option.getOrUndefined)

const nameOf = ({ kind, name, source }: Media): string => {
  if (name !== undefined || source._tag === "Bytes") return name ?? kind
  const last = URL.canParse(source.url) ? new URL(source.url).pathname.split("/").at(-1) : undefined
  return decoded(last ?? "") || kind
}

/** What a file is, and what is to come of it. */
const fileOf = (media: Media): Fields => ({
  file_type: types[media.kind],
  srv_send_msg: false,
  ...(media.kind === "file" ? { file_name: nameOf(media) } : undefined)
})

/** Why a file cannot even be offered. */
const unfit = ({ source }: Media): string | undefined => {
  if (source._tag === "Url") {
    return /^https?:\/\//i.test(source.url) ? undefined : "QQ fetches files from the web only, by http: or https:"
  }
  return source.bytes.length > atMost
    ? `QQ takes no file of more than ${atMost / 1e6} MB; give it an address instead`
    : undefined
}

const isLarge = ({ source }: Media): boolean => source._tag === "Bytes" && source.bytes.length > alongside

const trim = (entries: Map<string, unknown>): void => {
  const [oldest] = entries.keys()
  if (entries.size > remembered && oldest !== undefined) entries.delete(oldest)
}

/** Has QQ take what messages show; none of it is said by that. */
export class Uploads {
  private readonly taken = new Map<string, Taken>()
  private readonly tried = new Map<string, number>()
  private readonly inParts: InParts

  constructor(
    private readonly rest: Rest,
    digest: Context.Tag.Service<Digest>
  ) {
    this.inParts = new InParts(rest, digest)
  }

  /** What stands for the file of a message in its conversation; a message that is tried again brings it along no second time. */
  take(message: Message, media: Media, base: string): Effect.Effect<string, SendError | Untaken> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const before = this.taken.get(message.id)
      if (before !== undefined && before.until > now) return Effect.succeed(before.info)
      const cause = unfit(media)
      if (cause !== undefined) return unsaid(message, "Rejected", cause)
      return Effect.map(this.patiently(message, media, base), (taken) => {
        this.taken.set(message.id, taken)
        trim(this.taken)
        return taken.info
      })
    })
  }

  /** The message was said. */
  forget({ id }: Message): void {
    this.taken.delete(id)
    this.tried.delete(id)
  }

  /** What passes by itself is tried once more: there may be nothing wrong with the file. */
  private patiently(message: Message, media: Media, base: string): Effect.Effect<Taken, SendError | Untaken> {
    const offer = this.offer(message, media, base)
    return Effect.catchTag(offer, "Untaken", (untaken) => {
      const row = sendCode(untaken.error.code)
      // what is brought in parts has waited already, and a message has to be said some time
      return row?.action === "refetch" && !isLarge(media) ? Effect.delay(offer, row.wait) : untaken
    })
  }

  private bring(media: Media, base: string): Effect.Effect<Answer, RestFailed> {
    const { source } = media
    const file = fileOf(media)
    if (source._tag === "Bytes" && isLarge(media)) {
      return this.inParts.bring(base, file, nameOf(media), source.bytes)
    }
    const content = source._tag === "Url" ? { url: source.url } : { file_data: Base64.encode(source.bytes) }
    return this.rest.post(`${base}/files`, { ...file, ...content }, "upload")
  }

  private offer(message: Message, media: Media, base: string): Effect.Effect<Taken, SendError | Untaken> {
    return Effect.gen(this, function* () {
      const answer = yield* this.bring(media, base).pipe(
        Effect.mapError((failed) => {
          const error = unanswered(message)(failed)
          return failed.sent ? this.untaken(message, media, error) : error
        })
      )
      const now = yield* Clock.currentTimeMillis
      const { file_info, ttl } = record(answer.body)
      const info = text(file_info)
      if (answer.code === undefined && answer.status < 300 && info !== undefined) {
        const seconds = integer(ttl) ?? 0
        return { info, until: seconds === 0 ? Number.POSITIVE_INFINITY : now + seconds * 1000 - margin }
      }
      const error = refused(message, now, answer)
      const passes = error.reason === "RateLimited" || error.reason === "Unreachable"
      return yield* passes ? error : this.untaken(message, media, error)
    })
  }

  /** Bytes that may have got there have shown nothing yet: the message is not in doubt, and they are brought again for a while. */
  private untaken(message: Message, { source }: Media, error: SendError): SendError | Untaken {
    if (error.reason !== "Uncertain" || source._tag === "Url") return new Untaken({ error })
    const count = (this.tried.get(message.id) ?? 0) + 1
    this.tried.set(message.id, count)
    trim(this.tried)
    return count < tries
      ? unsaid(message, "Unreachable", error.cause, error.code)
      : unsaid(message, "Rejected", `its file was brought ${tries} times, and not taken: ${error.cause}`, error.code)
  }
}
