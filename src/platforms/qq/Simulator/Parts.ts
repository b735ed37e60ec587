import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { HttpAnswer, HttpRequest } from "../../../adapter/Simulator.ts"
import type { Place } from "./Place.ts"
import { answer, type Refusal, refuse } from "./Refusals.ts"
import type { Account, World } from "./World.ts"

const hex = (digits: number) => Schema.String.pipe(Schema.pattern(new RegExp(`^[0-9a-f]{${digits}}$`)))
/** documented as text, and sent as a number by other clients */
const size = Schema.Union(Schema.NumberFromString, Schema.Number).pipe(Schema.int(), Schema.positive())

const Prepared = Schema.parseJson(
  Schema.Struct({
    file_type: Schema.Literal(1, 2, 3, 4),
    file_name: Schema.NonEmptyString,
    file_size: size,
    md5: hex(32),
    sha1: hex(40),
    md5_10m: hex(32)
  })
)

const Finished = Schema.parseJson(
  Schema.Struct({ upload_id: Schema.String, part_index: Schema.Int, block_size: size, md5: hex(32) })
)

interface Part {
  readonly size: number
  /** what a request to bring it has to know */
  readonly sign: string
  brought: { readonly bytes: Uint8Array; readonly at: number } | undefined
  finished: boolean
}

/** A file that comes in parts, as far as it has come. */
export interface Incoming {
  readonly place: Place["kind"]
  readonly file: typeof Prepared.Type
  readonly parts: ReadonlyMap<number, Part>
}

/** The first bytes of a file, which have a digest of their own. */
const head = 10_002_432

/** Whether these bytes are what the bot says of them; without digests it is believed. */
const isSo = ({ options }: World, algorithm: "md5" | "sha1", pieces: ReadonlyArray<Uint8Array>, said: string) => {
  const digesting = options.digest?.begin(algorithm)
  if (digesting === undefined) return true
  for (const piece of pieces) digesting.update(piece)
  return digesting.hex() === said
}

const piecesOf = ({ parts }: Incoming): ReadonlyArray<Uint8Array> =>
  Array.from(parts.values()).flatMap(({ brought }) => brought?.bytes ?? [])

const beginningOf = (pieces: ReadonlyArray<Uint8Array>): ReadonlyArray<Uint8Array> => {
  let left = head
  return pieces.map((piece) => {
    const shown = piece.subarray(0, left)
    left -= shown.length
    return shown
  })
}

/** Tells a bot where the parts of a file go; they are counted from 1, as clients count them. */
export const prepare = (
  world: World,
  account: Account,
  place: Place,
  { body, url }: HttpRequest,
  trace: string
): HttpAnswer => {
  const file = Option.getOrUndefined(Schema.decodeOption(Prepared)(body))
  if (file === undefined) return refuse("badParameter", trace)
  const outside = account.standing.outside(place)
  if (outside !== undefined) return refuse(outside, trace)
  const { blockSize, uploadLimit } = world.options
  if (file.file_size > uploadLimit) return refuse("fileTooLarge", trace)
  const upload_id = world.names.uuid()
  const sizes = Array.from({ length: Math.ceil(file.file_size / blockSize) }, (_, before) =>
    Math.min(blockSize, file.file_size - before * blockSize)
  )
  const parts = new Map(
    sizes.map((size, before): readonly [number, Part] => [
      before + 1,
      { size, sign: world.names.token(), brought: undefined, finished: false }
    ])
  )
  account.uploads.set(upload_id, { place: place.kind, file, parts })
  return answer(200, {
    upload_id,
    block_size: String(blockSize),
    parts: Array.from(parts, ([index, { sign, size }]) => ({
      index,
      presigned_url: `${url.origin}/parts/${upload_id}/${index}?sign=${sign}`,
      block_size: String(size)
    })),
    upload_config: { concurrency: 1, retry_timeout: 30, retry_delay: 1 }
  })
}

/** Whether a request brings a part: it is known by its address alone. */
export const isPart = ({ method, url }: HttpRequest): boolean => method === "PUT" && url.pathname.startsWith("/parts/")

/** Takes a part; a store of files wants no other credentials beside those in the address. */
export const put = (world: World, { bytes, headers, url }: HttpRequest): HttpAnswer => {
  const [, , upload = "", index] = url.pathname.split("/")
  const [incoming] = world.accounts().flatMap(({ uploads }) => uploads.get(upload) ?? [])
  const part = incoming?.parts.get(Number(index))
  if (part === undefined) return answer(404)
  if (part.sign !== url.searchParams.get("sign")) return answer(403)
  if (headers["authorization"] !== undefined || bytes.length !== part.size) return answer(400)
  part.brought = { bytes: bytes.slice(), at: world.now() }
  return answer(200)
}

/** A bot says that a part is there; seeing that may take a while. */
export const finish = (world: World, account: Account, place: Place, json: string, trace: string): HttpAnswer => {
  const said = Option.getOrUndefined(Schema.decodeOption(Finished)(json))
  const incoming = account.uploads.get(said?.upload_id ?? "")
  const part = incoming?.parts.get(said?.part_index ?? 0)
  if (said === undefined || part === undefined || incoming?.place !== place.kind) return refuse("badParameter", trace)
  const { brought } = part
  const seen = brought !== undefined && world.now() - brought.at >= Duration.toMillis(world.options.partSeenAfter)
  if (!seen) return refuse("partNotReady", trace)
  if (said.block_size !== part.size || !isSo(world, "md5", [brought.bytes], said.md5)) {
    return refuse("badParameter", trace)
  }
  part.finished = true
  return answer(200, {})
}

/** How large a file is that came in parts, now that all of them are there; or why it is not taken. */
export const whole = (world: World, account: Account, place: Place, upload: string): number | Refusal => {
  const incoming = account.uploads.get(upload)
  if (incoming === undefined || incoming.place !== place.kind) return "badParameter"
  if (!Array.from(incoming.parts.values()).every(({ finished }) => finished)) return "partNotReady"
  const { file } = incoming
  const pieces = piecesOf(incoming)
  const right =
    isSo(world, "md5", pieces, file.md5) &&
    isSo(world, "sha1", pieces, file.sha1) &&
    isSo(world, "md5", beginningOf(pieces), file.md5_10m)
  if (!right) return "badParameter"
  account.uploads.delete(upload)
  return file.file_size
}
