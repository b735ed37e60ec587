import { refusal } from "../Capacity.ts"
import { groupOf, type Item, type Offered, type StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry } from "../SqlStore/Entry.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { type Asked, asked, type Asks, type Descent, descent } from "../SqlStore/Naming.ts"
import { written } from "../SqlStore/Words.ts"
import type { Codec } from "./Codec.ts"
import type { Adopted, Ledger } from "./Ledger.ts"

/** What is kept of whatever items come of. */
export interface Origin {
  readonly id: string
  readonly seq: number
}

/** An item as it is offered: its id and its value as they are written, and what it comes of. */
interface Row<A> {
  readonly item: Item<A>
  readonly id: string
  readonly text: string
  readonly account: string
  readonly of: Descent | undefined
}

/** One that is written: its number, where its id stands, and under which adoption of its account. */
interface Kept<A> {
  readonly row: Row<A>
  readonly seq: number
  readonly place: number
  readonly adopted: Adopted | undefined
}

/** Where items are offered. */
export interface Counter<A> {
  readonly ledger: Ledger<A>
  readonly codec: Codec<A>
  readonly journal: Journal
}

const none: ReadonlySet<string> = new Set()

/**
 * Items that are offered to a queue, and may come of what settles with them. A value that cannot be written is a defect when
 * this is made, before anything is.
 */
export class Offering<A> implements Entry<Offered>, Asks {
  readonly store: string
  readonly accounts: ReadonlyArray<string>
  readonly asks: Asks = this
  readonly #counter: Counter<A>
  readonly #items: ReadonlyArray<Item<A>>
  readonly #rows: ReadonlyArray<Row<A>>
  readonly #now: number
  readonly #origin: Origin | undefined
  #kept: Array<Kept<A>> = []
  #repeats: Array<string> = []

  constructor(counter: Counter<A>, items: ReadonlyArray<Item<A>>, now: number, origin?: Origin) {
    const { codec, ledger } = counter
    this.#counter = counter
    this.#items = items
    this.#now = now
    this.#origin = origin
    this.#rows = items.map((item) => {
      const id = written(item.id)
      return {
        item,
        id,
        text: codec.encode(item.value),
        account: groupOf(item.key),
        of: descent(ledger.bounds, id)
      }
    })
    this.store = ledger.bounds.name
    const accounts = this.#rows.map(({ account }) => account)
    this.accounts = accounts.length === 1 ? accounts : [...new Set(accounts)]
  }

  get count(): number {
    return this.#rows.length
  }

  rows(all: boolean): ReadonlyArray<Asked> {
    const { bounds } = this.#counter.ledger
    const isAsked = (row: Row<A>) =>
      row.of === undefined ? this.#mayBeKnown(row) : all || row.of.root !== this.#origin?.id
    return this.#rows.filter(isAsked).map(({ id }) => asked(bounds, id))
  }

  plan(draft: Draft): StoreRefused | undefined {
    const { journal, ledger } = this.#counter
    const strange = this.#rows.find(({ account }) => !ledger.has(account))
    if (strange !== undefined) return ledger.strange(strange.account)
    // asked before anything of this offer is known
    const repeated = this.#rows.filter(({ id }) => draft.isKnown(this.store, id))
    const known = repeated.length === 0 ? none : new Set(repeated.map(({ item }) => item.id))
    const isFresh = ({ id, partOf }: Item<A>) => !known.has(id) && (partOf === undefined || !known.has(partOf))
    const refused = this.#refusal(draft, known.size === 0 ? this.#items : this.#items.filter(isFresh))
    if (refused !== undefined) return refused
    this.#kept = []
    this.#repeats = []
    for (const row of this.#rows) {
      const { account, id, item, of, text } = row
      // an offer may name one twice
      if (!isFresh(item) || !draft.learn(this.store, id)) {
        this.#repeats.push(item.id)
        continue
      }
      const seq = journal.nextSeq()
      const root = this.#rootOf(draft, row)
      const place = root ?? journal.bays.place()
      const stands = of === undefined || root === undefined ? id : of.rest
      draft.keep(this.store, account, { seq, place, stands, id, key: written(item.key), value: text, at: this.#now })
      this.#kept.push({ row, seq, place, adopted: ledger.adoption(account) })
    }
    return undefined
  }

  applied(): Offered {
    const { journal, ledger } = this.#counter
    const { lanes, window } = ledger
    const commit = { at: this.#now }
    for (const { adopted, place, row, seq } of this.#kept) {
      const { account, id, item, text } = row
      if (place <= 0) journal.bays.add(place, id)
      // let go of since then, and perhaps taken up again, with this among what waited
      if (ledger.adoption(account) !== adopted) continue
      lanes.append({ id: item.id, key: item.key, value: window.slot(seq, item.value, text.length) }, commit)
    }
    ledger.called()
    return { kept: this.#kept.length, repeats: this.#repeats }
  }

  /** The number of what an item comes of, if that is kept. */
  #rootOf(draft: Draft, { id, of }: Row<A>): number | undefined {
    if (of === undefined) return undefined
    return of.root === this.#origin?.id ? this.#origin.seq : draft.originOf(this.store, id)
  }

  #mayBeKnown({ account, id }: Row<A>): boolean {
    const { journal, ledger } = this.#counter
    const { prefix } = ledger.adoption(account) ?? {}
    const isRecalled = prefix !== undefined && id.length > prefix.length && id.startsWith(prefix)
    return !isRecalled || journal.bays.mayHold(id)
  }

  #refusal(draft: Draft, fresh: ReadonlyArray<Item<A>>): StoreRefused | undefined {
    const { bounds, lanes } = this.#counter.ledger
    const { all, groups } = draft.coming(this.store)
    const sizeOf = (group: string) => lanes.sizeOf(group) + (groups.get(group) ?? 0)
    return refusal(bounds, { size: lanes.size + all, sizeOf }, fresh)
  }
}
