import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import {
  done,
  type Item,
  type KeyedQueue,
  type Outcome,
  type Work,
  type WorkOptions
} from "../../delivery/KeyedQueue.ts"

/** For a store that is gone with its process. */
export const nothingLeft: Queues["died"] = Effect.dieMessage("nothing outlives the process")

/** Two empty queues of one store; the first feeds the second. */
export interface Queues {
  readonly queue: KeyedQueue<string, string>
  readonly fed: KeyedQueue<string>
  /** The same two as the next process finds them if this one dies now; a defect where nothing outlives the process. */
  readonly died: Effect.Effect<Queues, never, Scope.Scope>
}

/** Two new queues, each of which takes as many items as a promise needs it to. */
export type Make<E> = (bounds: { readonly capacity: number }) => Effect.Effect<Queues, E, Scope.Scope>

export const ample = { capacity: 200_000 }

export const item = (key: string, n: number): Item<string> => ({ id: `${key}#${n}`, key, value: `${key}#${n}` })

export const items = (key: string, count: number, from = 0): Array<Item<string>> =>
  Array.makeBy(count, (n) => item(key, from + n))

export const ids = (of: ReadonlyArray<{ readonly id: string }>): Array<string> => of.map(({ id }) => id)

export type Job = (work: Work<string>) => Effect.Effect<Outcome<string>>

/** Works on `queue` until the test, or the fiber that is returned, ends. */
export const hire = (
  queue: KeyedQueue<string, string>,
  job: Job,
  concurrency = 8,
  options: Omit<WorkOptions<string, string>, "concurrency"> = {}
): Effect.Effect<Fiber.RuntimeFiber<never>, never, Scope.Scope> =>
  Effect.forkScoped(queue.work(job, { concurrency, ...options }))

/** Settles everything, and remembers in which order. */
export const recorder = (): { readonly seen: Array<string>; readonly job: Job } => {
  const seen: Array<string> = []
  return { seen, job: ({ id }) => Effect.sync(() => (seen.push(id), done())) }
}

/** Waits for `effect` while the clock is turned, a tenth of a second at a time. */
export const turning = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.raceFirst(effect, Effect.forever(TestClock.adjust("100 millis")))

/** Long enough for what should not happen to happen, without the clock moving. */
export const aWhile: Effect.Effect<void> = Effect.repeatN(Effect.yieldNow(), 100)

export const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.zipRight(Effect.yieldNow(), eventually(holds))))
