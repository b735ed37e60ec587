import type { Entity } from "./Entity.ts"
import { sorted } from "./Entity.ts"

/** What the platform marks by itself, in the order in which it is looked for. */
const patterns: ReadonlyArray<readonly [type: string, pattern: RegExp]> = [
  ["bot_command", /(?<![\w/<>@])\/[a-z\d_]{1,64}(?:@\w{3,32})?(?![\w/@])/gi],
  ["url", /(?<![\w@])https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/gi],
  ["email", /(?<![\w.+-])[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?![\w-])/gi],
  ["mention", /(?<![\w@])@[a-z\d_]{3,32}(?!\w)/gi],
  ["hashtag", /(?<![\w#@])#[\p{L}\d_]*\p{L}[\p{L}\d_]*/gu]
]

/** The entities, and what the platform finds besides in a text: nothing that overlaps one of them. */
export const withFound = (text: string, given: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const taken: Array<Entity> = []
  const isFree = (offset: number, length: number) =>
    [...taken, ...given.filter(({ type }) => /^(?:code|pre|text_link|text_mention|custom_emoji)$/.test(type))].every(
      (other) => other.offset + other.length <= offset || offset + length <= other.offset
    )
  for (const [type, pattern] of patterns) {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (isFree(index, found.length)) taken.push({ type, offset: index, length: found.length })
    }
  }
  return sorted([...given, ...taken])
}
