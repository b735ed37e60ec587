import type { MediaKind } from "./Event.ts"
import { listing } from "./Buttons.ts"
import type { Content, Media } from "./Message.ts"
import { splitMarkdown } from "./Markdown/Split.ts"
import { split } from "./Split.ts"

/** How much one message of a platform holds, in UTF-16 units, and what it can show beside a text and below it. */
export interface Room {
  readonly limits: { readonly text: number; readonly caption: number }
  readonly media: ReadonlyArray<MediaKind>
  readonly buttons: boolean
}

/** Where nothing is known of a platform yet, nothing is split. */
export const boundless: Room = {
  limits: { text: Number.POSITIVE_INFINITY, caption: Number.POSITIVE_INFINITY },
  media: ["image", "video", "voice", "file"],
  buttons: true
}

/** What is told of something that cannot be shown. */
const told = ({ kind, name, source }: Media): string => (source._tag === "Url" ? source.url : `[${name ?? kind}]`)

/** The same content with nothing to show: below the text stands its address, or what it is called. */
export const naming = (content: Content): Content => {
  const { media, ...rest } = content
  if (media === undefined) return rest
  return { ...rest, text: rest.text === "" ? told(media) : `${rest.text}\n${told(media)}` }
}

/** The messages that say `content`, in order, each no larger than one may be: what is shown comes with the first, buttons with the last. */
export const parts = (content: Content, room: Room): ReadonlyArray<Content> => {
  const { buttons = [], format, media, text } = content
  if (media !== undefined && !room.media.includes(media.kind)) return parts(naming(content), room)
  if (buttons.length > 0 && !room.buttons) return parts(listing(content), room)
  const first = media === undefined ? room.limits.text : room.limits.caption
  const said =
    format === "plain"
      ? { format, texts: split(text, room.limits.text, first) }
      : splitMarkdown(text, { first, rest: room.limits.text })
  const last = said.texts.length - 1
  return said.texts.map((text, index) => {
    const part: Content = { format: said.format, text }
    const shown = media === undefined || index > 0 ? part : Object.assign(part, { media })
    return buttons.length === 0 || index < last ? shown : Object.assign(shown, { buttons })
  })
}
