import { firstOf, type Lane, type Link } from "../Crew/Lane.ts"
import { Lanes } from "../Crew/Lanes.ts"
import { type Depth, groupOf, StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Hold } from "../SqlStore/Fence.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { bare, type Slot, Window } from "./Window.ts"
import type { Naming } from "../SqlStore/Naming.ts"
import { read, written } from "../SqlStore/Words.ts"

export interface Bounds extends Naming {
  /** How many items may wait, as for a queue in memory; each takes about 200 bytes of memory besides its id. */
  readonly capacity: number
  /** How many of the dead are kept; the oldest make room, with a warning. */
  readonly dead: number
}

/** A group that was taken up. */
export interface Adopted {
  /** how many dead it has */
  dead: number
  /** the lease under which it was: what others kept before that one is known */
  readonly hold: Hold
  /** what the ids begin with that were recalled from bays */
  readonly prefix: string
}

// Farther away than anybody waits, and a number that every database keeps.
const never = 2 ** 52

const dueOf = (at: number): number => Math.trunc(Math.min(Math.max(at, 0), never)) || 0

/** Everything of one queue that is kept: its order in memory, and what of it is to be written. */
export class Ledger<A> {
  readonly lanes = new Lanes<Slot<A>>()
  readonly window = new Window(this.lanes)
  readonly bounds: Bounds
  readonly #journal: Journal
  /** after something came that may be worked on */
  readonly called: () => void
  readonly #adopted = new Map<string, Adopted>()
  forgotten = 0

  constructor(bounds: Bounds, journal: Journal, called: () => void) {
    this.bounds = bounds
    this.#journal = journal
    this.called = called
  }

  get depth(): Depth {
    return { waiting: this.lanes.size, dead: this.#dead, oldest: this.lanes.oldest }
  }

  get accounts(): ReadonlyArray<string> {
    return [...this.#adopted.keys()]
  }

  /** How an account was taken up, if it was. */
  adoption(account: string): Adopted | undefined {
    return this.#adopted.get(account)
  }

  has(account: string): boolean {
    const adopted = this.#adopted.get(account)
    return adopted !== undefined && adopted.hold === this.#journal.fence.holdOf(account)
  }

  /** From now on offers of an account are taken, of which all that waits is in its lanes, and all that is known was recalled. */
  adopt(account: string, adopted: Adopted): void {
    this.#adopted.set(account, adopted)
  }

  /** From now on offers of an account are refused, and nothing more of it is taken up. */
  close(account: string): void {
    this.#adopted.delete(account)
    this.lanes.close(account)
  }

  /** An account is as if it had never been here. */
  forget(account: string): void {
    this.lanes.forget(account, ({ value }) => {
      this.window.release(value)
      value.begun = "over"
    })
  }

  get #dead(): number {
    let dead = 0
    for (const adopted of this.#adopted.values()) dead += adopted.dead
    return dead
  }

  /** How many of each account are dead. */
  get deadOf(): ReadonlyArray<readonly [account: string, dead: number]> {
    return Array.from(this.#adopted, ([account, { dead }]) => [account, dead])
  }

  /** Counts dead of an account, or fewer. */
  died(account: string, more: number): void {
    const adopted = this.#adopted.get(account)
    if (adopted !== undefined) adopted.dead += more
  }

  strange(account: string): StoreRefused {
    return new StoreRefused({ store: this.bounds.name, cause: `${account} is not taken up by this process` })
  }

  /** That it is begun is written down as what it comes to if nothing more is heard of it. */
  begin(draft: Draft, { attempts, id, value }: Link<Slot<A>>): StoreRefused | undefined {
    if (value.begun === "over") return new StoreRefused({ store: this.bounds.name, cause: `${id} is settled already` })
    value.begun = true
    draft.begin(value.seq, attempts + 1)
    return undefined
  }

  /** What it counted before it was begun is what it comes to if nothing more is heard of it. */
  giveBack(draft: Draft, { attempts, value }: Link<Slot<A>>): undefined {
    if (value.begun === true) draft.begin(value.seq, attempts)
    return undefined
  }

  /** The head of a held lane is done, and `along` of those behind it. */
  settle(draft: Draft, lane: Lane<Slot<A>>, head: Link<Slot<A>>, proof: string | undefined, along = 0): () => void {
    const links = firstOf(head, along)
    for (const { value } of links) {
      draft.settle(value.seq)
      if (proof !== undefined) draft.prove(value.seq, written(proof))
      this.#end(draft, value)
    }
    return () => this.#pass(lane, links)
  }

  #pass(lane: Lane<Slot<A>>, links: ReadonlyArray<Link<Slot<A>>>): void {
    for (const { value } of links) {
      value.begun = "over"
      this.window.release(value)
    }
    this.lanes.advance(lane, links.length - 1)
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
    head: Link<Slot<A>>,
    reason: string,
    now: number,
    crowded: (id: string) => void,
    along = 0
  ): () => void {
    const { dead: most, name } = this.bounds
    const links = firstOf(head, along)
    for (const { attempts, value } of links) {
      draft.bury(value.seq, attempts, written(reason), now)
      this.#end(draft, value)
    }
    const account = lane.group.name
    if (this.#dead + draft.buried > most) {
      draft.crowded.set(name, {
        queue: name,
        most,
        accounts: this.accounts,
        tell: (forgotten) => {
          for (const { account } of forgotten) this.died(read(account), -1)
          this.forgotten += forgotten.length
          crowded(read(forgotten[0]?.id ?? ""))
        }
      })
    }
    return () => {
      this.died(account, links.length)
      this.#pass(lane, links)
    }
  }

  /** Gives one of the dead another life, in a row of the store that is its already. */
  revive(seq: number, id: string, key: string, now: number): void {
    this.died(groupOf(key), -1)
    this.lanes.append({ id, key, value: bare(seq, false) }, { at: now })
    this.called()
  }

  #end(draft: Draft, { begun, seq }: Slot<A>): void {
    if (begun === true) draft.end(seq)
  }
}
