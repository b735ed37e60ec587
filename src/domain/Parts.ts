import type { MediaKind } from "./Event.ts"
import { type Grid, labels, laidOut, listing } from "./Buttons.ts"
import type { Content, Media } from "./Message.ts"
import { type Limits, type Parts, splitMarkdown } from "./Markdown/Split.ts"
import { split } from "./Split.ts"

/** How much one message of a platform holds, in UTF-16 units, and what it can show beside a text and below it. */
export interface Room {
  readonly limits: { readonly text: number; readonly caption: number }
  readonly media: ReadonlyArray<MediaKind>
  /** which buttons; where there are more, or it shows none, their labels are told */
  readonly buttons: Grid | false
}

/** Where nothing is known of a platform yet, nothing is split. */
export const boundless: Room = {
  limits: { text: Number.POSITIVE_INFINITY, caption: Number.POSITIVE_INFINITY },
  media: ["image", "video", "voice", "file"],
  buttons: { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY, buttons: Number.POSITIVE_INFINITY }
}

/** What is told of something that cannot be shown. */
const told = ({ kind, name, source }: Media): string => (source._tag === "Url" ? source.url : `[${name ?? kind}]`)

/** The same content with nothing to show: below the text stands its address, or what it is called. */
export const naming = (content: Content): Content => {
  const { media, ...rest } = content
  if (media === undefined) return rest
  return { ...rest, text: rest.text === "" ? told(media) : `${rest.text}\n${told(media)}` }
}

const texts = (text: string, format: Content["format"], limits: Limits): Parts =>
  format === "plain" ? { format, texts: split(text, limits.rest, limits.first) } : splitMarkdown(text, limits)

/** The same, the last so short that so many characters find room below it, should a platform not take its buttons after all. */
const shortened = (said: Parts, below: number, limits: Limits): Parts => {
  const before = said.texts.slice(0, -1)
  const limit = before.length === 0 ? limits.first : limits.rest
  const text = said.texts.at(-1) ?? ""
  if (below === 0 || text.length + below <= limit || 2 * below > limit) return said
  const last = texts(text, said.format, { first: limit - below, rest: limits.rest - below })
  return last.format === said.format ? { format: said.format, texts: [...before, ...last.texts] } : said
}

/** No platform takes a message that says nothing; what is shown comes with the first all the same. */
const spoken = (texts: ReadonlyArray<string>, shows: boolean): ReadonlyArray<string> => {
  const all = texts.filter((text, index) => text.trim() !== "" || (shows && index === 0))
  return all.length === 0 ? texts.slice(0, 1) : all
}

/** Whether nobody would see or hear anything of it. */
export const isNothing = ({ buttons = [], media, text }: Content): boolean =>
  text.trim() === "" && media === undefined && buttons.length === 0

/** The messages that say `content`, in order, each no larger than one may be: what is shown comes with the first, buttons with the last. */
export const parts = (content: Content, room: Room): ReadonlyArray<Content> => {
  const { buttons = [], format, media, text } = content
  if (media !== undefined && !room.media.includes(media.kind)) return parts(naming(content), room)
  if (buttons.length > 0 && !(room.buttons && laidOut(buttons, room.buttons))) return parts(listing(content), room)
  const limits = { first: media === undefined ? room.limits.text : room.limits.caption, rest: room.limits.text }
  const said = shortened(texts(text, format, limits), labels(content).length, limits)
  const all = spoken(said.texts, media !== undefined)
  const last = all.length - 1
  return all.map((text, index) => {
    const part: Content = { format: said.format, text }
    const shown = media === undefined || index > 0 ? part : Object.assign(part, { media })
    return buttons.length === 0 || index < last ? shown : Object.assign(shown, { buttons })
  })
}
