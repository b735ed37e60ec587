import type { AccountId } from "../../domain/Address.ts"
import { type AccountStatus, due, type State } from "../Status.ts"
import { type Entry, idOf, numberOf, type Page, type Query, told } from "./Entry.ts"

/** The most entries that are kept of an account. */
export const most = 1000

/** Of one outage: how it began, and how it has been going of late. */
export const kept = { first: 10, last: 40 }

/** What changed in a history: an entry that is new or says more than before, or the number of one that is not kept any more. */
export type Change =
  | { readonly _tag: "Kept"; readonly entry: Entry; readonly isNew: boolean }
  | { readonly _tag: "Dropped"; readonly number: number }

/** After one of these a line that is being opened is one more try of the same outage, not news. */
const waiting: ReadonlySet<State["_tag"]> = new Set(["Reconnecting", "Rescheduled", "RateLimited", "Parked", "Held"])

/** What an outage lies between. */
const settled: ReadonlySet<State["_tag"]> = new Set(["Connected", "Paused", "Stopped"])

const isAnotherTry = (last: Entry, { state }: AccountStatus): boolean =>
  state._tag === "Connecting" && waiting.has(last.state._tag)

const isSame = (last: Entry, { cause, flapping, state }: AccountStatus): boolean =>
  last.state._tag === state._tag && last.cause === cause && last.flapping === flapping

/** Whether an entry has nothing to add to what it says. */
const saysSo = (last: Entry, { attempts, generation, state }: AccountStatus): boolean =>
  last.attempts === attempts && last.generation === generation && due(last.state) === due(state)

/**
 * The entries of one account, in order. A try that comes to the same as the one before it updates that entry, so that an
 * outage can be read: what it says of attempts and due time is the newest try's. What an outage had in its middle goes before
 * anything else does, so that the longest of them leaves the others in place.
 */
export class History {
  readonly account: AccountId
  #entries: Array<Entry> = []

  constructor(account: AccountId) {
    this.account = account
  }

  get entries(): ReadonlyArray<Entry> {
    return this.#entries
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1)
  }

  /** Replaces all entries; these are in order. */
  restore(entries: ReadonlyArray<Entry>): void {
    this.#entries = [...entries]
  }

  /** Takes in what became of the account at `now`. */
  note(status: AccountStatus, now: number): ReadonlyArray<Change> {
    const { last } = this
    if (last !== undefined && isAnotherTry(last, status)) return []
    if (last === undefined || !isSame(last, status)) return this.add({ at: now, ...told(status) })
    if (saysSo(last, status)) return []
    const entry = { ...last, ...told(status) }
    this.#entries[this.#entries.length - 1] = entry
    return [{ _tag: "Kept", entry, isNew: false }]
  }

  /** Adds an entry behind all others. Its number is its time, or the next that is free: it grows over restarts too. */
  add(news: Omit<Entry, "id">): ReadonlyArray<Change> {
    const before = this.last === undefined ? 0 : numberOf(this.last)
    const entry: Entry = { id: idOf(this.account, Math.max(before + 1, news.at)), ...news }
    this.#entries.push(entry)
    return [{ _tag: "Kept", entry, isNew: true }, ...this.#thin()]
  }

  /** The newest first; none before one that is not known in any form. */
  page({ before, limit }: Query): Page {
    const end = before === undefined ? Number.POSITIVE_INFINITY : numberOf({ id: before })
    const found = this.#entries.filter((entry) => numberOf(entry) < end)
    const entries = found.slice(-limit).toReversed()
    const next = entries.at(-1)
    return next === undefined || entries.length === found.length ? { entries } : { entries, next: next.id }
  }

  #thin(): ReadonlyArray<Change> {
    const begin = this.#entries.findLastIndex(({ state }) => settled.has(state._tag)) + 1
    if (this.#entries.length - begin > kept.first + kept.last) return this.#omit(begin + kept.first)
    const oldest = this.#entries.length > most ? this.#entries.shift() : undefined
    return oldest === undefined ? [] : [{ _tag: "Dropped", number: numberOf(oldest) }]
  }

  /** Drops an entry, and has the one behind it say so. */
  #omit(index: number): ReadonlyArray<Change> {
    const [gone, next] = [this.#entries[index], this.#entries[index + 1]]
    if (gone === undefined || next === undefined) return []
    const entry = { ...next, omitted: (gone.omitted ?? 0) + 1 + (next.omitted ?? 0) }
    this.#entries.splice(index, 2, entry)
    return [
      { _tag: "Dropped", number: numberOf(gone) },
      { _tag: "Kept", entry, isNew: false }
    ]
  }
}
