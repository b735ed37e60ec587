import type { Entry, Tag } from "./Wire.ts"
import { words } from "./Words.ts"

/** A stretch of time in which an account was in one state; where several were too short to be seen, in the worst of them. */
export interface Segment {
  readonly from: number
  readonly to: number
  readonly tag: Tag
  /** what began it; of several, the worst */
  readonly entry: Entry
  /** how many stand here for one that can be seen */
  readonly of: number
}

/** The least part of the whole that can be seen. */
const visible = 1 / 300

const worse = (one: Segment, other: Segment): Segment => (words[one.tag].rank < words[other.tag].rank ? other : one)

/**
 * What is known of an account between two moments, the oldest first: `entries`, the oldest first, each of which lasts until
 * the next. Before the first nothing is known.
 */
export const segments = (entries: ReadonlyArray<Entry>, from: number, to: number): ReadonlyArray<Segment> => {
  const least = (to - from) * visible
  const all: Array<Segment> = []
  entries.forEach((entry, index) => {
    const segment: Segment = {
      from: Math.max(entry.at, from),
      to: Math.min(entries[index + 1]?.at ?? to, to),
      tag: entry.state._tag,
      entry,
      of: 1
    }
    const last = all.at(-1)
    if (segment.to <= segment.from) return
    if (last !== undefined && segment.to - last.from < least)
      all[all.length - 1] = { ...worse(last, segment), from: last.from, to: segment.to, of: last.of + 1 }
    else all.push(segment)
  })
  return all
}

/** Of what happened in one millisecond, an account's entries are told apart by the number at the end of their ids. */
const byTime = (one: Entry, other: Entry): number => one.at - other.at || numberOf(one) - numberOf(other)

const numberOf = ({ id }: Entry): number => Number(id.slice(id.lastIndexOf("/") + 1))

/** What is known with these besides; one that is known already is replaced. The oldest first, at most `most`. */
export const withEntries = (
  known: ReadonlyArray<Entry>,
  more: ReadonlyArray<Entry>,
  most: number
): ReadonlyArray<Entry> => {
  const replaced = new Set(more.map(({ id }) => id))
  return [...known.filter(({ id }) => !replaced.has(id)), ...more].sort(byTime).slice(-most)
}

/** How much of the time between two moments an account was connected, of the time of which anything is known; from 0 to 1. */
export const connectedShare = (all: ReadonlyArray<Segment>): number | undefined => {
  const length = (some: ReadonlyArray<Segment>) => some.reduce((sum, { from, to }) => sum + to - from, 0)
  const known = length(all)
  return known === 0 ? undefined : length(all.filter(({ tag }) => tag === "Connected")) / known
}
