import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Condition } from "../Crew/Condition.ts"
import { type Commit, monotonic } from "../Crew/Shop.ts"
import type { Item, Offered, StoreRefused } from "../KeyedQueue.ts"
import type { Ledger } from "./Ledger.ts"

/** The side of a queue that another one can feed in the same commit in which it settles. */
export interface Intake<B> {
  /** `offer` as one synchronous step, at `now` in Unix milliseconds. */
  readonly unsafeOffer: (items: ReadonlyArray<Item<B>>, now: number) => Either.Either<Offered, StoreRefused>
}

/** Settles in `ledger`, and in what it `feeds`, in the very step in which it is called. */
export const settle =
  <A, B>(parts: {
    readonly name: string
    readonly ledger: Ledger<A>
    readonly rest: Condition
    readonly alarm: Condition
    readonly feeds: Intake<B>
  }): Commit<A, B> =>
  (lane, outcome, clock, letGo) => {
    const { alarm, feeds, ledger, name, rest } = parts
    if (outcome._tag !== "Again" && outcome.settles.length > 0) {
      const offered = feeds.unsafeOffer(outcome.settles, clock.unsafeCurrentTimeMillis())
      if (Either.isLeft(offered)) return Effect.fail(offered.left)
    }
    switch (outcome._tag) {
      case "Done": {
        letGo()
        ledger.settle(lane, outcome.proof, outcome.along)
        rest.check()
        return undefined
      }
      case "Again": {
        letGo()
        ledger.putOff(lane, outcome.at - clock.unsafeCurrentTimeMillis(), outcome.spent, monotonic(clock))
        alarm.check()
        rest.check()
        return undefined
      }
      case "Dead": {
        letGo()
        const forgotten = ledger.bury(lane, outcome.reason, clock.unsafeCurrentTimeMillis(), outcome.along)
        rest.check()
        if (forgotten === undefined) return undefined
        return Effect.logWarning(
          `${name}: too many dead, so the oldest, ${forgotten}, is forgotten (${ledger.forgotten} so far); retry or drop those that are left`
        )
      }
    }
  }
