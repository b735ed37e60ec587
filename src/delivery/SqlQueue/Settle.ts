import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constUndefined, constVoid } from "effect/Function"
import type { Condition } from "../Crew/Condition.ts"
import type { Lane } from "../Crew/Lane.ts"
import { type Commit, monotonic, type Submit } from "../Crew/Shop.ts"
import type { Item, Outcome } from "../KeyedQueue.ts"
import type { Draft } from "../SqlStore/Draft.ts"
import type { Entry } from "../SqlStore/Entry.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import { none } from "../SqlStore/Naming.ts"
import type { Ledger, Offer, Origin } from "./Ledger.ts"
import type { Slot } from "./Window.ts"

/** Settles in the store, in one commit with what it feeds, and then in memory. */
export const settle = <A, B>(parts: {
  readonly ledger: Ledger<A>
  readonly journal: Journal
  readonly rest: Condition
  readonly alarm: Condition
  readonly feeds: { readonly prepare: (items: ReadonlyArray<Item<B>>, now: number, origin: Origin) => Offer }
}): { readonly commit: Commit<Slot<A>, B>; readonly submit: Submit<Slot<A>, B> } => {
  const { alarm, feeds, journal, ledger, rest } = parts
  const { name } = ledger.bounds

  const entry = (
    lane: Lane<Slot<A>>,
    outcome: Outcome<B>,
    clock: Clock.Clock,
    letGo: () => boolean
  ): Entry<string | undefined> => {
    const now = clock.unsafeCurrentTimeMillis()
    const { head } = lane
    /** What is committed for a lane that is held for it no more stays as it is in the store; the lane is another's. */
    const applied = (apply: () => void) => {
      if (letGo()) apply()
      // who held it may be at other work by now
      ledger.called()
      rest.check()
    }
    /** The end of the head, with what it settles with kept in the same commit. */
    const ends = (
      settles: ReadonlyArray<Item<B>>,
      end: (draft: Draft) => () => void,
      answer: () => string | undefined
    ): Entry<string | undefined> => {
      const offer = settles.length > 0 ? feeds.prepare(settles, now, { id: head.id, seq: head.value.seq }) : undefined
      return {
        store: name,
        accounts: [lane.group.name, ...(offer?.accounts ?? [])],
        asks: offer?.asks ?? none,
        plan: (draft) => {
          const offered = offer?.plan(draft)
          if (offered !== undefined && Either.isLeft(offered)) return Either.left(offered.left)
          const ended = end(draft)
          return Either.right(() => {
            offered?.right()
            applied(ended)
            return answer()
          })
        }
      }
    }
    switch (outcome._tag) {
      case "Done":
        return ends(
          outcome.settles,
          (draft) => ledger.settle(draft, lane, head, outcome.proof, outcome.along),
          constUndefined
        )
      case "Again":
        return {
          store: name,
          accounts: [lane.group.name],
          asks: none,
          plan: (draft) => {
            const put = ledger.putOff(draft, lane, head, outcome.at, outcome.spent)
            return Either.right(() => {
              applied(() => put(outcome.at - clock.unsafeCurrentTimeMillis(), monotonic(clock)))
              alarm.check()
              return undefined
            })
          }
        }
      case "Dead": {
        let forgotten: string | undefined
        return ends(
          outcome.settles,
          (draft) => ledger.bury(draft, lane, head, outcome.reason, now, (id) => (forgotten = id), outcome.along),
          () => forgotten
        )
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
