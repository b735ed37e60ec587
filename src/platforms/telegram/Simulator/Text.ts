import * as Effect from "effect/Effect"
import { array, type Fields, integer, isRecord, string } from "../../../adapter/Fields.ts"
import { bad, type Refused } from "./Answers.ts"
import type { Arguments } from "./Arguments.ts"
import { byteOffset, type Entity, type Formatted, sorted } from "./Markup/Entity.ts"
import { withFound } from "./Markup/Found.ts"
import { html } from "./Markup/Html.ts"
import { markdown } from "./Markup/Markdown.ts"
import { markdownV2 } from "./Markup/MarkdownV2.ts"

const longestArgument = 32_768
const textLimit = 4096
const captionLimit = 1024

const modes: Readonly<Record<string, (source: string) => Formatted | string>> = {
  html,
  markdown,
  markdownv2: markdownV2
}

/** The kinds of entities that bots may set; the platform finds the others by itself, and leaves out what it does not know. */
const settable =
  /^(?:bold|italic|underline|strikethrough|spoiler|blockquote|expandable_blockquote|code|pre|text_link|text_mention|custom_emoji|date_time)$/

const entityOf = (value: Fields): Entity => {
  const { custom_emoji_id, language, url, user } = value
  return {
    type: string(value["type"]) ?? "",
    offset: integer(value["offset"]) ?? 0,
    length: integer(value["length"]) ?? 0,
    ...(typeof url === "string" ? { url } : undefined),
    ...(typeof language === "string" ? { language } : undefined),
    ...(typeof custom_emoji_id === "string" ? { custom_emoji_id } : undefined),
    ...(isRecord(user) ? { user } : undefined)
  }
}

const isInsidePair = (text: string, unit: number): boolean =>
  /^[\udc00-\udfff]/.test(text.slice(unit, unit + 1)) && unit > 0

const widest = 1_000_000

/** What is wrong with an entity's place in the text, if anything is. */
const misplaced = (text: string, { length, offset }: Entity): string | undefined => {
  if (offset < 0 || offset > widest) return `receive an entity with incorrect offset ${offset}`
  if (length < 0 || length > widest) return `receive an entity with incorrect length ${length}`
  if (length === 0) return undefined
  const end = offset + length
  if (offset > text.length) return `entity begins after the end of the text at UTF-16 offset ${offset}`
  if (isInsidePair(text, offset)) {
    return `entity begins in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, offset + 1)}`
  }
  if (end > text.length) {
    return `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`
  }
  return isInsidePair(text, end)
    ? `entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol at byte offset ${byteOffset(text, end + 1)}`
    : undefined
}

/** Without the white space around it; what was marked stays marked. */
const trimmed = ({ entities, text }: Formatted): Formatted => {
  const end = text.trimEnd().length
  const first = entities[0]?.offset ?? end
  const start = Math.min(/^[ \n]*/.exec(text)?.[0].length ?? 0, first, end)
  const shown = entities
    .map((entity) => ({
      ...entity,
      offset: entity.offset - start,
      length: Math.min(entity.length, end - entity.offset)
    }))
    .filter(({ length }) => length > 0)
  return { text: text.slice(start, end), entities: shown }
}

const parsed = (args: Arguments, source: string, mode: string, entities: string): Effect.Effect<Formatted, Refused> => {
  if (mode !== "" && mode !== "none" && source !== "") {
    const parse = modes[mode]
    if (parse === undefined) return bad("unsupported parse_mode")
    const read = parse(source)
    return typeof read === "string" ? bad(`can't parse entities: ${read}`) : Effect.succeed(read)
  }
  const given = array(args.value(entities))
    .filter(isRecord)
    .map(entityOf)
    .filter(({ type }) => settable.test(type))
  const wrong = given.map((entity) => misplaced(source, entity)).find((error) => error !== undefined)
  return wrong === undefined ? Effect.succeed({ text: source, entities: sorted(given) }) : bad(wrong)
}

const formatted = (args: Arguments, name: string, entities: string): Effect.Effect<Formatted, Refused> => {
  const source = args.text(name)
  if (new TextEncoder().encode(source).length > longestArgument) return bad("text is too long")
  return Effect.map(parsed(args, source, args.text("parse_mode").toLowerCase(), entities), trimmed)
}

/** Code points, which is how the platform counts. */
const lengthOf = (text: string): number => Array.from(text).length

/** The text that a call wants to say: of 1 to 4096 characters once its markup is read. */
export const textOf = (args: Arguments): Effect.Effect<Formatted, Refused> =>
  Effect.gen(function* () {
    if (args.text("text") === "") return yield* bad("message text is empty")
    const { entities, text } = yield* formatted(args, "text", "entities")
    if (text === "") return yield* bad("text must be non-empty")
    if (lengthOf(text) > textLimit) return yield* bad("message is too long")
    return { text, entities: withFound(text, entities) }
  })

/** The caption of a call: of 0 to 1024 characters. */
export const captionOf = (args: Arguments): Effect.Effect<Formatted, Refused> =>
  Effect.gen(function* () {
    const { entities, text } = yield* formatted(args, "caption", "caption_entities")
    if (lengthOf(text) > captionLimit) return yield* bad("message caption is too long")
    return { text, entities: withFound(text, entities) }
  })
