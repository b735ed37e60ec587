import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { again, dead, type Outcome, type StoreRefused } from "../KeyedQueue.ts"
import type { Worker } from "./Bench.ts"
import type { Lane } from "./Lane.ts"
import { monotonic, type Shop } from "./Shop.ts"

// How long work waits to be settled that was refused: a sender makes room much sooner than a person, and a store that
// refuses for longer may block the whole process for a moment each time it is asked.
const refusedPause = 100
const longestPause = 1000

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

/** Has somebody else settle a lane that is nobody's; false where nobody is there any more. */
export type Rescue<V> = (lane: Lane<V>, settle: (worker: Worker<V>) => Effect.Effect<void>) => boolean

/** Succeeds once nothing parts from a worker. */
export const parted = <V>(worker: Worker<V>): Effect.Effect<void> =>
  Effect.async((resume) => {
    worker.parted = () => resume(Effect.void)
    if (worker.parting === undefined) worker.parted()
  })

/** How a worker settles what it holds: a commit that is refused is tried again until it is taken. */
export class Settling<V, A, B> {
  readonly #shop: Shop<V, A, B>
  readonly #worker: Worker<V>
  readonly #clock: Clock.Clock
  readonly #rescue: Rescue<V>

  constructor(shop: Shop<V, A, B>, worker: Worker<V>, clock: Clock.Clock, rescue: Rescue<V>) {
    this.#shop = shop
    this.#worker = worker
    this.#clock = clock
    this.#rescue = rescue
  }

  /**
   * Settles, in the step in which it is called, and waits only where that is not kept by the way: the worker may go on
   * meanwhile with other work.
   */
  over(lane: Lane<V>, outcome: Outcome<B>): Effect.Effect<void> {
    const { submit, unsettled } = this.#shop
    const worker = this.#worker
    if (submit === undefined || outcome._tag === "Dead") return this.settle(lane, outcome)
    if (worker.lane !== lane) return Effect.void
    // The work itself is over: it is not late any more.
    worker.since = Number.POSITIVE_INFINITY
    if (worker.parting !== undefined)
      return Effect.uninterruptible(
        Effect.zipRight(
          parted(worker),
          Effect.suspend(() => this.over(lane, outcome))
        )
      )
    const letGo = () => {
      if (worker.parting !== lane) return false
      worker.parting = undefined
      worker.parted()
      return true
    }
    const settled = () => {
      unsettled.settled(lane.group.name)
      return letGo()
    }
    const refused = (refused: StoreRefused) => {
      if (!letGo()) return
      const isKept = this.#rescue(lane, (other) => this.#as(other).#later(lane, outcome, refused, refusedPause))
      if (!isKept) this.#shop.lanes.release(lane)
    }
    const begun = Either.try(() => submit(lane, outcome, this.#clock, settled, refused))
    if (Either.isLeft(begun)) return this.#unfit(lane, outcome, Cause.die(begun.left))
    this.#shop.bench.part(worker, lane)
    return Effect.void
  }

  /** Settles what ended without an outcome. */
  bury(lane: Lane<V>, cause: Cause.Cause<never>): Effect.Effect<void> {
    return Effect.logError(`${this.#shop.name}: the work on ${lane.head.id} ended without an outcome`, cause).pipe(
      Effect.zipRight(Effect.suspend(() => this.settle(lane, outcomeOf(cause, this.#clock.unsafeCurrentTimeMillis()))))
    )
  }

  settle(lane: Lane<V>, outcome: Outcome<B>, pause = refusedPause): Effect.Effect<void> {
    const worker = this.#worker
    if (worker.lane !== lane) return Effect.void
    // The work itself is over: it is not late any more.
    worker.since = Number.POSITIVE_INFINITY
    const letGo = () => {
      const held = worker.lane === lane
      if (held) worker.lane = undefined
      this.#shop.unsettled.settled(lane.group.name)
      return held
    }
    const commit = this.#shop.commit(lane, outcome, this.#clock, letGo)
    return commit === undefined
      ? Effect.void
      : Effect.catchAllCause(commit, (cause) =>
          Either.match(Cause.failureOrCause(cause), {
            onLeft: (refused) => this.#later(lane, outcome, refused, pause),
            onRight: (defect) => this.#unfit(lane, outcome, defect)
          })
        )
  }

  #as(worker: Worker<V>): Settling<V, A, B> {
    return new Settling(this.#shop, worker, this.#clock, this.#rescue)
  }

  /** What nothing can be kept of is no reason for all other work to stop. */
  #unfit(lane: Lane<V>, outcome: Outcome<B>, cause: Cause.Cause<never>): Effect.Effect<void> {
    if (outcome._tag === "Again" || outcome.settles.length === 0) return Effect.failCause(cause)
    const why = `defect: what came of it cannot be kept: ${String(Cause.squash(cause))}`
    return Effect.logError(`${this.#shop.name}: what came of ${lane.head.id} cannot be kept`, cause).pipe(
      Effect.zipRight(Effect.suspend(() => this.settle(lane, dead(why))))
    )
  }

  #later(lane: Lane<V>, outcome: Outcome<B>, refused: StoreRefused, pause: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      const now = monotonic(this.#clock)
      this.#shop.unsettled.refused(lane.group.name, refused, now)
      return complain(this.#shop, lane.head.id, refused, now)
    }).pipe(
      Effect.zipRight(Effect.sleep(pause)),
      Effect.zipRight(Effect.suspend(() => this.settle(lane, outcome, Math.min(2 * pause, longestPause))))
    )
  }
}
