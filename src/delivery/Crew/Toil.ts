import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constFalse, constVoid } from "effect/Function"
import { type Kept, type Outcome, unrecorded, type Work } from "../KeyedQueue.ts"
import type { Worker } from "./Bench.ts"
import type { Lane } from "./Lane.ts"
import { parted, type Rescue, Settling } from "./Settling.ts"
import type { Shop } from "./Shop.ts"

/** What comes of a piece of work. */
export type Job<A, B, R = never> = (work: Work<A>) => Effect.Effect<Outcome<B>, never, R>

/** What a worker is hired for. */
export interface Duty<V, A, B, R> {
  readonly job: Job<A, B, R>
  /** in place of `job` for the lane that the worker comes with, if any */
  readonly first: Job<A, B> | undefined
  /** called with each piece of work that is begun */
  readonly took: () => void
  readonly rescue: Rescue<V>
}

/** The head of a lane, as it is given to whoever works on it. */
const workOf = <V, A, B>(
  { records }: Shop<V, A, B>,
  worker: Worker<V>,
  lane: Lane<V>,
  { attempts, id, keptAt, key, value }: Kept<A>,
  took: () => void
): Work<A> => {
  // nobody is late while the store does not answer
  const asked = () => {
    worker.since = Number.POSITIVE_INFINITY
  }
  const brokenOff: Work<A>["brokenOff"] = (harmless) => {
    if (worker.lane === lane) worker.harmless = harmless
  }
  const answered = (isBegun: boolean) => {
    // to who is broken off already it came too late
    if (isBegun && worker.hired && worker.lane === lane) lane.begun = true
    took()
  }
  const begin = records?.begin(lane, asked, answered) ?? unrecorded
  return { id, key, value, attempts, keptAt, begin, brokenOff }
}

/** What throws when it is asked does not say that it did no harm. */
const isHarmless = (harmless: () => boolean): boolean => Either.getOrElse(Either.try(harmless), constFalse)

/** Gives back what a worker is at, if nothing came of it; what it does not hold any more is another's to settle. */
const breakOff = <V, A, B>({ records }: Shop<V, A, B>, worker: Worker<V>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { harmless, lane } = worker
    worker.harmless = undefined
    if (harmless === undefined) return Effect.void
    const isGiven = isHarmless(harmless)
    if (lane === undefined) return Effect.void
    lane.begun = !isGiven
    return isGiven && records !== undefined ? Effect.ignore(records.giveBack(lane)) : Effect.void
  })

/** Works on one head after another while `worker` is hired. */
export const toil = <V, A, B, R>(
  shop: Shop<V, A, B>,
  worker: Worker<V>,
  { first, job, rescue, took }: Duty<V, A, B, R>,
  clock: Clock.Clock
): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    const { bench } = shop
    const settling = new Settling(shop, worker, clock, rescue)
    const perform = <S>(lane: Lane<V>, kept: Kept<A>, job: Job<A, B, S>) => {
      took()
      return Effect.matchCauseEffect(
        Effect.suspend(() => job(workOf(shop, worker, lane, kept, took))),
        {
          onSuccess: (outcome) => {
            worker.harmless = undefined
            if (worker.lane === lane && outcome._tag === "Again" && !outcome.spent) lane.begun = false
            return settling.over(lane, outcome)
          },
          onFailure: (cause) => {
            if (Cause.isInterrupted(cause) && worker.harmless !== undefined) isHarmless(worker.harmless)
            worker.harmless = undefined
            return settling.bury(lane, cause)
          }
        }
      )
    }
    const attempt = <S>(lane: Lane<V>, job: Job<A, B, S>) => {
      const opened = shop.open(lane)
      return Effect.isEffect(opened)
        ? Effect.matchEffect(opened, {
            onFailure: (outcome) => settling.settle(lane, outcome),
            onSuccess: (found) => perform(lane, found, job)
          })
        : perform(lane, opened, job)
    }

    const begin = worker.lane === undefined || first === undefined ? Effect.void : attempt(worker.lane, first)
    const goOn = Effect.whileLoop({
      while: () => worker.hired,
      body: () => {
        const lane = bench.take(worker)
        return lane === undefined ? bench.sit(worker) : attempt(lane, job)
      },
      step: constVoid
    })
    // asked once, when the worker ends, where each piece of work would have to be guarded
    return Effect.ensuring(Effect.zipRight(begin, goOn), Effect.ensuring(breakOff(shop, worker), parted(worker)))
  })
