import type { MediaKind } from "./Event.ts"
import type { Content, Media } from "./Message.ts"
import { split } from "./Split.ts"

/** How much one message of a platform holds, in UTF-16 units, and what it can show beside a text. */
export interface Room {
  readonly limits: { readonly text: number; readonly caption: number }
  readonly media: ReadonlyArray<MediaKind>
}

/** What is told of something that cannot be shown. */
const told = ({ kind, name, source }: Media): string => (source._tag === "Url" ? source.url : `[${name ?? kind}]`)

/** The messages that say `content`, in order, each no larger than one may be: what is shown comes with the first. */
export const parts = (content: Content, { limits, media: shown }: Room): ReadonlyArray<Content> => {
  const { format, media, text } = content
  if (media !== undefined && !shown.includes(media.kind)) {
    const all = [text, told(media)].filter((line) => line !== "").join("\n")
    return parts({ format, text: all }, { limits, media: shown })
  }
  if (media === undefined) return split(text, limits.text).map((text) => ({ format, text }))
  const [caption = "", ...rest] = split(text, limits.caption)
  // what is longer than a caption begins again: its rest holds more in one message
  const after = rest.length === 0 ? [] : split(text.slice(caption.length).trimStart(), limits.text)
  return [{ format, text: caption, media }, ...after.map((text) => ({ format, text }))]
}
