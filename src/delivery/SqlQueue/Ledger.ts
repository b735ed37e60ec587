import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import { refusal } from "../Capacity.ts"
import { type Lane, Lanes, type Link } from "../Crew/Lanes.ts"
import { type Depth, groupOf, type Item, type Offered, StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry, Journal } from "../SqlStore/Journal.ts"
import type { Codec } from "./Codec.ts"
import { bare, type Slot, Window } from "./Window.ts"
import { read, written } from "../SqlStore/Words.ts"

export interface Bounds {
  /** What errors and logs call the queue, and what its rows are kept under. */
  readonly name: string
  /** How many items may wait, as for a queue in memory; each takes about 200 bytes of memory besides its id. */
  readonly capacity: number
  /** How many of the dead are kept; the oldest make room, with a warning. */
  readonly dead: number
}

/** An entry without its store: what one queue adds to a commit of another. */
export type Offer = Pick<Entry<Offered>, "asks" | "plan">

// Farther away than anybody waits, and a number that every database keeps.
const never = 2 ** 52

const dueOf = (at: number): number => Math.trunc(Math.min(Math.max(at, 0), never)) || 0

/** Everything of one queue that is kept: its order in memory, and what of it is to be written. */
export class Ledger<A> {
  readonly lanes = new Lanes<Slot<A>>()
  readonly window = new Window(this.lanes)
  readonly bounds: Bounds
  readonly #codec: Codec<A>
  readonly #journal: Journal
  readonly #called: () => void
  dead = 0
  forgotten = 0

  /** `called`: after something came that may be worked on. */
  constructor(bounds: Bounds, codec: Codec<A>, journal: Journal, called: () => void) {
    this.bounds = bounds
    this.#codec = codec
    this.#journal = journal
    this.#called = called
  }

  get depth(): Depth {
    return { waiting: this.lanes.size, dead: this.dead, oldest: this.lanes.oldest }
  }

  /** Keeps `items`; a value that cannot be written is a defect here, before anything is. */
  offer(items: ReadonlyArray<Item<A>>, now: number): Offer {
    const { name } = this.bounds
    const rows = items.map((item) => ({ item, id: written(item.id), text: this.#codec.encode(item.value) }))
    return {
      asks: rows.map(({ id }) => [name, id]),
      plan: (draft) => {
        const isFresh = ({ id }: { readonly id: string }) => !draft.isKnown(name, id)
        const refused = this.#refusal(
          draft,
          rows.filter(isFresh).map(({ item }) => item)
        )
        if (refused !== undefined) return Either.left(refused)
        const commit = { at: now }
        const repeats: Array<string> = []
        const kept: Array<() => void> = []
        for (const row of rows) {
          const { id, item, text } = row
          if (!isFresh(row)) {
            repeats.push(item.id)
            continue
          }
          const seq = this.#journal.nextSeq()
          draft.keep(name, groupOf(item.key), [seq, id, written(item.key), text, now])
          kept.push(() => {
            this.lanes.append({ ...item, value: this.window.slot(seq, item.value, text.length) }, commit)
          })
        }
        return Either.right(() => {
          for (const keep of kept) keep()
          this.#called()
          return { kept: kept.length, repeats }
        })
      }
    }
  }

  /** That it is begun is written down as what it comes to if nothing more is heard of it. */
  begin(draft: Draft, { attempts, id, value }: Link<Slot<A>>): Either.Either<() => void, StoreRefused> {
    if (value.begun === "over")
      return Either.left(new StoreRefused({ store: this.bounds.name, cause: `${id} is settled already` }))
    value.begun = true
    draft.begin(value.seq, attempts + 1)
    return Either.right(constVoid)
  }

  /** What it counted before it was begun is what it comes to if nothing more is heard of it. */
  giveBack(draft: Draft, { attempts, value }: Link<Slot<A>>): Either.Either<() => void, StoreRefused> {
    if (value.begun === true) draft.begin(value.seq, attempts)
    return Either.right(constVoid)
  }

  settle(draft: Draft, lane: Lane<Slot<A>>, { value }: Link<Slot<A>>): () => void {
    draft.settle(value.seq)
    this.#end(draft, value)
    return () => {
      value.begun = "over"
      this.window.release(value)
      this.lanes.advance(lane)
    }
  }

  putOff(
    draft: Draft,
    lane: Lane<Slot<A>>,
    head: Link<Slot<A>>,
    at: number,
    spent: boolean
  ): (wait: number, now: number) => void {
    const attempts = head.attempts + (spent ? 1 : 0)
    draft.putOff(head.value.seq, attempts, dueOf(at))
    this.#end(draft, head.value)
    return (wait, now) => {
      head.attempts = attempts
      head.value.begun = false
      this.window.rest(head.value)
      this.lanes.putOff(lane, wait, now)
    }
  }

  /** `crowded` hears whose place was needed, if somebody's was. */
  bury(
    draft: Draft,
    lane: Lane<Slot<A>>,
    { attempts, value }: Link<Slot<A>>,
    reason: string,
    now: number,
    crowded: (id: string) => void
  ): () => void {
    const { dead: most, name } = this.bounds
    draft.bury(value.seq, attempts, written(reason), now)
    this.#end(draft, value)
    if (this.dead + draft.buried > most) {
      draft.crowded.set(name, {
        queue: name,
        most,
        tell: (ids) => {
          this.dead -= ids.length
          this.forgotten += ids.length
          crowded(read(ids[0] ?? ""))
        }
      })
    }
    return () => {
      this.dead++
      value.begun = "over"
      this.window.release(value)
      this.lanes.advance(lane)
    }
  }

  /** Gives one of the dead another life, in a row of the store that is its already. */
  revive(seq: number, id: string, key: string, now: number): void {
    this.dead--
    this.lanes.append({ id, key, value: bare(seq, false) }, { at: now })
    this.#called()
  }

  #end(draft: Draft, { begun, seq }: Slot<A>): void {
    if (begun === true) draft.end(seq)
  }

  #refusal(draft: Draft, fresh: ReadonlyArray<Item<A>>): StoreRefused | undefined {
    const { lanes } = this
    const { name } = this.bounds
    return refusal(
      this.bounds,
      { size: lanes.size + draft.coming(name), sizeOf: (group) => lanes.sizeOf(group) + draft.coming(name, group) },
      fresh
    )
  }
}
