import type { MarkedToken, Token, Tokens } from "marked"
import { ending, isMarked } from "../Markdown.ts"
import { cost, cutAt, reach, type Room, weigh, within } from "./Room.ts"
import { asParagraph, type Cut, sourceOf, spans } from "./Spans.ts"

const blank: Tokens.Space = { type: "space", raw: "\n\n" }

const paragraph = (
  token: Tokens.Paragraph | Tokens.Text | Tokens.Heading,
  tokens: ReadonlyArray<Token>,
  room: Room
): Cut | undefined => {
  const before = token.type === "heading" ? `${"#".repeat(token.depth)} ` : ""
  const inLine = (source: string) => (before === "" ? source : before + source.replaceAll("\n", " "))
  // one unit for what keeps the rest a paragraph
  const cut = spans(tokens, within(room, 0, before.length + 1))
  if (cut === undefined) return undefined
  const source = sourceOf(cut.rest).trim()
  const text = before === "" && source !== "" ? asParagraph(source) : source
  const rest = { ...token, raw: inLine(text) + ending(token.raw), text, tokens: [...cut.rest] }
  return { head: inLine(before === "" ? asParagraph(cut.head) : cut.head.trim()), rest: text === "" ? [] : [rest] }
}

/** The fence is longer than any in the code. */
const code = (token: Tokens.Code, room: Room): Cut | undefined => {
  const longest = Math.max(2, ...[...token.text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = "`".repeat(longest + 1)
  const fenced = (text: string) => `${fence}${token.lang ?? ""}\n${text}\n${fence}`
  const inner = within(room, 0, fenced("").length + 2 * room.perLine)
  const most = reach(token.text, inner)
  const newline = token.text.lastIndexOf("\n", most)
  const at = newline > 0 ? newline : most
  if (at <= 0) return undefined
  const text = token.text.slice(newline > 0 ? at + 1 : at)
  const rest: Tokens.Code = { type: "code", raw: fenced(text) + ending(token.raw), lang: token.lang ?? "", text }
  return { head: fenced(token.text.slice(0, at)), rest: [rest] }
}

const html = (token: Tokens.HTML | Tokens.Tag, room: Room): Cut | undefined => {
  const at = cutAt(token.raw, room, true)
  const raw = token.raw.slice(at).trimStart()
  return at <= 0 ? undefined : { head: token.raw.slice(0, at), rest: [{ ...token, raw, text: raw }] }
}

/** The rest of a table stands under an empty head: without one it would be none, and under its own it would be said again. */
const table = (token: Tokens.Table, room: Room): Cut | undefined => {
  const [head = "", rule = "", ...lines] = token.raw.trimEnd().split("\n")
  const first = (count: number) => [head, rule, ...lines.slice(0, count)].join("\n")
  const fits = (count: number) => weigh(first(count), { ...token, rows: token.rows.slice(0, count) }, room) <= room.left
  let [some, tooMany] = [0, token.rows.length]
  while (some + 1 < tooMany) {
    const middle = Math.floor((some + tooMany) / 2)
    if (fits(middle)) some = middle
    else tooMany = middle
  }
  if (some === 0 || !fits(some)) return undefined
  const raw = [`|${" |".repeat(token.header.length)}`, rule, ...lines.slice(some)].join("\n") + ending(token.raw)
  const header = token.header.map((cell) => ({ ...cell, text: "", tokens: [] }))
  return { head: first(some), rest: [{ ...token, raw, header, rows: token.rows.slice(some) }] }
}

const quoted = (source: string): string =>
  source
    .trim()
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n")

const blockquote = (token: Tokens.Blockquote, room: Room): Cut | undefined => {
  const { head, rest } = fill(token.tokens, within(room, 2))
  if (head.trim() === "") return undefined
  const raw = quoted(sourceOf(rest))
  return {
    head: quoted(head),
    rest: raw === ">" ? [] : [{ ...token, raw: raw + ending(token.raw), tokens: [...rest] }]
  }
}

/** Under its marker, what an item holds is indented by the marker's width. */
const itemed = (marker: string, source: string): string =>
  (marker + source.trimEnd().replace(/\n(?!\n)/g, `\n${" ".repeat(marker.length)}`)).trimEnd()

const list = (token: Tokens.List, room: Room): Cut | undefined => {
  const marker = (index: number) => (token.ordered ? `${Number(token.start) + index}. ` : "- ")
  const gap = token.loose ? "\n\n" : "\n"
  const printed = (item: Tokens.ListItem, index: number) => itemed(marker(index), sourceOf(item.tokens))
  // what is left is numbered as it was
  const after = (from: number): ReadonlyArray<Token> => {
    const items = token.items.slice(from)
    if (items.length === 0) return []
    const raw = items.map((item, index) => printed(item, from + index)).join(gap) + ending(token.raw)
    return [{ ...token, raw, start: token.ordered ? Number(token.start) + from : "", items }]
  }
  let [head, left] = ["", room.left]
  for (const [index, item] of token.items.entries()) {
    const source = printed(item, index)
    const one = { ...token, start: token.ordered ? Number(token.start) + index : token.start, items: [item] } as const
    const weight = weigh(source, one, room) + gap.length * (1 + room.perLine)
    if (weight <= left) {
      head += source + gap
      left -= weight
      continue
    }
    if (head !== "") return { head, rest: after(index) }
    if (weight <= room.whole) return undefined
    // an item that no part holds goes on without its marker
    const inner = fill(item.tokens, within(room, marker(index).length))
    if (inner.head.trim() === "") return undefined
    return { head: itemed(marker(index), inner.head), rest: [...inner.rest, blank, ...after(index + 1)] }
  }
  return { head, rest: [] }
}

const tear = (token: MarkedToken, room: Room): Cut | undefined => {
  switch (token.type) {
    case "paragraph":
    case "heading":
      return paragraph(token, token.tokens, room)
    case "text":
      return paragraph(token, token.tokens ?? [], room)
    case "code":
      return code(token, room)
    case "html":
      return html(token, room)
    case "table":
      return table(token, room)
    case "blockquote":
      return blockquote(token, room)
    case "list":
      return list(token, room)
    default:
      return undefined
  }
}

/** As many blocks as there is room for. One is torn only if no part would hold it, or if it would be the first of this one. */
export const fill = (tokens: ReadonlyArray<Token>, room: Room): Cut => {
  let [head, left] = ["", room.left]
  for (const [index, token] of tokens.entries()) {
    if (token.type === "space" && head === "") continue
    const weight = weigh(token.raw.trimEnd(), token, room)
    if (weight <= left) {
      head += token.raw
      left -= Math.max(weight, cost(token.raw, room.perLine))
      continue
    }
    if (head !== "" && weight <= room.whole) return { head, rest: tokens.slice(index) }
    const torn = isMarked(token) ? tear(token, { ...room, left }) : undefined
    if (torn === undefined) return { head, rest: tokens.slice(index) }
    return { head: head + torn.head, rest: [...torn.rest, ...tokens.slice(index + 1)] }
  }
  return { head, rest: [] }
}
