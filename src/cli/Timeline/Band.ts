import type { State } from "../../gateway/Status.ts"
import type { Entry } from "../../gateway/Timeline.ts"
import type { Hue, Paint } from "../Colour.ts"

/** What a stretch of time is drawn with; of what falls into one cell the first of these is drawn. */
interface Shade {
  readonly mark: string
  readonly hue: Hue
  readonly word: string
  readonly tags: ReadonlyArray<State["_tag"]>
}

const shades: ReadonlyArray<Shade> = [
  { mark: "×", hue: "red", word: "waits for a person", tags: ["Parked"] },
  {
    mark: "▒",
    hue: "yellow",
    word: "not connected",
    tags: ["Reconnecting", "Rescheduled", "RateLimited", "Held", "Connecting"]
  },
  { mark: "·", hue: "dim", word: "no process", tags: ["Stopping", "Stopped"] },
  { mark: "‖", hue: "blue", word: "paused", tags: ["Paused"] },
  { mark: "█", hue: "green", word: "connected", tags: ["Connected"] }
]

const worst = (some: ReadonlySet<State["_tag"]>): Shade | undefined =>
  shades.find(({ tags }) => tags.some((tag) => some.has(tag)))

/** The shades of so many equal stretches from the first entry, the oldest, to now. */
const cells = (entries: ReadonlyArray<Entry>, now: number, width: number): ReadonlyArray<Shade> => {
  const begin = entries[0]?.at ?? now
  const length = Math.max(1, now - begin) / width
  const seen = Array.from({ length: width }, () => new Set<State["_tag"]>())
  for (const [index, { at, state }] of entries.entries()) {
    const end = entries[index + 1]?.at ?? now
    const first = Math.min(width - 1, Math.floor((at - begin) / length))
    const last = Math.min(width - 1, Math.max(first, Math.ceil((end - begin) / length) - 1))
    for (let cell = first; cell <= last; cell++) seen[cell]?.add(state._tag)
  }
  return seen.flatMap((some) => worst(some) ?? [])
}

/** A timeline, the oldest first, as one line in which an outage is seen however short it was, and what the line is made of. */
export const band = (
  entries: ReadonlyArray<Entry>,
  now: number,
  width: number,
  paint: Paint
): { readonly line: string; readonly legend: string } => {
  const drawn = cells(entries, now, width)
  const used = shades.toReversed().filter((shade) => drawn.includes(shade))
  return {
    line: drawn.map(({ hue, mark }) => paint(hue, mark)).join(""),
    legend: used.map(({ hue, mark, word }) => `${paint(hue, mark)} ${word}`).join("  ")
  }
}
