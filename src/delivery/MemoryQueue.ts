import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Bench } from "./MemoryQueue/Bench.ts"
import { Condition } from "./MemoryQueue/Condition.ts"
import { Ledger } from "./MemoryQueue/Ledger.ts"
import { type Intake, work } from "./MemoryQueue/Crew.ts"
import type { KeyedQueue } from "./KeyedQueue.ts"

export interface Options {
  /** What errors and logs call the queue. */
  readonly name: string
  /** How many items may wait, those being worked on included. Beyond that an offer is refused whole. */
  readonly capacity: number
  /** How many of the dead are kept; the oldest make room, with a warning. */
  readonly dead: number
  /** A settled id is told apart for at least `for`, or until `ids` later ones were settled. Twice `ids` are held at most. */
  readonly remember: { readonly ids: number; readonly for: Duration.DurationInput }
}

export interface MemoryQueue<A, B = never> extends KeyedQueue<A, B>, Intake<A> {}

const withNow = <A, E>(f: (now: number) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.clockWith((clock: Clock.Clock) => f(clock.unsafeCurrentTimeMillis()))

/** A queue that forgets with the process. What its work settles with is offered to `feeds` in the same step. */
export const makeFeeding = <A, B>(options: Options, feeds: Intake<B>): Effect.Effect<MemoryQueue<A, B>> =>
  Effect.sync(() => {
    const { for: span, ids } = options.remember
    const ledger = new Ledger<A>({ ...options, remember: { ids, millis: Duration.toMillis(span) } })
    const { lanes } = ledger
    const bench = new Bench(lanes)
    const rest = new Condition()
    const alarm = new Condition()

    const unsafeOffer: Intake<A>["unsafeOffer"] = (items, now) => {
      const offered = ledger.offer(items, now)
      bench.call()
      return offered
    }
    const idle: Effect.Effect<void> = withNow((now) => {
      lanes.promote(now)
      bench.call()
      return lanes.resting
        ? Effect.void
        : Effect.zipRight(
            rest.until(() => lanes.resting),
            idle
          )
    })

    return {
      unsafeOffer,
      offer: (items) => withNow((now) => unsafeOffer(items, now)),
      work: (f, { concurrency }) => work({ name: options.name, ledger, bench, rest, alarm, feeds }, f, concurrency),
      wake: (prefix) =>
        Effect.sync(() => {
          lanes.wake(prefix)
          bench.call()
        }),
      idle,
      depth: Effect.sync(() => ledger.depth),
      dead: Effect.sync(() => ledger.dead),
      retry: (id) =>
        withNow((now) => {
          const retried = ledger.retry(id, now)
          bench.call()
          return retried
        }),
      drop: (id) => withNow((now) => Effect.succeed(ledger.drop(id, now)))
    }
  })

const nowhere: Intake<never> = { unsafeOffer: () => Either.right({ kept: 0, repeats: [] }) }

/** A queue that forgets with the process and feeds no other. */
export const make = <A>(options: Options): Effect.Effect<MemoryQueue<A>> => makeFeeding(options, nowhere)
