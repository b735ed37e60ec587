import type { Lane, Link } from "../Crew/Lane.ts"
import type { Lanes } from "../Crew/Lanes.ts"

/** What stands for an item in its lane: its number in the store, and its value while that is in memory. */
export interface Slot<A> {
  readonly seq: number
  value: A | undefined
  /** characters, 0 while the value is in the store only */
  size: number
  /** whether the store may know of it as begun; `over` once it is settled or let go of, when it must not any more */
  begun: boolean | "over"
}

/** For an item whose value is in the store only. */
export const bare = <A>(seq: number, begun: boolean): Slot<A> => ({ seq, value: undefined, size: 0, begun })

// About 16 MB: what comes in a burst is worked on without ever being read back, and a backlog of days takes no more.
const most = 8_000_000

// What a value costs besides its characters.
const overhead = 200

/** How many values are asked for at once. */
const page = 256

/** Which values of a queue are in memory. */
export class Window<A> {
  readonly #lanes: Lanes<Slot<A>>
  #size = 0

  constructor(lanes: Lanes<Slot<A>>) {
    this.#lanes = lanes
  }

  /** For an item that was just written: its value stays in memory as long as there is room. */
  slot(seq: number, value: A, length: number): Slot<A> {
    const slot = bare<A>(seq, false)
    if (this.#size < most) this.hold(slot, value, length)
    return slot
  }

  hold(slot: Slot<A>, value: A, length: number): void {
    this.release(slot)
    if (slot.begun === "over") return
    slot.value = value
    slot.size = length + overhead
    this.#size += slot.size
  }

  release(slot: Slot<A>): void {
    this.#size -= slot.size
    slot.value = undefined
    slot.size = 0
  }

  /** For what waits longer than others: its value makes room if that is wanted. */
  rest(slot: Slot<A>): void {
    if (2 * this.#size > most) this.release(slot)
  }

  /** What is to be read for `lane`: its head, and what will be worked on after it. */
  wanted(lane: Lane<Slot<A>>): ReadonlyArray<Slot<A>> {
    const slots = [lane.head.value]
    if (this.#size >= most) return slots
    const lanes = [lane]
    for (const ready of this.#lanes.ready()) {
      if (lanes.length >= page) break
      lanes.push(ready)
    }
    const deep = Math.floor(page / lanes.length)
    for (const { head } of lanes) {
      let link: Link<Slot<A>> | undefined = head
      for (let n = 0; n < deep && link !== undefined; n++, link = link.next)
        if (link.value.size === 0 && link !== lane.head) slots.push(link.value)
    }
    return slots
  }
}
