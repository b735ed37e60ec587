import * as Either from "effect/Either"
import { type Dead, type Depth, type Item, type Offered, StoreRefused, type Work } from "../KeyedQueue.ts"
import { type Lane, Lanes } from "./Lanes.ts"
import { RecentIds } from "./RecentIds.ts"

export interface Bounds {
  readonly name: string
  readonly capacity: number
  readonly dead: number
  readonly remember: { readonly ids: number; readonly millis: number }
}

/** Everything that is kept and what becomes of it. Each method is one commit. */
export class Ledger<A> {
  readonly lanes = new Lanes<A>()
  readonly #bounds: Bounds
  /** when each id was kept, oldest first */
  readonly #waiting = new Map<string, number>()
  readonly #dead = new Map<string, Dead<A>>()
  readonly #settled: RecentIds
  #forgotten = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
    this.#settled = new RecentIds(bounds.remember.ids, bounds.remember.millis)
  }

  offer(items: ReadonlyArray<Item<A>>, now: number): Either.Either<Offered, StoreRefused> {
    const room = this.#bounds.capacity - this.#waiting.size
    if (items.length > room) {
      const fresh = new Set(items.flatMap(({ id }) => (this.#knows(id) ? [] : [id]))).size
      if (fresh > room) return Either.left(this.#full(fresh))
    }
    const repeats: Array<string> = []
    for (const item of items) {
      if (this.#knows(item.id)) repeats.push(item.id)
      else this.#keep(item, now)
    }
    return Either.right({ kept: items.length - repeats.length, repeats })
  }

  settle(lane: Lane<A>, now: number): void {
    this.#forget(lane.head.work.id, now)
    this.lanes.advance(lane)
  }

  putOff(lane: Lane<A>, until: number, spent: boolean, now: number): void {
    const { work } = lane.head
    if (spent) lane.head.work = { ...work, attempts: work.attempts + 1 }
    this.lanes.putOff(lane, until, now)
  }

  /** The id that had to be forgotten to make room among the dead, if one had to. */
  bury(lane: Lane<A>, reason: string, now: number): string | undefined {
    const { work } = lane.head
    this.#waiting.delete(work.id)
    this.#dead.set(work.id, { ...work, reason, diedAt: now })
    this.lanes.advance(lane)
    if (this.#dead.size <= this.#bounds.dead) return undefined
    const [oldest] = this.#dead.keys()
    if (oldest !== undefined) this.drop(oldest, now)
    this.#forgotten++
    return oldest
  }

  /** How many of the dead had to make room so far. */
  get forgotten(): number {
    return this.#forgotten
  }

  retry(id: string, now: number): Either.Either<boolean, StoreRefused> {
    const found = this.#dead.get(id)
    if (found === undefined) return Either.right(false)
    if (this.#waiting.size >= this.#bounds.capacity) return Either.left(this.#full(1))
    this.#dead.delete(id)
    this.#keep(found, now)
    return Either.right(true)
  }

  drop(id: string, now: number): boolean {
    const found = this.#dead.delete(id)
    if (found) this.#forget(id, now)
    return found
  }

  get depth(): Depth {
    const [oldest] = this.#waiting.values()
    return { waiting: this.#waiting.size, dead: this.#dead.size, oldest }
  }

  get dead(): ReadonlyArray<Dead<A>> {
    return Array.from(this.#dead.values())
  }

  #knows(id: string): boolean {
    return this.#waiting.has(id) || this.#dead.has(id) || this.#settled.has(id)
  }

  #keep({ id, key, value }: Item<A>, now: number): void {
    this.#waiting.set(id, now)
    this.lanes.append({ id, key, value, attempts: 0, keptAt: now } satisfies Work<A>)
  }

  /** From now on `id` is only an id that is told apart, for as long as it is remembered. */
  #forget(id: string, now: number): void {
    this.#waiting.delete(id)
    this.#settled.add(id, now)
  }

  #full(fresh: number): StoreRefused {
    const { capacity, name } = this.#bounds
    return new StoreRefused({
      store: name,
      cause: `full: ${this.#waiting.size} of at most ${capacity} wait, and ${fresh} more were offered; none of them was kept`
    })
  }
}
