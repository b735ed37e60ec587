import { array, type Fields, record, text } from "../../../adapter/Fields.ts"
import type { Attachment, MediaKind } from "../../../domain/Event.ts"
import { positive } from "./Place.ts"

/** Most messages have none, and share it. */
const none: ReadonlyArray<never> = []

const kindOf = (mediaType: string): MediaKind => {
  if (mediaType.startsWith("image/")) return "image"
  if (mediaType.startsWith("video/")) return "video"
  return mediaType.startsWith("audio/") ? "voice" : "file"
}

/** A file is named, not addressed: where it can be fetched is asked for when it is. */
const attachment = (kind: MediaKind, file: Fields, usual?: string): ReadonlyArray<Attachment> => {
  const id = text(file["file_id"])
  if (id === undefined) return none
  const [mediaType, name] = [text(file["mime_type"]) ?? usual, text(file["file_name"])]
  const [size, width, height] = [positive(file["file_size"]), positive(file["width"]), positive(file["height"])]
  return [
    {
      kind,
      url: `telegram:${id}`,
      ...(mediaType === undefined ? undefined : { mediaType }),
      ...(name === undefined ? undefined : { name }),
      ...(size === undefined ? undefined : { size }),
      ...(width === undefined ? undefined : { width }),
      ...(height === undefined ? undefined : { height })
    }
  ]
}

const byType =
  (usual: string) =>
  (value: unknown): ReadonlyArray<Attachment> => {
    const file = record(value)
    return attachment(kindOf(text(file["mime_type"]) ?? usual), file, usual)
  }

/** Sizes of one picture come smallest first. */
const photo = (sizes: unknown): ReadonlyArray<Attachment> =>
  attachment("image", record(array(sizes).at(-1)), "image/jpeg")

/** One that moves is no picture, but its thumbnail is. */
const sticker = (value: unknown): ReadonlyArray<Attachment> => {
  const file = record(value)
  return file["is_animated"] === true || file["is_video"] === true
    ? attachment("image", record(file["thumbnail"]))
    : attachment("image", file, "image/webp")
}

/** What a message can carry, by its field; it carries one. An animation comes as a document too, for older readers. */
const readers: ReadonlyArray<readonly [string, (value: unknown) => ReadonlyArray<Attachment>]> = [
  ["photo", photo],
  ["animation", byType("video/mp4")],
  ["document", byType("application/octet-stream")],
  ["voice", byType("audio/ogg")],
  ["audio", byType("audio/mpeg")],
  ["video", byType("video/mp4")],
  ["video_note", byType("video/mp4")],
  ["sticker", sticker]
]

/** What comes along with a message, or with a quote of one from elsewhere. */
export const attachmentsOf = (message: Fields): ReadonlyArray<Attachment> => {
  if (message["text"] !== undefined) return none
  for (const [field, read] of readers) if (message[field] !== undefined) return read(message[field])
  return none
}
