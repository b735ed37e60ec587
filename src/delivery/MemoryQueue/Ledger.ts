import * as Either from "effect/Either"
import { refusal } from "../Capacity.ts"
import { firstOf, keptIn, type Lane } from "../Crew/Lane.ts"
import { Lanes } from "../Crew/Lanes.ts"
import type { Dead, Depth, Fate, Item, Kept, Offered, StoreRefused } from "../KeyedQueue.ts"
import { KnownIds } from "./KnownIds.ts"

export interface Bounds {
  /** What errors and logs call the queue. */
  readonly name: string
  /**
   * How many items may wait, those being worked on included; at least 2. A group may hold no more than is left for the
   * others, so one alone half of it, and each of `n` that are full one part in `n + 1`. An offer that goes beyond is refused
   * whole.
   */
  readonly capacity: number
  /** How many of the dead are kept; the oldest make room, with a warning. */
  readonly dead: number
  /** How many ids of settled items, the latest, are still told apart; at least 1. */
  readonly remember: number
}

/** Everything that is kept and what becomes of it. Each method is one commit. */
export class Ledger<A> {
  readonly lanes = new Lanes<A>()
  readonly #bounds: Bounds
  readonly #ids: KnownIds
  readonly #dead = new Map<string, Dead<A>>()
  #forgotten = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
    this.#ids = new KnownIds(bounds.remember)
  }

  offer(items: ReadonlyArray<Item<A>>, now: number): Either.Either<Offered, StoreRefused> {
    // Half full at most, it has room for whatever they are.
    if (2 * (this.lanes.size + items.length) > this.#bounds.capacity) {
      const isKnown = (id: string | undefined) => id !== undefined && this.#ids.has(id)
      const fresh = items.filter(({ id, partOf }) => !isKnown(id) && !isKnown(partOf))
      const refused = refusal(this.#bounds, this.lanes, fresh)
      if (refused !== undefined) return Either.left(refused)
    }
    const commit = { at: now }
    const repeats: Array<string> = []
    for (const item of items) {
      const goesOn = item.partOf === undefined || !repeats.includes(item.partOf)
      if (goesOn && this.#ids.add(item.id)) this.lanes.append(item, commit)
      else repeats.push(item.id)
    }
    return Either.right({ kept: items.length - repeats.length, repeats })
  }

  behind(key: string, most: number): ReadonlyArray<Kept<A>> {
    const lane = this.lanes.of(key)
    if (lane === undefined) return []
    const [, ...behind] = firstOf(lane.head, most)
    return behind.map((link) => keptIn(lane, link))
  }

  settle(lane: Lane<A>, proof: string | undefined, along = 0): void {
    const links = firstOf(lane.head, along)
    for (const { id } of links) this.#ids.letGo(id, proof)
    this.lanes.advance(lane, links.length - 1)
  }

  putOff(lane: Lane<A>, wait: number, spent: boolean, now: number): void {
    if (spent) lane.head.attempts++
    this.lanes.putOff(lane, wait, now)
  }

  /** The id that was forgotten to make room among the dead, if one had to be. */
  bury(lane: Lane<A>, reason: string, now: number, along = 0): string | undefined {
    const links = firstOf(lane.head, along)
    for (const link of links) this.#dead.set(link.id, { ...keptIn(lane, link), reason, diedAt: now })
    this.lanes.advance(lane, links.length - 1)
    let forgotten: string | undefined
    for (const oldest of this.#dead.keys()) {
      if (this.#dead.size <= this.#bounds.dead) break
      this.drop(oldest)
      this.#forgotten++
      forgotten ??= oldest
    }
    return forgotten
  }

  /** How many of the dead had to make room so far. */
  get forgotten(): number {
    return this.#forgotten
  }

  retry(id: string, now: number): Either.Either<boolean, StoreRefused> {
    const found = this.#dead.get(id)
    if (found === undefined) return Either.right(false)
    const refused = refusal(this.#bounds, this.lanes, [found])
    if (refused !== undefined) return Either.left(refused)
    this.#dead.delete(id)
    this.lanes.append(found, { at: now })
    return Either.right(true)
  }

  drop(id: string): boolean {
    const found = this.#dead.delete(id)
    if (found) this.#ids.letGo(id)
    return found
  }

  fate(id: string): Fate {
    const found = this.#dead.get(id)
    if (found !== undefined) return { _tag: "Dead", reason: found.reason }
    const past = this.#ids.past(id)
    if (past !== undefined) return { _tag: "Settled", ...past }
    return { _tag: this.#ids.has(id) ? "Waiting" : "Unknown" }
  }

  get depth(): Depth {
    return { waiting: this.lanes.size, dead: this.#dead.size, oldest: this.lanes.oldest }
  }

  get dead(): ReadonlyArray<Dead<A>> {
    return Array.from(this.#dead.values())
  }
}
