import * as Effect from "effect/Effect"

interface Lock {
  readonly mutex: Effect.Semaphore
  users: number
}

/** One at a time for each key; a key that nobody waits for is forgotten. */
export class KeyedMutex<K> {
  readonly #locks = new Map<K, Lock>()

  /** Runs `act` when all that came before it under the same key is over. What was begun is finished. */
  readonly alone =
    (key: K) =>
    <A, E, R>(act: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          const lock = this.#locks.get(key) ?? { mutex: Effect.unsafeMakeSemaphore(1), users: 0 }
          this.#locks.set(key, lock)
          lock.users += 1
          return lock
        }),
        ({ mutex }) => mutex.withPermits(1)(Effect.uninterruptible(act)),
        (lock) =>
          Effect.sync(() => {
            lock.users -= 1
            if (lock.users === 0) this.#locks.delete(key)
          })
      )
}
