import type { MediaKind } from "./Event.ts"
import type { Content, Media } from "./Message.ts"
import { splitMarkdown } from "./Markdown/Split.ts"
import { split } from "./Split.ts"

/** How much one message of a platform holds, in UTF-16 units, and what it can show beside a text. */
export interface Room {
  readonly limits: { readonly text: number; readonly caption: number }
  readonly media: ReadonlyArray<MediaKind>
}

/** Where nothing is known of a platform yet, nothing is split. */
export const boundless: Room = {
  limits: { text: Number.POSITIVE_INFINITY, caption: Number.POSITIVE_INFINITY },
  media: ["image", "video", "voice", "file"]
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
  const first = media === undefined ? limits.text : limits.caption
  const said =
    format === "plain"
      ? { format, texts: split(text, limits.text, first) }
      : splitMarkdown(text, { first, rest: limits.text })
  return said.texts.map((text, index) =>
    media === undefined || index > 0 ? { format: said.format, text } : { format: said.format, text, media }
  )
}
