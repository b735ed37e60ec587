import type { State } from "../../gateway/Status.ts"
import type { Entry } from "../../gateway/Timeline.ts"

/** A stretch in which an account was to be connected and was not. */
export interface Outage {
  readonly from: number
  /** none while it lasts */
  readonly to?: number
  readonly cause?: string
}

/** What an outage lies between. */
const settled: ReadonlySet<State["_tag"]> = new Set(["Connected", "Paused"])

/** What says nothing of why it is not connected. */
const passing: ReadonlySet<State["_tag"]> = new Set(["Connecting", "Stopping", "Stopped"])

const causeOf = (entries: ReadonlyArray<Entry>): string | undefined =>
  (
    entries.find(({ cause, state }) => cause !== undefined && !passing.has(state._tag)) ??
    entries.find(({ cause }) => cause !== undefined)
  )?.cause ?? (entries.some(({ state }) => state._tag === "Stopped") ? "its process stopped" : undefined)

/** Whether a stretch is only the way into a pause, or out of it. */
const isPause = (begun: ReadonlyArray<Entry>, between: ReadonlyArray<Entry | undefined>): boolean =>
  between.some((end) => end?.state._tag === "Paused") &&
  begun.every(({ state }) => state._tag === "Stopping" || state._tag === "Connecting")

/** The outages that a timeline, the oldest first, tells of. What was before the first connection is none. */
export const outages = (entries: ReadonlyArray<Entry>): ReadonlyArray<Outage> => {
  const all: Array<Outage> = []
  let before: Entry | undefined
  let begun: Array<Entry> = []
  const end = (after?: Entry) => {
    const [first] = begun
    if (first !== undefined && before !== undefined && !isPause(begun, [before, after])) {
      const cause = causeOf(begun)
      const to = after === undefined ? {} : { to: after.at }
      all.push({ from: first.at, ...to, ...(cause === undefined ? undefined : { cause }) })
    }
    begun = []
    before = after ?? before
  }
  for (const entry of entries) {
    if (settled.has(entry.state._tag)) end(entry)
    else begun.push(entry)
  }
  end()
  return all
}
