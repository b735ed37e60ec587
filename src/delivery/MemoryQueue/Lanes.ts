import * as MutableList from "effect/MutableList"
import * as Order from "effect/Order"
import * as SortedSet from "effect/SortedSet"
import type { Work } from "../KeyedQueue.ts"

interface Link<A> {
  work: Work<A>
  next: Link<A> | undefined
}

/** The work of one key, oldest first and never empty. Only the head is worked on, and stays in its place meanwhile. */
export interface Lane<A> {
  readonly key: string
  /** tells lanes apart that are due at the same time */
  readonly ordinal: number
  head: Link<A>
  last: Link<A>
  /** monotonic milliseconds; means something only while the lane is put off */
  until: number
}

const soonest = <A>(): Order.Order<Lane<A>> =>
  Order.combine(
    Order.mapInput(Order.number, (lane) => lane.until),
    Order.mapInput(Order.number, (lane) => lane.ordinal)
  )

/** Which keys have work, and which of them may go on. A lane is ready, held by one worker, or put off. */
export class Lanes<A> {
  readonly #byKey = new Map<string, Lane<A>>()
  readonly #ready = MutableList.empty<Lane<A>>()
  #putOff = SortedSet.empty(soonest<A>())
  #held = 0
  #made = 0
  #size = 0

  /** How many items there are, in all lanes. */
  get size(): number {
    return this.#size
  }

  /** When the oldest item was kept, in Unix milliseconds. */
  get oldest(): number | undefined {
    let oldest: number | undefined
    for (const { head } of this.#byKey.values()) {
      if (oldest === undefined || head.work.keptAt < oldest) oldest = head.work.keptAt
    }
    return oldest
  }

  get anyReady(): boolean {
    return !MutableList.isEmpty(this.#ready)
  }

  /** Nothing is held and nothing is ready. */
  get resting(): boolean {
    return this.#held === 0 && !this.anyReady
  }

  /** When the first of those put off is due, in monotonic milliseconds; `Infinity` when none is put off. */
  get nextDue(): number {
    for (const lane of SortedSet.values(this.#putOff)) return lane.until
    return Number.POSITIVE_INFINITY
  }

  append(work: Work<A>): void {
    this.#size++
    const link: Link<A> = { work, next: undefined }
    const known = this.#byKey.get(work.key)
    if (known === undefined) {
      const lane: Lane<A> = { key: work.key, ordinal: this.#made++, head: link, last: link, until: 0 }
      this.#byKey.set(lane.key, lane)
      MutableList.append(this.#ready, lane)
    } else {
      known.last.next = link
      known.last = link
    }
  }

  hold(): Lane<A> | undefined {
    const lane = MutableList.shift(this.#ready)
    if (lane !== undefined) this.#held++
    return lane
  }

  /** A held lane is given back as it was, and is the next to be held. */
  release(lane: Lane<A>): void {
    this.#held--
    MutableList.prepend(this.#ready, lane)
  }

  /** The head of a held lane is through; what follows it waits for its turn behind the other lanes. */
  advance(lane: Lane<A>): void {
    this.#held--
    this.#size--
    if (lane.head.next === undefined) {
      this.#byKey.delete(lane.key)
      return
    }
    lane.head = lane.head.next
    MutableList.append(this.#ready, lane)
  }

  /** A held lane waits for `wait` milliseconds from `now` on. */
  putOff(lane: Lane<A>, wait: number, now: number): void {
    this.#held--
    // Asked this way round so that a wait which is not a number is none: nothing may wait for ever.
    if (wait > 0) {
      lane.until = now + wait
      this.#putOff = SortedSet.add(this.#putOff, lane)
    } else MutableList.append(this.#ready, lane)
  }

  /** What was put off and is due is ready. */
  promote(now: number): void {
    for (const lane of SortedSet.values(this.#putOff)) {
      if (lane.until > now) return
      this.#resume(lane)
    }
  }

  wake(prefix: string): void {
    for (const lane of SortedSet.values(this.#putOff)) if (lane.key.startsWith(prefix)) this.#resume(lane)
  }

  #resume(lane: Lane<A>): void {
    this.#putOff = SortedSet.remove(this.#putOff, lane)
    MutableList.append(this.#ready, lane)
  }
}
