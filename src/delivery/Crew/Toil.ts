import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constFalse, constVoid } from "effect/Function"
import { type Outcome, unrecorded, type Work } from "../KeyedQueue.ts"
import type { Begun, Worker } from "./Bench.ts"
import type { Lane } from "./Lane.ts"
import { parted, type Rescue, Settling } from "./Settling.ts"
import type { Opened, Shop } from "./Shop.ts"

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
    /** What throws when it is asked does not say that it did no harm. */
    const isHarmless = ({ harmless }: Begun) => Either.getOrElse(Either.try(harmless), constFalse)
    /** Nobody is late while the store does not answer. */
    const asked = () => {
      worker.since = Number.POSITIVE_INFINITY
    }
    const perform = <S>(lane: Lane<V>, opened: Opened<A>, job: Job<A, B, S>) => {
      const { attempts, begin, giveBack, id, keptAt, key, value } = opened
      const brokenOff: Work<A>["brokenOff"] = (harmless) => {
        if (worker.lane === lane) worker.begun = { harmless, giveBack }
      }
      took()
      return Effect.matchCauseEffect(
        Effect.suspend(() =>
          job({ id, key, value, attempts, keptAt, begin: begin?.(asked, took) ?? unrecorded, brokenOff })
        ),
        {
          onSuccess: (outcome) => {
            worker.begun = undefined
            return settling.over(lane, outcome)
          },
          onFailure: (cause) => {
            if (Cause.isInterrupted(cause) && worker.begun !== undefined) isHarmless(worker.begun)
            worker.begun = undefined
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
    const broken = Effect.suspend(() => {
      const { begun, lane } = worker
      // what it does not hold any more is another's to settle
      return begun !== undefined && isHarmless(begun) && lane !== undefined
        ? Effect.ignore(begun.giveBack())
        : Effect.void
    })
    return Effect.ensuring(Effect.zipRight(begin, goOn), Effect.ensuring(broken, parted(worker)))
  })
