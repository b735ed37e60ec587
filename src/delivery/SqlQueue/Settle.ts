import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type { Condition } from "../Crew/Condition.ts"
import type { Lane, Link } from "../Crew/Lane.ts"
import { type Commit, monotonic, type Submit } from "../Crew/Shop.ts"
import type { Item, Offered, Outcome, StoreRefused } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry } from "../SqlStore/Entry.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { type Asks, none } from "../SqlStore/Naming.ts"
import type { Ledger } from "./Ledger.ts"
import type { Origin } from "./Offering.ts"
import type { Slot } from "./Window.ts"

/** Where work is settled. */
interface Desk<A, B> {
  readonly ledger: Ledger<A>
  readonly rest: Condition
  readonly alarm: Condition
  readonly feeds: {
    readonly prepare: (items: ReadonlyArray<Item<B>>, now: number, origin: Origin) => Entry<Offered>
  }
}

/** What became of the head of a held lane, with what it settles with; its answer is whose place was needed, if anybody's was. */
class Settlement<A, B> implements Entry<string | undefined> {
  readonly store: string
  readonly accounts: ReadonlyArray<string>
  readonly asks: Asks
  readonly #desk: Desk<A, B>
  readonly #lane: Lane<Slot<A>>
  readonly #head: Link<Slot<A>>
  readonly #outcome: Outcome<B>
  readonly #clock: Clock.Clock
  readonly #letGo: () => boolean
  readonly #offer: Entry<Offered> | undefined
  #end: () => void = constVoid
  #forgotten: string | undefined

  constructor(desk: Desk<A, B>, lane: Lane<Slot<A>>, outcome: Outcome<B>, clock: Clock.Clock, letGo: () => boolean) {
    const { head } = lane
    this.#desk = desk
    this.#lane = lane
    this.#head = head
    this.#outcome = outcome
    this.#clock = clock
    this.#letGo = letGo
    if (outcome._tag !== "Again" && outcome.settles.length > 0) {
      const origin = { id: head.id, seq: head.value.seq }
      this.#offer = desk.feeds.prepare(outcome.settles, clock.unsafeCurrentTimeMillis(), origin)
    }
    const { name } = lane.group
    this.store = desk.ledger.bounds.name
    this.accounts = this.#offer === undefined ? [name] : [name, ...this.#offer.accounts]
    this.asks = this.#offer?.asks ?? none
  }

  plan(draft: Draft): StoreRefused | undefined {
    const refused = this.#offer?.plan(draft)
    if (refused === undefined) this.#end = this.#ends(draft)
    return refused
  }

  applied(): string | undefined {
    const { alarm, ledger, rest } = this.#desk
    this.#offer?.applied()
    // What is committed for a lane that is held for it no more stays as it is in the store; the lane is another's.
    if (this.#letGo()) this.#end()
    // who held it may be at other work by now
    ledger.called()
    rest.check()
    if (this.#outcome._tag === "Again") alarm.check()
    return this.#forgotten
  }

  /** Writes what becomes of the head, and gives what does the same in memory. */
  #ends(draft: Draft): () => void {
    const { ledger } = this.#desk
    const lane = this.#lane
    const head = this.#head
    const outcome = this.#outcome
    const clock = this.#clock
    switch (outcome._tag) {
      case "Done":
        return ledger.settle(draft, lane, head, outcome.proof, outcome.along)
      case "Again": {
        const put = ledger.putOff(draft, lane, head, outcome.at, outcome.spent)
        return () => put(outcome.at - clock.unsafeCurrentTimeMillis(), monotonic(clock))
      }
      case "Dead": {
        const now = clock.unsafeCurrentTimeMillis()
        const crowded = (id: string) => {
          this.#forgotten = id
        }
        return ledger.bury(draft, lane, head, outcome.reason, now, crowded, outcome.along)
      }
    }
  }
}

/** Settles in the store, in one commit with what it feeds, and then in memory. */
export const settle = <A, B>({
  journal,
  ...desk
}: Desk<A, B> & { readonly journal: Journal }): {
  readonly commit: Commit<Slot<A>, B>
  readonly submit: Submit<Slot<A>, B>
} => {
  const { ledger } = desk
  const { name } = ledger.bounds
  return {
    commit: (lane, outcome, clock, letGo) =>
      journal
        .commit(() => new Settlement(desk, lane, outcome, clock, letGo))
        .pipe(
          Effect.flatMap((forgotten) =>
            forgotten === undefined
              ? Effect.void
              : Effect.logWarning(
                  `${name}: too many dead, so the oldest, ${forgotten}, is forgotten (${ledger.forgotten} so far); retry or drop those that are left`
                )
          ),
          Effect.uninterruptible
        ),
    submit: (lane, outcome, clock, letGo, refused) =>
      journal.submit(new Settlement(desk, lane, outcome, clock, letGo), constVoid, refused)
  }
}
