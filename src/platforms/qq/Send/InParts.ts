import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Digest } from "../../../adapter/Digest.ts"
import { array, type Fields, integer, record, string, text } from "../../../adapter/Fields.ts"
import type { Answer } from "../Exchange.ts"
import { type Rest, RestFailed } from "../Rest.ts"

/** The first bytes of a file, of which QQ wants a digest of their own. Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/rich-media.html */
const head = 10_002_432

/** So many bytes are digested without a pause. */
const stretch = 1_000_000

/** A file is there by then, or it is given up: the message that shows it has to be said as well. */
const bringWithin = Duration.minutes(3)

/** A part that did not get there is brought again, so often and so soon. */
const again = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(2))

/** QQ has not seen all of a part yet. */
const notReady = 40093001

/** Seconds that a part may take to be seen where QQ does not say it, and the most that it may say. */
const [usual, most] = [30, 60]

/** One piece of a file, and where it goes. */
interface Part {
  readonly index: number
  readonly address: string
  readonly bytes: Uint8Array
}

/** Numbers come as such, or as text. */
const numberOf = (value: unknown): number | undefined => {
  const written = string(value)
  return integer(value) ?? (written !== undefined && /^\d{1,15}$/.test(written) ? Number(written) : undefined)
}

const failed = (cause: string): RestFailed => new RestFailed({ step: "upload", cause, sent: true })

const taken = ({ code, status }: Answer): boolean => code === undefined && status < 300

/** The pieces that QQ wants, in its order: whether it counts them from 0 or from 1 is not agreed upon. */
const partsOf = (bytes: Uint8Array, prepared: Fields): ReadonlyArray<Part> | undefined => {
  const parts: Array<Part> = []
  let from = 0
  for (const [place, item] of array(prepared["parts"]).entries()) {
    const { block_size, index, presigned_url } = record(item)
    const size = numberOf(block_size) ?? numberOf(prepared["block_size"]) ?? 0
    const address = text(presigned_url) ?? ""
    if (size <= 0 || from >= bytes.length || !/^https?:\/\//.test(address) || !URL.canParse(address)) return undefined
    parts.push({ index: numberOf(index) ?? place + 1, address, bytes: bytes.subarray(from, from + size) })
    from += size
  }
  // what QQ has already it asks for no part of
  return parts.length === 0 || from >= bytes.length ? parts : undefined
}

/** Brings files to QQ that are too large to come along with a request, part by part; none of their bytes is copied. */
export class InParts {
  constructor(
    private readonly rest: Rest,
    private readonly digest: Context.Tag.Service<Digest>
  ) {}

  /** What QQ says in the end, or where it first says no. `base` is what calls for the conversation begin with, `file` what it is. */
  bring(base: string, file: Fields, name: string, bytes: Uint8Array): Effect.Effect<Answer, RestFailed> {
    const post = (path: string, body: Fields) => this.rest.post(`${base}/${path}`, body, "upload")
    const { digests } = this
    const deliver = (part: Part, upload_id: string, patience: number) => this.deliver(post, part, upload_id, patience)
    return Effect.gen(function* () {
      const known = { file_type: file["file_type"], file_name: name, file_size: String(bytes.length) }
      const prepared = yield* post("upload_prepare", { ...known, ...(yield* digests(bytes)) })
      if (!taken(prepared)) return prepared
      const body = record(prepared.body)
      const [parts, upload_id] = [partsOf(bytes, body), text(body["upload_id"])]
      if (parts === undefined || upload_id === undefined) {
        return yield* failed("QQ does not say where the parts of the file go")
      }
      const told = record(body["upload_config"])["retry_timeout"] ?? body["retry_timeout"]
      const patience = Math.min(numberOf(told) ?? usual, most)
      for (const part of parts) {
        const answer = yield* deliver(part, upload_id, patience)
        if (!taken(answer)) return answer
      }
      return yield* post("files", { ...file, upload_id })
    }).pipe(
      Effect.timeoutFail({
        duration: bringWithin,
        onTimeout: () => failed(`it was not there within ${Duration.format(bringWithin)}`)
      })
    )
  }

  /** Brings one part, and says so; what passes by itself is tried again, since a part that comes twice is there once. */
  private deliver(
    post: (path: string, body: Fields) => Effect.Effect<Answer, RestFailed>,
    { address, bytes, index }: Part,
    upload_id: string,
    patience: number
  ): Effect.Effect<Answer, RestFailed> {
    const { begin } = this.digest
    const { rest } = this
    const md5 = begin("md5")
    md5.update(bytes)
    const part = { upload_id, part_index: index, block_size: String(bytes.length), md5: md5.hex() }
    const finish = post("upload_part_finish", part)
    const seen = (seconds: number): Effect.Effect<Answer, RestFailed> =>
      Effect.flatMap(finish, (answer) =>
        answer.code === notReady && seconds > 0
          ? Effect.delay(seen(seconds - 1), Duration.seconds(1))
          : Effect.succeed(answer)
      )
    return Effect.gen(function* () {
      const put = yield* rest.put(address, bytes)
      if (put.status >= 500) return yield* failed(`a part of it was answered with status ${put.status}`)
      return put.status < 300 ? yield* seen(patience) : put
    }).pipe(Effect.retry(again))
  }

  private readonly digests = (bytes: Uint8Array): Effect.Effect<Fields> =>
    Effect.gen(this, function* () {
      const [md5, sha1, first] = [this.digest.begin("md5"), this.digest.begin("sha1"), this.digest.begin("md5")]
      for (let from = 0; from < bytes.length; from += stretch) {
        const piece = bytes.subarray(from, from + stretch)
        md5.update(piece)
        sha1.update(piece)
        if (from < head) first.update(bytes.subarray(from, Math.min(from + stretch, head)))
        // a mere yield would not let the sockets have their turn
        yield* Effect.sleep(Duration.zero)
      }
      return { md5: md5.hex(), sha1: sha1.hex(), md5_10m: first.hex() }
    })
}
