import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type { Condition } from "../Crew/Condition.ts"
import type { Lane, Link } from "../Crew/Lane.ts"
import { type Commit, monotonic, type Submit } from "../Crew/Shop.ts"
import type { Item, Offered, Outcome } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry } from "../SqlStore/Entry.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { none } from "../SqlStore/Naming.ts"
import type { Ledger } from "./Ledger.ts"
import type { Origin } from "./Offering.ts"
import type { Slot } from "./Window.ts"

/** Settles in the store, in one commit with what it feeds, and then in memory. */
export const settle = <A, B>(parts: {
  readonly ledger: Ledger<A>
  readonly journal: Journal
  readonly rest: Condition
  readonly alarm: Condition
  readonly feeds: { readonly prepare: (items: ReadonlyArray<Item<B>>, now: number, origin: Origin) => Entry<Offered> }
}): { readonly commit: Commit<Slot<A>, B>; readonly submit: Submit<Slot<A>, B> } => {
  const { alarm, feeds, journal, ledger, rest } = parts
  const { name } = ledger.bounds

  /** What becomes of the head of a lane, in the store and then in memory; `crowded` hears whose place was needed. */
  const ends = (
    draft: Draft,
    lane: Lane<Slot<A>>,
    head: Link<Slot<A>>,
    outcome: Outcome<B>,
    clock: Clock.Clock,
    crowded: (id: string) => void
  ): (() => void) => {
    switch (outcome._tag) {
      case "Done":
        return ledger.settle(draft, lane, head, outcome.proof, outcome.along)
      case "Again": {
        const put = ledger.putOff(draft, lane, head, outcome.at, outcome.spent)
        return () => put(outcome.at - clock.unsafeCurrentTimeMillis(), monotonic(clock))
      }
      case "Dead":
        return ledger.bury(draft, lane, head, outcome.reason, clock.unsafeCurrentTimeMillis(), crowded, outcome.along)
    }
  }

  const entry = (
    lane: Lane<Slot<A>>,
    outcome: Outcome<B>,
    clock: Clock.Clock,
    letGo: () => boolean
  ): Entry<string | undefined> => {
    const { head } = lane
    const settles = outcome._tag === "Again" ? undefined : outcome.settles
    const now = clock.unsafeCurrentTimeMillis()
    const offer =
      settles === undefined || settles.length === 0
        ? undefined
        : feeds.prepare(settles, now, { id: head.id, seq: head.value.seq })
    let end: (() => void) | undefined
    let forgotten: string | undefined
    const crowded = (id: string) => {
      forgotten = id
    }
    return {
      store: name,
      accounts: offer === undefined ? [lane.group.name] : [lane.group.name, ...offer.accounts],
      asks: offer?.asks ?? none,
      plan: (draft) => {
        const refused = offer?.plan(draft)
        if (refused === undefined) end = ends(draft, lane, head, outcome, clock, crowded)
        return refused
      },
      applied: () => {
        offer?.applied()
        // What is committed for a lane that is held for it no more stays as it is in the store; the lane is another's.
        if (letGo()) end?.()
        // who held it may be at other work by now
        ledger.called()
        rest.check()
        if (outcome._tag === "Again") alarm.check()
        return forgotten
      }
    }
  }

  return {
    commit: (lane, outcome, clock, letGo) =>
      journal
        .commit(() => entry(lane, outcome, clock, letGo))
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
      journal.submit(entry(lane, outcome, clock, letGo), constVoid, refused)
  }
}
