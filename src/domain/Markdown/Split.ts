import * as Option from "effect/Option"
import type { Token } from "marked"
import { lex, read } from "../Markdown.ts"
import { split } from "../Split.ts"
import { fill } from "./Blocks.ts"
import { drawn } from "./Table.ts"

/** What one message holds: the first, which may be less, and each after it. UTF-16 units. */
export interface Limits {
  readonly first: number
  readonly rest: number
}

/** Parts of a text, in order. */
export interface Parts {
  readonly format: "markdown" | "plain"
  readonly texts: ReadonlyArray<string>
}

/** What may read longer than it is written: a table, known by its rule, is aligned; items are numbered and indented. */
const [tabular, listed] = [/^(?=.*[|:])(?=.*-)[ \t>|:-]+$/m, /^\s*(?:[-*+]|\d+[.)])\s/m]

/** So much a line of a list grows at most: by its indent, and by the digits of its number. */
const growth = 24

/** Told without reading it: most texts are short. */
const surelyFits = (text: string, limit: number): boolean =>
  text.length <= limit &&
  !tabular.test(text) &&
  (!listed.test(text) || text.length + growth * text.split("\n").length <= limit)

const words = (text: string): string => text.replace(new RegExp(`[\\s${drawn}]+`, "g"), "")

/** The definitions of the addresses that a part speaks of: it is read without the others. */
const defined = (head: string, definitions: ReadonlyArray<string>): string =>
  definitions.filter((raw) => head.toLowerCase().includes(raw.slice(0, raw.indexOf("]") + 1).toLowerCase())).join("\n")

const torn = (tokens: ReadonlyArray<Token>, limits: Limits): ReadonlyArray<string> | undefined => {
  const definitions = tokens.filter(({ type }) => type === "def").map(({ raw }) => raw.trim())
  const reserve = definitions.length === 0 ? 0 : definitions.join("\n").length + 2
  const whole = limits.rest - reserve
  const parts: Array<string> = []
  let rest: ReadonlyArray<Token> = tokens.filter(({ type }) => type !== "def")
  while (rest.some(({ type }) => type !== "space")) {
    const first = parts.length === 0
    const cut = fill(rest, { left: first ? limits.first - reserve : whole, whole, perLine: 0 })
    const head = cut.head.replace(/^\n+/, "").trimEnd()
    // what a caption does not hold goes after it
    if (head === "" && !(first && limits.first < limits.rest)) return undefined
    parts.push([head, defined(head, definitions)].filter((text) => text !== "").join("\n\n"))
    rest = cut.rest
  }
  return parts
}

/** Whether parts say the same as the whole, each within its limit, as it is written and as it is read. */
const saysTheSame = (parts: ReadonlyArray<string>, whole: string, limits: Limits): boolean => {
  const texts = parts.map((part) => read(lex(part)).text.trim())
  const fit = parts.every((part, index) => {
    const limit = index === 0 ? limits.first : limits.rest
    return part.length <= limit && (texts[index]?.length ?? 0) <= limit
  })
  return fit && words(texts.join("")) === words(whole)
}

/** The parts that read the same; undefined where there are none. */
const parted = (text: string, limits: Limits): ReadonlyArray<string> | undefined => {
  const tokens = lex(text)
  const whole = read(tokens).text.trim()
  if (text.length <= limits.first && whole.length <= limits.first) return [text]
  const parts = torn(tokens, limits)
  return parts !== undefined && parts.length > 0 && saysTheSame(parts, whole, limits) ? parts : undefined
}

/** What people read of a text, or the text itself where nobody can. */
const plain = Option.liftThrowable((text: string): string => read(lex(text)).text.trim() || text)

/**
 * The parts of a markdown text: whole blocks where they fit, what is longer torn between lines, items and words, and whatever
 * was open closed and opened again. A text that cannot be parted so that it reads the same is parted as what people read of it.
 */
export const splitMarkdown = (text: string, limits: Limits): Parts => {
  if (surelyFits(text, limits.first)) return { format: "markdown", texts: [text] }
  const texts = Option.getOrUndefined(Option.liftThrowable(parted)(text, limits))
  if (texts !== undefined) return { format: "markdown", texts }
  const said = Option.getOrElse(plain(text), () => text)
  return { format: "plain", texts: split(said, limits.rest, limits.first) }
}
