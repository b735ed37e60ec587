import { Lexer, type MarkedToken, type Token } from "marked"
import { isMarked } from "../Markdown.ts"
import { cutAt, type Room, weigh, within } from "./Room.ts"

/** The source of what goes into a part, and the tokens of what does not. */
export interface Cut {
  readonly head: string
  readonly rest: ReadonlyArray<Token>
}

export const sourceOf = (tokens: ReadonlyArray<Token>): string => tokens.map(({ raw }) => raw).join("")

const rested = (raw: string): ReadonlyArray<Token> =>
  raw === "" ? [] : [{ type: "text", raw, text: raw, escaped: false }]

/** A span that no part holds is closed and opened again in the next; what cannot be, such as an address, is undefined. */
const tear = (token: MarkedToken, room: Room): Cut | undefined => {
  if (token.type === "codespan") {
    const [ticks = "`"] = /^`+/.exec(token.raw) ?? []
    const at = cutAt(token.text, within(room, 0, 2 * ticks.length), true)
    const text = token.text.slice(at).trim()
    if (at <= 0) return undefined
    const rest = text === "" ? [] : [{ ...token, raw: ticks + text + ticks, text }]
    return { head: ticks + token.text.slice(0, at) + ticks, rest }
  }
  if (token.type !== "strong" && token.type !== "em" && token.type !== "del" && token.type !== "link") return undefined
  const begin = token.type === "link" ? token.raw.indexOf(token.text) : (token.raw.length - token.text.length) / 2
  const [open, close] = [token.raw.slice(0, begin), token.raw.slice(begin + token.text.length)]
  const cut = spans(token.tokens, within(room, 0, open.length + close.length))
  if (cut === undefined || cut.head.trim() === "") return undefined
  const text = sourceOf(cut.rest).trim()
  return {
    head: open + cut.head.trim() + close,
    rest: text === "" ? [] : [{ ...token, raw: open + text + close, text, tokens: [...cut.rest] }]
  }
}

/** As much of a line of spans as fits: cut between words, inside a span only where no part holds it. Undefined: nothing does. */
export const spans = (tokens: ReadonlyArray<Token>, room: Room): Cut | undefined => {
  let [head, left] = ["", room.left]
  for (const [index, token] of tokens.entries()) {
    const weight = weigh(token.raw, token, room)
    if (weight <= left) {
      head += token.raw
      left -= weight
      continue
    }
    const [begun, following] = [head.trim() !== "", tokens.slice(index + 1)]
    if (token.type === "text") {
      const at = left < 2 ? 0 : cutAt(token.raw, { ...room, left }, !begun)
      if (at > 0) {
        const rest = token.raw.slice(at).trimStart()
        return { head: head + token.raw.slice(0, at), rest: [...rested(rest), ...following] }
      }
    }
    if (begun) return { head, rest: tokens.slice(index) }
    const torn = isMarked(token) ? tear(token, { ...room, left }) : undefined
    return torn === undefined ? undefined : { head: head + torn.head, rest: [...torn.rest, ...following] }
  }
  return { head, rest: [] }
}

/** So much of a text says what kind of block it begins. */
const beginning = 300

/** A source that stays a paragraph where it begins one: what it was in the middle of is not taken for a list or a heading. */
export const asParagraph = (source: string): string => {
  const text = source.trimStart()
  const [first] = Lexer.lex(text.slice(0, beginning))
  if (first === undefined || first.type === "paragraph") return text
  return /^\d+[.)]/.test(text) ? text.replace(/^\d+/, "$&\\") : `\\${text}`
}
