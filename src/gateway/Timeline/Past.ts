import type { AccountId } from "../../domain/Address.ts"
import { type Entry, idOf, numberOf } from "./Entry.ts"

/** What is seen of an account while no process sees to it. */
const stopped = (account: AccountId, last: Entry, left: number | undefined): Entry => {
  const at = Math.max(left ?? last.at, last.at)
  return {
    id: idOf(account, Math.max(numberOf(last) + 1, at)),
    account,
    at,
    state: { _tag: "Stopped" },
    since: at,
    cause: "the process that saw to it ended without a word",
    attempts: 0,
    generation: last.generation,
    flapping: false
  }
}

/**
 * What `stored` tells of an account and what this process knows of it, as one timeline. What the store has of others is theirs
 * to tell: what this process saw of the account meanwhile was only that it was not its own. Where the last owner did not get
 * to say that it stops, that is said for it, as of when it was last known to live.
 */
export const continued = (
  account: AccountId,
  stored: ReadonlyArray<Entry>,
  ours: ReadonlyArray<Entry>,
  left: number | undefined
): ReadonlyArray<Entry> => {
  const own = new Map(ours.map((entry) => [entry.id, entry]))
  const foreign = stored.findLast(({ id }) => !own.has(id))
  if (foreign === undefined) return ours
  const until = Math.max(numberOf(foreign), left ?? 0)
  const past = stored.filter((entry) => numberOf(entry) <= numberOf(foreign)).map((entry) => own.get(entry.id) ?? entry)
  const end = foreign.state._tag === "Stopped" ? [] : [stopped(account, foreign, left)]
  const before = end[0] ?? foreign
  return [...past, ...end, ...ours.filter((entry) => numberOf(entry) > until && numberOf(entry) > numberOf(before))]
}

/** Whether it only says that a process ended. */
const passes = ({ state }: Entry): boolean =>
  state._tag === "Stopping" || (state._tag === "Stopped" && state.removed !== true)

/** Whether the last that was decided of an account, but for the end of its process, was that it pauses. */
export const isPaused = (entries: ReadonlyArray<Entry>): boolean =>
  entries.findLast((entry) => !passes(entry))?.state._tag === "Paused"
