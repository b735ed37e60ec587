import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { work } from "./Crew.ts"
import { Bench } from "./Crew/Bench.ts"
import { Condition } from "./Crew/Condition.ts"
import { depths } from "./Crew/Depths.ts"
import { idle } from "./Crew/Rest.ts"
import type { Shop } from "./Crew/Shop.ts"
import { Unsettled } from "./Crew/Unsettled.ts"
import { groupOf, type KeyedQueue } from "./KeyedQueue.ts"
import { type Bounds, Ledger } from "./MemoryQueue/Ledger.ts"
import { type Intake, settle } from "./MemoryQueue/Settle.ts"

export type { Bounds }

export interface MemoryQueue<A, B = never> extends KeyedQueue<A, B>, Intake<A> {}

const withNow = <A, E>(f: (now: number) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.clockWith((clock: Clock.Clock) => f(clock.unsafeCurrentTimeMillis()))

/** A queue that forgets with the process. What its work settles with is offered to `feeds` in the same step. */
export const makeFeeding = <A, B>(bounds: Bounds, feeds: Intake<B>): Effect.Effect<MemoryQueue<A, B>> =>
  Effect.sync(() => {
    const { name } = bounds
    const ledger = new Ledger<A>(bounds)
    const { lanes } = ledger
    const bench = new Bench(lanes)
    const rest = new Condition()
    const alarm = new Condition()
    const commit = settle({ name, ledger, rest, alarm, feeds })
    const shop: Shop<A, A, B> = {
      name,
      lanes,
      bench,
      rest,
      alarm,
      open: ({ head: { attempts, id, kept, value }, key }) => ({
        id,
        key,
        value,
        attempts,
        keptAt: kept.at
      }),
      records: undefined,
      commit,
      unsettled: new Unsettled(),
      reliefs: new Set(),
      quietUntil: 0
    }

    const unsafeOffer: Intake<A>["unsafeOffer"] = (items, now) => {
      const offered = ledger.offer(items, now)
      bench.call()
      return offered
    }

    return {
      unsafeOffer,
      offer: (items) => withNow((now) => unsafeOffer(items, now)),
      // nobody else has what is in our memory
      adopt: () => Effect.void,
      behind: (key, most) => Effect.sync(() => ledger.behind(key, most)),
      work: (f, options) => work(shop, f, options),
      wake: (prefix) =>
        Effect.sync(() => {
          lanes.wake(prefix)
          bench.call()
        }),
      idle: idle(shop),
      unsettled: (group) => shop.unsettled.of(group),
      depth: Effect.sync(() => ledger.depth),
      depths: Effect.sync(() =>
        depths(
          lanes,
          ledger.dead.map(({ key }) => [groupOf(key), 1] as const)
        )
      ),
      dead: Effect.sync(() => ledger.dead),
      fate: (id) => Effect.sync(() => ledger.fate(id)),
      retry: (id) =>
        withNow((now) => {
          const retried = ledger.retry(id, now)
          bench.call()
          return retried
        }),
      drop: (id) => Effect.sync(() => ledger.drop(id))
    }
  })

const nowhere: Intake<never> = { unsafeOffer: () => Either.right({ kept: 0, repeats: [] }) }

/** A queue that forgets with the process and feeds no other. */
export const make = <A>(bounds: Bounds): Effect.Effect<MemoryQueue<A>> => makeFeeding(bounds, nowhere)
