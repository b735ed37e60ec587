import * as SortedSet from "effect/SortedSet"
import { groupOf, type Item } from "../KeyedQueue.ts"
import { type Commit, emptyGroup, type Group, type Lane, type Link, type Past, soonest, untouched } from "./Lane.ts"
import { Line } from "./Line.ts"

/** Which keys have work, and which of them may go on. A lane is ready, held by one worker, parting from it, or put off. */
export class Lanes<A> {
  readonly #groups = new Map<string, Group<A>>()
  /** exactly the groups that have something ready and are below their bound */
  #turns = new Line<Group<A>>()
  #putOff = SortedSet.empty(soonest<A>())
  #perGroup = 0
  /** lanes that are ready, held or parting */
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
    this.#turn()
  }

  /** How many lanes of a group are held or parting. */
  heldOf(group: string): number {
    const { held = 0, parting = 0 } = this.#groups.get(group) ?? {}
    return held + parting
  }

  /** Nothing more of a group is held, until it is forgotten; what is held may go on. */
  close(name: string): void {
    const group = this.#groups.get(name)
    if (group === undefined) return
    group.closed = true
    this.#turn()
  }

  /** Forgets a group with all that it has, each of which is told to `gone`. */
  forget(name: string, gone: (link: Link<A>) => void): void {
    const group = this.#groups.get(name)
    if (group === undefined) return
    group.closed = true
    group.forgotten = true
    this.#groups.delete(name)
    this.#turn()
    this.#size -= group.size
    for (const lane of group.lanes.values()) {
      if (lane.until === undefined) this.#astir--
      else this.#putOff = SortedSet.remove(this.#putOff, lane)
      for (let link: Link<A> | undefined = lane.head; link !== undefined; link = link.next) gone(link)
    }
  }

  #turn(): void {
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
        parting: false,
        begun: false,
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

  of(key: string): Lane<A> | undefined {
    return this.#groups.get(groupOf(key))?.lanes.get(key)
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

  /** Another lane of its group may be held in the place of a held one, whose work is over. */
  part(lane: Lane<A>): void {
    const { group } = lane
    if (group.forgotten) return
    group.held--
    group.parting++
    lane.parting = true
    this.#queue(group)
  }

  /**
   * A lane that is held or parts is given back as it was, and is the next of its group to be held; that work on its head was
   * begun is an attempt, as it is for the next process.
   */
  release(lane: Lane<A>): void {
    const { group } = lane
    if (group.forgotten) return
    if (lane.begun) lane.head.attempts++
    this.#leave(lane)
    group.ready.prepend(lane)
    this.#queue(group)
  }

  /** The head of a lane that is held or parts is through, with `along` of those behind it; what follows waits for its turn behind the other lanes. */
  advance(lane: Lane<A>, along = 0): void {
    const { group } = lane
    if (group.forgotten) return
    this.#size -= along + 1
    group.size -= along + 1
    this.#leave(lane)
    let next = lane.head.next
    for (let passed = 0; passed < along; passed++) next = next?.next
    if (next === undefined) {
      this.#astir--
      group.lanes.delete(lane.key)
      if (group.size === 0) this.#groups.delete(group.name)
      else this.#queue(group)
    } else {
      lane.head = next
      this.#ready(lane)
    }
  }

  /** A lane that is held or parts waits for `wait` milliseconds from `now` on, unless it was woken meanwhile. */
  putOff(lane: Lane<A>, wait: number, now: number): void {
    const { group } = lane
    if (group.forgotten) return
    this.#leave(lane)
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

  #leave(lane: Lane<A>): void {
    lane.group[lane.parting ? "parting" : "held"]--
    lane.parting = false
    lane.begun = false
  }

  #group(name: string): Group<A> {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const group = emptyGroup<A>(name)
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
    if (group.inTurn || group.closed || group.held >= this.#perGroup || group.ready.isEmpty) return
    group.inTurn = true
    this.#turns.append(group)
  }
}
