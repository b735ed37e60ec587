import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import { again, dead, type Item, type Offered, type Outcome, type StoreRefused, type Work } from "../KeyedQueue.ts"
import type { Bench, Worker } from "./Bench.ts"
import type { Condition } from "./Condition.ts"
import { type Lane, workOf } from "./Lanes.ts"
import type { Ledger } from "./Ledger.ts"

/** The side of a queue that another one can feed in the same commit in which it settles. */
export interface Intake<B> {
  /** `offer` as one synchronous step, at `now` in Unix milliseconds. */
  readonly unsafeOffer: (items: ReadonlyArray<Item<B>>, now: number) => Either.Either<Offered, StoreRefused>
}

/** What the workers of one queue share. */
export interface Shop<A, B> {
  readonly name: string
  readonly ledger: Ledger<A>
  readonly bench: Bench<A>
  /** checked when work may have come to rest */
  readonly rest: Condition
  /** checked when something was put off */
  readonly alarm: Condition
  readonly feeds: Intake<B>
  /** monotonic milliseconds; until then it is not said again that `feeds` is full */
  quietUntil: number
}

// How long work waits to be settled when the queue that it feeds is full: a sender makes room much sooner than a person.
const refusedPause = 100

/** Milliseconds that no setting of the wall clock changes. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

const unreported = Either.right(Effect.void)

/** One synchronous commit of what became of a held lane's head; right is what there is to report. Refused, nothing changed. */
const commit = <A, B>(
  { alarm, feeds, ledger, name }: Shop<A, B>,
  lane: Lane<A>,
  outcome: Outcome<B>,
  clock: Clock.Clock
): Either.Either<Effect.Effect<void>, StoreRefused> => {
  switch (outcome._tag) {
    case "Done": {
      if (outcome.settles.length > 0) {
        const offered = feeds.unsafeOffer(outcome.settles, clock.unsafeCurrentTimeMillis())
        if (Either.isLeft(offered)) return Either.left(offered.left)
      }
      ledger.settle(lane)
      return unreported
    }
    case "Again": {
      ledger.putOff(lane, outcome.at - clock.unsafeCurrentTimeMillis(), outcome.spent, monotonic(clock))
      alarm.check()
      return unreported
    }
    case "Dead": {
      const forgotten = ledger.bury(lane, outcome.reason, clock.unsafeCurrentTimeMillis())
      if (forgotten === undefined) return unreported
      return Either.right(
        Effect.logWarning(
          `${name}: too many dead, so the oldest, ${forgotten}, is forgotten (${ledger.forgotten} so far); retry or drop those that are left`
        )
      )
    }
  }
}

const complain = <A, B>(shop: Shop<A, B>, lane: Lane<A>, refused: StoreRefused, now: number): Effect.Effect<void> => {
  if (now < shop.quietUntil) return Effect.void
  shop.quietUntil = now + 60_000
  return Effect.logWarning(
    `${shop.name}: ${lane.head.id} is done but cannot be settled yet (${refused.message}); it is kept and tried again until there is room`
  )
}

/** What work comes to that ended without an outcome. */
const outcomeOf = (cause: Cause.Cause<never>, now: number): Outcome<never> =>
  Cause.isInterruptedOnly(cause)
    ? again(now + 1000, { spent: true, cause: "interrupted from within" })
    : dead(`defect: ${String(Cause.squash(cause))}`)

/** What comes of a piece of work. */
export type Job<A, B, R = never> = (work: Work<A>) => Effect.Effect<Outcome<B>, never, R>

/** What a worker is hired for. */
export interface Duty<A, B, R> {
  readonly job: Job<A, B, R>
  /** in place of `job` for the lane that the worker comes with, if any */
  readonly first: Job<A, B> | undefined
  /** called with each piece of work that is taken up */
  readonly took: () => void
}

/** Works on one head after another while `worker` is hired. */
export const toil = <A, B, R>(
  shop: Shop<A, B>,
  worker: Worker<A>,
  { first, job, took }: Duty<A, B, R>,
  clock: Clock.Clock
): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    const { bench, name, rest } = shop

    const settle = (lane: Lane<A>, outcome: Outcome<B>): Effect.Effect<void> => {
      if (worker.lane !== lane) return Effect.void
      const committed = commit(shop, lane, outcome, clock)
      if (Either.isLeft(committed)) return settleLater(lane, outcome, committed.left)
      worker.lane = undefined
      rest.check()
      return committed.right
    }
    const settleLater = (lane: Lane<A>, outcome: Outcome<B>, refused: StoreRefused): Effect.Effect<void> => {
      // The work itself is over: it is not late any more.
      worker.since = Number.POSITIVE_INFINITY
      return complain(shop, lane, refused, monotonic(clock)).pipe(
        Effect.zipRight(Effect.sleep(refusedPause)),
        Effect.zipRight(Effect.suspend(() => settle(lane, outcome)))
      )
    }
    const bury = (lane: Lane<A>, cause: Cause.Cause<never>): Effect.Effect<void> =>
      Effect.logError(`${name}: the work on ${lane.head.id} ended without an outcome`, cause).pipe(
        Effect.zipRight(Effect.suspend(() => settle(lane, outcomeOf(cause, clock.unsafeCurrentTimeMillis()))))
      )
    const attempt = <S>(lane: Lane<A>, job: Job<A, B, S>) =>
      Effect.matchCauseEffect(
        Effect.suspend(() => job(workOf(lane))),
        { onSuccess: (outcome) => settle(lane, outcome), onFailure: (cause) => bury(lane, cause) }
      )

    const begin = worker.lane === undefined || first === undefined ? Effect.void : attempt(worker.lane, first)
    const goOn = Effect.whileLoop({
      while: () => worker.hired,
      body: () => {
        const lane = bench.take(worker)
        if (lane === undefined) return bench.sit(worker)
        took()
        return attempt(lane, job)
      },
      step: constVoid
    })
    return Effect.zipRight(begin, goOn)
  })
