import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import { refusal } from "../Capacity.ts"
import { firstOf, type Lane, type Link } from "../Crew/Lane.ts"
import { Lanes } from "../Crew/Lanes.ts"
import { type Depth, groupOf, type Item, type Offered, StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry } from "../SqlStore/Entry.ts"
import type { Hold } from "../SqlStore/Fence.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Codec } from "./Codec.ts"
import { bare, type Slot, Window } from "./Window.ts"
import { asked, descent, type Naming } from "../SqlStore/Naming.ts"
import { read, written } from "../SqlStore/Words.ts"

export interface Bounds extends Naming {
  /** How many items may wait, as for a queue in memory; each takes about 200 bytes of memory besides its id. */
  readonly capacity: number
  /** How many of the dead are kept; the oldest make room, with a warning. */
  readonly dead: number
}

const none: ReadonlySet<string> = new Set()

/** An entry without its store: what one queue adds to a commit of another. */
export type Offer = Omit<Entry<Offered>, "store">

/** What is kept of whatever an offer comes of. */
export interface Origin {
  readonly id: string
  readonly seq: number
}

/** A group that was taken up. */
interface Adopted {
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
  readonly #codec: Codec<A>
  readonly #journal: Journal
  /** after something came that may be worked on */
  readonly called: () => void
  readonly #adopted = new Map<string, Adopted>()
  forgotten = 0

  constructor(bounds: Bounds, codec: Codec<A>, journal: Journal, called: () => void) {
    this.bounds = bounds
    this.#codec = codec
    this.#journal = journal
    this.called = called
  }

  get depth(): Depth {
    return { waiting: this.lanes.size, dead: this.#dead, oldest: this.lanes.oldest }
  }

  get accounts(): ReadonlyArray<string> {
    return [...this.#adopted.keys()]
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

  /** Keeps `items`, which may come of what settles with them; a value that cannot be written is a defect here, before anything is. */
  offer(items: ReadonlyArray<Item<A>>, now: number, origin?: Origin): Offer {
    const { bounds } = this
    const { name } = bounds
    const { bays } = this.#journal
    const rows = items.map((item) => {
      const id = written(item.id)
      return { item, id, text: this.#codec.encode(item.value), account: groupOf(item.key), of: descent(bounds, id) }
    })
    return {
      accounts:
        rows.length === 1 ? rows.map(({ account }) => account) : [...new Set(rows.map(({ account }) => account))],
      asks: {
        count: rows.length,
        rows: (all) =>
          rows
            .filter(({ account, id, of }) =>
              of === undefined ? this.#mayBeKnown(account, id) : all || of.root !== origin?.id
            )
            .map(({ id }) => asked(bounds, id))
      },
      plan: (draft) => {
        const strange = rows.find(({ account }) => !this.has(account))
        if (strange !== undefined) return Either.left(this.strange(strange.account))
        // asked before anything of this offer is known
        const repeated = rows.filter(({ id }) => draft.isKnown(name, id))
        const known = repeated.length === 0 ? none : new Set(repeated.map(({ item }) => item.id))
        const isFresh = ({ id, partOf }: Item<A>) => !known.has(id) && (partOf === undefined || !known.has(partOf))
        const refused = this.#refusal(draft, known.size === 0 ? items : items.filter(isFresh))
        if (refused !== undefined) return Either.left(refused)
        const commit = { at: now }
        const repeats: Array<string> = []
        const kept: Array<() => void> = []
        for (const row of rows) {
          const { account, id, item, of, text } = row
          const adopted = this.#adopted.get(account)
          // an offer may name one twice
          if (!isFresh(item) || !draft.learn(name, id)) {
            repeats.push(item.id)
            continue
          }
          const seq = this.#journal.nextSeq()
          const root = of?.root === origin?.id ? origin?.seq : draft.originOf(name, id)
          const stands =
            of === undefined || root === undefined ? { place: bays.place(), name: id } : { place: root, name: of.rest }
          draft.keep(name, account, { seq, id, key: written(item.key), value: text, at: now, stands })
          kept.push(() => {
            if (stands.place <= 0) bays.add(stands.place, id)
            // let go of since then, and perhaps taken up again, with this among what waited
            if (this.#adopted.get(account) === adopted)
              this.lanes.append(
                { id: item.id, key: item.key, value: this.window.slot(seq, item.value, text.length) },
                commit
              )
          })
        }
        return Either.right(() => {
          for (const keep of kept) keep()
          this.called()
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

  #mayBeKnown(account: string, id: string): boolean {
    const { prefix } = this.#adopted.get(account) ?? {}
    const isRecalled = prefix !== undefined && id.length > prefix.length && id.startsWith(prefix)
    return !isRecalled || this.#journal.bays.mayHold(id)
  }

  #end(draft: Draft, { begun, seq }: Slot<A>): void {
    if (begun === true) draft.end(seq)
  }

  #refusal(draft: Draft, fresh: ReadonlyArray<Item<A>>): StoreRefused | undefined {
    const { bounds, lanes } = this
    const { all, groups } = draft.coming(bounds.name)
    const sizeOf = (group: string) => lanes.sizeOf(group) + (groups.get(group) ?? 0)
    return refusal(bounds, { size: lanes.size + all, sizeOf }, fresh)
  }
}
