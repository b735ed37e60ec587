import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { type Worker, worker as workerOf } from "./Bench.ts"
import type { Rescue } from "./Settling.ts"

/** Who settles, and the fiber that does so once it has begun. */
export type Rescuer<V> = readonly [worker: Worker<V>, fiber: Fiber.RuntimeFiber<void> | undefined]

/** Those who settle what was refused to workers that have gone on, and do nothing else. */
export class Rescuers<V> {
  readonly #all = new Map<Worker<V>, Fiber.RuntimeFiber<void> | undefined>()
  readonly #called: Queue.Queue<readonly [worker: Worker<V>, settled: Effect.Effect<void>]>
  #closed = false

  private constructor(called: Queue.Queue<readonly [Worker<V>, Effect.Effect<void>]>) {
    this.#called = called
  }

  static make<V>(): Effect.Effect<Rescuers<V>> {
    return Effect.map(Queue.unbounded<readonly [Worker<V>, Effect.Effect<void>]>(), (called) => new Rescuers(called))
  }

  get all(): ReadonlyArray<Rescuer<V>> {
    return [...this.#all]
  }

  /** No more of them are called. */
  close(): void {
    this.#closed = true
  }

  readonly rescue: Rescue<V> = (lane, settle) => {
    if (this.#closed) return false
    const worker = workerOf(lane, Number.POSITIVE_INFINITY)
    this.#all.set(worker, undefined)
    return Queue.unsafeOffer(this.#called, [worker, settle(worker)])
  }

  /** Has those begin who are called; `failed` hears of one who cannot go on. */
  tend(failed: (cause: Cause.Cause<never>) => Effect.Effect<unknown>): Effect.Effect<never> {
    const begin = ([worker, settled]: readonly [Worker<V>, Effect.Effect<void>]) =>
      settled.pipe(
        Effect.onError((cause) => (worker.hired ? failed(cause) : Effect.void)),
        Effect.ensuring(Effect.sync(() => this.#all.delete(worker))),
        Effect.interruptible,
        // nobody's child, as workers are
        Effect.forkDaemon,
        Effect.map((fiber) => {
          if (this.#all.has(worker)) this.#all.set(worker, fiber)
        }),
        // it has begun and is known, or neither
        Effect.uninterruptible
      )
    return Effect.forever(Effect.flatMap(Queue.take(this.#called), begin))
  }
}
