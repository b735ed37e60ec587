import * as Effect from "effect/Effect"
import type { Fields } from "../../../adapter/Fields.ts"
import { httpRequest, type Said } from "../../../adapter/Simulator.ts"
import { bad, Refused } from "./Answers.ts"
import type { Call } from "./Call.ts"
import type { StoredFile } from "./Files.ts"
import type { World } from "./World.ts"

/** What a message can hold besides text; methods and fields are named after these. */
export const mediaKinds = [
  "photo",
  "document",
  "voice",
  "video",
  "audio",
  "animation",
  "video_note",
  "sticker"
] as const
export type MediaKind = (typeof mediaKinds)[number]

/** Bytes. Source: https://core.telegram.org/bots/api#sending-files */
const uploadLimit = 50 * 2 ** 20
const photoLimit = 10 * 2 ** 20
const fetchLimit = 20 * 2 ** 20
const photoFetchLimit = 5 * 2 ** 20

const none = new Uint8Array()
const unfetched = bad("failed to get HTTP URL content")

/** The platform fetches what it was given by URL; without a network it takes the address for the content. */
const fetched = (world: World, kind: MediaKind, url: URL): Effect.Effect<StoredFile, Refused> =>
  Effect.gen(function* () {
    if (world.ownFaults.take("DropFetch") !== undefined) return yield* unfetched
    const name = decodeURIComponent(url.pathname.split("/").at(-1) ?? "") || "file"
    const { post } = world.options
    if (post === undefined) return world.files.add(kind, new TextEncoder().encode(url.href), "text/plain", name)
    const request = httpRequest({ method: "GET", url, headers: { host: url.host }, bytes: none })
    const { body, headers, status } = yield* Effect.catchAll(post(request), () => unfetched)
    if (status !== 200) return yield* unfetched
    const type = headers["content-type"] ?? "application/octet-stream"
    if (type.includes("text/html")) return yield* bad("wrong type of the web page content")
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
    if (bytes.length > (kind === "photo" ? photoFetchLimit : fetchLimit)) return yield* unfetched
    return world.files.add(kind, bytes, type, name)
  })

/** A call that sends a file has one. */
export const present = ({ args }: Call, kind: MediaKind): Effect.Effect<void, Refused> =>
  args.has(kind) || args.file(kind) !== undefined
    ? Effect.void
    : bad(`there is no ${kind.replaceAll("_", " ")} in the request`)

/** The file that a call sends: uploaded with it, to be fetched, or known by its id. */
export const media = (world: World, { args }: Call, kind: MediaKind): Effect.Effect<StoredFile, Refused> =>
  Effect.suspend((): Effect.Effect<StoredFile, Refused> => {
    const uploaded = args.file(kind)
    if (uploaded !== undefined) {
      const { bytes, mediaType, name } = uploaded
      if (bytes.length === 0) return bad("file must be non-empty")
      if (bytes.length > uploadLimit) return new Refused({ code: 413, description: "Request Entity Too Large" })
      if (kind === "photo" && bytes.length > photoLimit) {
        return bad(`file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${photoLimit} bytes`)
      }
      return Effect.succeed(world.files.add(kind, bytes, mediaType, name))
    }
    const named = args.text(kind)
    if (/^https?:\/\//i.test(named)) {
      return URL.canParse(named) ? fetched(world, kind, new URL(named)) : bad("wrong HTTP URL specified")
    }
    const file = world.files.find(named)
    return file === undefined ? bad("wrong file identifier/HTTP URL specified") : Effect.succeed(file)
  })

/** What messages tell about a medium besides its file; pixels and seconds. */
export interface Measures {
  readonly width?: number
  readonly height?: number
  readonly duration?: number
}

const identified = ({ bytes, file_id, file_unique_id }: StoredFile): Fields => ({
  file_id,
  file_unique_id,
  file_size: bytes.length
})

const named = ({ mediaType, name }: StoredFile): Fields => ({
  ...(name === undefined ? undefined : { file_name: name }),
  mime_type: mediaType
})

/** The field of a message that shows a file of this kind. */
export const content = (kind: MediaKind, file: StoredFile, measures: Measures = {}): Fields => {
  const { duration = 3, height = 600, width = 800 } = measures
  const own = identified(file)
  switch (kind) {
    case "photo": {
      // the smaller one is the same picture under another id
      const small = { ...own, file_id: `${file.file_id}s`, width: 90, height: Math.round((90 * height) / width) }
      return { photo: [small, { ...own, width, height }] }
    }
    case "document":
      return { document: { ...own, ...named(file) } }
    case "voice":
      return { voice: { ...own, duration, mime_type: file.mediaType } }
    case "audio":
      return { audio: { ...own, ...named(file), duration } }
    case "video":
      return { video: { ...own, ...named(file), width, height, duration } }
    case "animation": {
      const animation = { ...own, ...named(file), width, height, duration }
      return { animation, document: { ...own, ...named(file) } }
    }
    case "video_note":
      return { video_note: { ...own, length: 240, duration } }
    case "sticker":
      return {
        sticker: { ...own, type: "regular", width: 512, height: 512, is_animated: false, is_video: false, emoji: "👍" }
      }
  }
}

/** What a message shows, as people see it. */
export const shown = (message: Fields): Pick<Said, "shows"> => {
  const kind = mediaKinds.findLast((kind) => kind in message)
  return kind === undefined ? {} : { shows: kind }
}
