import * as Order from "effect/Order"
import * as SortedSet from "effect/SortedSet"
import { groupOf, type Item, type Kept } from "../KeyedQueue.ts"
import { Line, type Standing } from "./Line.ts"

/** What came in one commit shares this, where a number in each item would be an object of its own. */
export interface Commit {
  /** Unix milliseconds */
  readonly at: number
}

/** One item that waits: very many may, so each is one object and has its key from its lane. */
export interface Link<A> {
  readonly id: string
  readonly value: A
  readonly kept: Commit
  attempts: number
  next: Link<A> | undefined
}

/** The work of one key, oldest first and never empty. Only the head is worked on, and stays in its place meanwhile. */
export interface Lane<A> extends Standing<Lane<A>> {
  readonly key: string
  readonly group: Group<A>
  /** tells lanes apart that are due at the same time */
  readonly ordinal: number
  head: Link<A>
  last: Link<A>
  /** monotonic milliseconds while the lane is put off, otherwise undefined */
  until: number | undefined
  /** woken since it was held last */
  woken: boolean
}

/** What became of an item before it came into its lane; put off until then, in monotonic milliseconds, if it is the head. */
export interface Past {
  readonly attempts: number
  readonly until: number | undefined
}

const untouched: Past = { attempts: 0, until: undefined }

/** The head of a lane, as it is kept. */
export const headOf = <A>({ head: { attempts, id, kept, value }, key }: Lane<A>): Kept<A> => ({
  id,
  key,
  value,
  attempts,
  keptAt: kept.at
})

/** The lanes of one group, never none. */
interface Group<A> extends Standing<Group<A>> {
  readonly name: string
  readonly lanes: Map<string, Lane<A>>
  readonly ready: Line<Lane<A>>
  /** items, in all its lanes */
  size: number
  held: number
  inTurn: boolean
}

const soonest = <A>(): Order.Order<Lane<A>> =>
  Order.combine(
    Order.mapInput(Order.number, (lane) => lane.until ?? 0),
    Order.mapInput(Order.number, (lane) => lane.ordinal)
  )

/** Which keys have work, and which of them may go on. A lane is ready, held by one worker, or put off. */
export class Lanes<A> {
  readonly #groups = new Map<string, Group<A>>()
  /** exactly the groups that have something ready and are below their bound */
  #turns = new Line<Group<A>>()
  #putOff = SortedSet.empty(soonest<A>())
  #perGroup = 0
  /** lanes that are ready or held */
  #astir = 0
  #made = 0
  #size = 0

  /** How many items there are, in all lanes. */
  get size(): number {
    return this.#size
  }

  sizeOf(group: string): number {
    return this.#groups.get(group)?.size ?? 0
  }

  /** When the oldest item was kept, in Unix milliseconds. */
  get oldest(): number | undefined {
    let all: number | undefined
    for (const { oldest } of this.waiting()) all = Math.min(all ?? oldest, oldest)
    return all
  }

  /** How many items each group has, and when the oldest of them was kept. */
  *waiting(): Iterable<{ readonly group: string; readonly size: number; readonly oldest: number }> {
    for (const { lanes, name, size } of this.#groups.values()) {
      let oldest = Number.POSITIVE_INFINITY
      for (const { head } of lanes.values()) oldest = Math.min(oldest, head.kept.at)
      yield { group: name, size, oldest }
    }
  }

  /** Something is ready, and its group is below its bound. */
  get anyReady(): boolean {
    return !this.#turns.isEmpty
  }

  /** Nothing is held and nothing is ready. */
  get resting(): boolean {
    return this.#astir === 0
  }

  /** When the first of those put off is due, in monotonic milliseconds; `Infinity` when none is put off. */
  get nextDue(): number {
    for (const { until } of SortedSet.values(this.#putOff)) if (until !== undefined) return until
    return Number.POSITIVE_INFINITY
  }

  /** So many more lanes of one group may be held at once, or so many fewer. */
  admit(more: number): void {
    this.#perGroup += more
    this.#turns = new Line()
    for (const group of this.#groups.values()) {
      group.inTurn = false
      this.#queue(group)
    }
  }

  append({ id, key, value }: Item<A>, kept: Commit, { attempts, until }: Past = untouched): void {
    const group = this.#group(groupOf(key))
    const link: Link<A> = { id, value, kept, attempts, next: undefined }
    const known = group.lanes.get(key)
    this.#size++
    group.size++
    if (known === undefined) {
      const ordinal = this.#made++
      const lane: Lane<A> = {
        key,
        group,
        ordinal,
        head: link,
        last: link,
        until,
        woken: false,
        behind: undefined
      }
      group.lanes.set(key, lane)
      if (until === undefined) {
        this.#astir++
        this.#ready(lane)
      } else this.#putOff = SortedSet.add(this.#putOff, lane)
    } else {
      known.last.next = link
      known.last = link
    }
  }

  /** The lanes that may be held now, group by group. */
  *ready(): Iterable<Lane<A>> {
    for (const group of this.#turns) yield* group.ready
  }

  /** The next lane of the group whose turn it is. */
  hold(): Lane<A> | undefined {
    const group = this.#turns.shift()
    if (group === undefined) return undefined
    const lane = group.ready.shift()
    if (lane !== undefined) {
      lane.woken = false
      group.held++
    }
    group.inTurn = false
    this.#queue(group)
    return lane
  }

  /** A held lane is given back as it was, and is the next of its group to be held. */
  release(lane: Lane<A>): void {
    const { group } = lane
    group.held--
    group.ready.prepend(lane)
    this.#queue(group)
  }

  /** The head of a held lane is through; what follows it waits for its turn behind the other lanes. */
  advance(lane: Lane<A>): void {
    const { group } = lane
    this.#size--
    group.size--
    group.held--
    if (lane.head.next === undefined) {
      this.#astir--
      group.lanes.delete(lane.key)
      if (group.size === 0) this.#groups.delete(group.name)
      else this.#queue(group)
    } else {
      lane.head = lane.head.next
      this.#ready(lane)
    }
  }

  /** A held lane waits for `wait` milliseconds from `now` on, unless it was woken meanwhile. */
  putOff(lane: Lane<A>, wait: number, now: number): void {
    const { group } = lane
    group.held--
    // Asked this way round so that a wait which is not a number is none: nothing may wait for ever.
    if (wait > 0 && !lane.woken) {
      lane.until = now + wait
      this.#putOff = SortedSet.add(this.#putOff, lane)
      this.#astir--
      this.#queue(group)
    } else this.#ready(lane)
  }

  /** What was put off and is due is ready. */
  promote(now: number): void {
    for (const lane of SortedSet.values(this.#putOff)) {
      if (lane.until !== undefined && lane.until > now) return
      this.#resume(lane)
    }
  }

  wake(prefix: string): void {
    for (const lane of this.#under(prefix)) {
      lane.woken = true
      if (lane.until !== undefined) this.#resume(lane)
    }
  }

  *#under(prefix: string): Iterable<Lane<A>> {
    const name = groupOf(prefix)
    for (const group of this.#groups.values()) {
      if (!group.name.startsWith(name)) continue
      for (const lane of group.lanes.values()) if (lane.key.startsWith(prefix)) yield lane
    }
  }

  #group(name: string): Group<A> {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const group: Group<A> = {
      name,
      lanes: new Map(),
      ready: new Line(),
      size: 0,
      held: 0,
      inTurn: false,
      behind: undefined
    }
    this.#groups.set(name, group)
    return group
  }

  #resume(lane: Lane<A>): void {
    this.#putOff = SortedSet.remove(this.#putOff, lane)
    lane.until = undefined
    this.#astir++
    this.#ready(lane)
  }

  #ready(lane: Lane<A>): void {
    lane.group.ready.append(lane)
    this.#queue(lane.group)
  }

  /** A group takes its turn behind the others, if it can use one and does not wait for one already. */
  #queue(group: Group<A>): void {
    if (group.inTurn || group.held >= this.#perGroup || group.ready.isEmpty) return
    group.inTurn = true
    this.#turns.append(group)
  }
}
