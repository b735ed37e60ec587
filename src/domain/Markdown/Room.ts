import type { Token } from "marked"
import { read } from "../Markdown.ts"

/** What a part still holds, in UTF-16 units of its source and of what people read of it, whichever is more. */
export interface Room {
  readonly left: number
  /** what a part of its own holds */
  readonly whole: number
  /** what every line costs besides: the mark of a quote, the indent of an item */
  readonly perLine: number
}

export const cost = (text: string, perLine: number): number =>
  perLine === 0 ? text.length : text.length + perLine * (text.split("\n").length - 1)

/** What a token takes of a room. What no part holds as it is written is not read: it is long, and asked about again. */
export const weigh = (source: string, token: Token, { left, perLine, whole }: Room): number => {
  const written = cost(source, perLine)
  return written > Math.max(left, whole) ? written : Math.max(written, cost(read([token]).text, perLine))
}

/** The room within something that takes `mark` of every line, and `around` once. */
export const within = ({ left, perLine, whole }: Room, mark: number, around = mark): Room => ({
  left: left - around,
  whole: whole - around,
  perLine: perLine + mark
})

/** How many units of a text fit, without tearing a surrogate pair or a character that is written `&…;`. */
export const reach = (text: string, { left, perLine }: Room): number => {
  let [spent, at] = [0, 0]
  for (; at < text.length; at++) {
    spent += text.charAt(at) === "\n" ? 1 + perLine : 1
    if (spent > left) break
  }
  if (at === text.length) return at
  const reference = /&#?\w{0,9}$/.exec(text.slice(Math.max(0, at - 12), at))
  if (reference !== null && /^#?\w*;/.test(text.slice(at))) return at - reference[0].length
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at - 1 : at
}

/** Where a text is cut that is longer than the room: after a line, else after a word, else only if it `must` be, anywhere. */
export const cutAt = (text: string, room: Room, must: boolean): number => {
  const most = reach(text, room)
  const newline = text.lastIndexOf("\n", most)
  if (newline > most / 2) return newline
  const space = text.lastIndexOf(" ", most)
  if (space > (must ? most / 2 : 0)) return space
  return must ? most : Math.max(newline, 0)
}
