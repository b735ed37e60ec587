import type { Content } from "../../domain/Message.ts"
import * as Rendering from "../../domain/Rendering.ts"

/** A stretch of a text that is shown in a certain way; UTF-16 units. */
export interface Entity {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly url?: string
  readonly language?: string
  readonly user?: { readonly id: number }
}

/** Source: https://core.telegram.org/bots/api#messageentity */
const types: Readonly<Record<Rendering.Mark["kind"], string>> = {
  bold: "bold",
  italic: "italic",
  strikethrough: "strikethrough",
  code: "code",
  pre: "pre",
  link: "text_link",
  mention: "text_mention",
  quote: "blockquote"
}

/** So many are shown; Telegram lets the others go. */
const most = 100

/** Who is mentioned; undefined for somebody whom Telegram cannot know. */
const mentioned = (person: string): Pick<Entity, "user"> | undefined =>
  /^\d{1,15}$/.test(person) ? { user: { id: Number(person) } } : undefined

/** The entity of a span of what stands from `start` to `end`; none if only space is left of it. */
const entity = (
  text: string,
  start: number,
  end: number,
  { kind, length, offset, person, ...more }: Rendering.Span
): Entity | undefined => {
  const whom = person === undefined ? {} : mentioned(person)
  const from = Math.max(offset, start)
  const shown = text.slice(from, Math.min(offset + length, end)).trimEnd()
  if (shown === "" || whom === undefined) return undefined
  return { type: types[kind], offset: from - start, length: shown.length, ...more, ...whom }
}

/**
 * A content as Telegram shows it. Entities lie in the text, the outer before the inner, and do not end in space; the text is
 * trimmed as Telegram trims it. What is plain, or reads as nothing at all, is as it stands; what cannot be read keeps its marks.
 */
export const render = (content: Content): { readonly text: string; readonly entities: ReadonlyArray<Entity> } => {
  const page = Rendering.render(content)
  const trimmed = page.text.trim()
  if (content.format === "plain" || trimmed === "") return { text: content.text, entities: [] }
  const start = page.text.length - page.text.trimStart().length
  const entities = page.spans
    .map((span) => entity(page.text, start, start + trimmed.length, span))
    .filter((found) => found !== undefined)
  return { text: trimmed, entities: entities.slice(0, most) }
}
