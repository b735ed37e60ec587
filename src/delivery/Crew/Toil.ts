import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import { again, dead, type Outcome, type StoreRefused, unrecorded, type Work } from "../KeyedQueue.ts"
import type { Bench, Worker } from "./Bench.ts"
import type { Condition } from "./Condition.ts"
import type { Lane } from "./Lane.ts"
import type { Lanes } from "./Lanes.ts"
import type { Unsettled } from "./Unsettled.ts"

/**
 * Commits what became of the head of a held lane, or changes nothing. `letGo` is called once that is sure, in the step in
 * which the lane goes on: false when the lane is not held for it any more. Cannot be interrupted; undefined where it is
 * committed already.
 */
export type Commit<V, B> = (
  lane: Lane<V>,
  outcome: Outcome<B>,
  clock: Clock.Clock,
  letGo: () => boolean
) => Effect.Effect<void, StoreRefused> | undefined

/** What the workers of one queue share. Its lanes hold values, or what stands for them. */
export interface Shop<V, A, B> {
  readonly name: string
  readonly lanes: Lanes<V>
  readonly bench: Bench<V>
  /** checked when work may have come to rest */
  readonly rest: Condition
  /** checked when something was put off */
  readonly alarm: Condition
  /** The head of a held lane with its value, or what becomes of it without; where it is at hand, it is given at once. */
  readonly open: (lane: Lane<V>) => Work<A> | Effect.Effect<Work<A>, Outcome<never>>
  readonly commit: Commit<V, B>
  readonly unsettled: Unsettled
  /** gives up, in each crew, the work on lanes that are forgotten */
  readonly reliefs: Set<Effect.Effect<void>>
  /** monotonic milliseconds; until then it is not said again that nothing can be settled */
  quietUntil: number
}

// How long work waits to be settled that was refused: a sender makes room much sooner than a person, and a store that
// refuses for longer may block the whole process for a moment each time it is asked.
const refusedPause = 100
const longestPause = 1000

/** Milliseconds that no setting of the wall clock changes. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

const complain = <V, A, B>(
  shop: Shop<V, A, B>,
  id: string,
  refused: StoreRefused,
  now: number
): Effect.Effect<void> => {
  if (now < shop.quietUntil) return Effect.void
  shop.quietUntil = now + 60_000
  return Effect.logWarning(
    `${shop.name}: ${id} is done but cannot be settled yet (${refused.message}); it is kept and tried again until it can be`
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
  /** called with each piece of work that is begun */
  readonly took: () => void
}

/** Works on one head after another while `worker` is hired. */
export const toil = <V, A, B, R>(
  shop: Shop<V, A, B>,
  worker: Worker<V>,
  { first, job, took }: Duty<A, B, R>,
  clock: Clock.Clock
): Effect.Effect<void, never, R> =>
  Effect.suspend(() => {
    const { bench, name, unsettled } = shop

    const settle = (lane: Lane<V>, outcome: Outcome<B>, pause = refusedPause): Effect.Effect<void> => {
      if (worker.lane !== lane) return Effect.void
      // The work itself is over: it is not late any more.
      worker.since = Number.POSITIVE_INFINITY
      const letGo = () => {
        const held = worker.lane === lane
        if (held) worker.lane = undefined
        unsettled.settled(lane.group.name)
        return held
      }
      const commit = shop.commit(lane, outcome, clock, letGo)
      return commit === undefined
        ? Effect.void
        : Effect.catchAllCause(commit, (cause) =>
            Either.match(Cause.failureOrCause(cause), {
              onLeft: (refused) => settleLater(lane, outcome, refused, pause),
              onRight: (defect) => unfit(lane, outcome, defect)
            })
          )
    }
    /** What nothing can be kept of is no reason for all other work to stop. */
    const unfit = (lane: Lane<V>, outcome: Outcome<B>, cause: Cause.Cause<never>): Effect.Effect<void> =>
      outcome._tag === "Again" || outcome.settles.length === 0
        ? Effect.failCause(cause)
        : Effect.logError(`${name}: what came of ${lane.head.id} cannot be kept`, cause).pipe(
            Effect.zipRight(
              Effect.suspend(() =>
                settle(lane, dead(`defect: what came of it cannot be kept: ${String(Cause.squash(cause))}`))
              )
            )
          )
    const settleLater = (
      lane: Lane<V>,
      outcome: Outcome<B>,
      refused: StoreRefused,
      pause: number
    ): Effect.Effect<void> =>
      Effect.suspend(() => {
        const now = monotonic(clock)
        unsettled.refused(lane.group.name, refused, now)
        return complain(shop, lane.head.id, refused, now)
      }).pipe(
        Effect.zipRight(Effect.sleep(pause)),
        Effect.zipRight(Effect.suspend(() => settle(lane, outcome, Math.min(2 * pause, longestPause))))
      )
    const bury = (lane: Lane<V>, cause: Cause.Cause<never>): Effect.Effect<void> =>
      Effect.logError(`${name}: the work on ${lane.head.id} ended without an outcome`, cause).pipe(
        Effect.zipRight(Effect.suspend(() => settle(lane, outcomeOf(cause, clock.unsafeCurrentTimeMillis()))))
      )
    /** Nobody is late while the store does not answer. */
    const untimed = (work: Work<A>): Work<A> =>
      work.begin === unrecorded
        ? work
        : {
            ...work,
            begin: Effect.suspend(() => {
              worker.since = Number.POSITIVE_INFINITY
              return Effect.ensuring(work.begin, Effect.sync(took))
            })
          }
    const perform = <S>(lane: Lane<V>, work: Work<A>, job: Job<A, B, S>) => {
      took()
      return Effect.matchCauseEffect(
        Effect.suspend(() => job(untimed(work))),
        { onSuccess: (outcome) => settle(lane, outcome), onFailure: (cause) => bury(lane, cause) }
      )
    }
    const attempt = <S>(lane: Lane<V>, job: Job<A, B, S>) => {
      const opened = shop.open(lane)
      return Effect.isEffect(opened)
        ? Effect.matchEffect(opened, {
            onFailure: (outcome) => settle(lane, outcome),
            onSuccess: (work) => perform(lane, work, job)
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
    return Effect.zipRight(begin, goOn)
  })
