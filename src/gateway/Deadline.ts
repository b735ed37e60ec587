import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** One bound on many pieces of work, watched by one fiber instead of a timer for each. */
export interface Deadline {
  /** Runs `work`, or answers with `late` once the bound has passed, whether or not the work lets itself be interrupted. */
  readonly bound: <A, E, R>(work: Effect.Effect<A, E, R>, late: () => Effect.Effect<A, E>) => Effect.Effect<A, E, R>
}

interface Entry {
  readonly due: number
  readonly expire: () => void
}

export const make = (within: Duration.Duration): Effect.Effect<Deadline, never, Scope.Scope> =>
  Effect.gen(function* () {
    const millis = Duration.toMillis(within)
    const clock = yield* Effect.clock
    // all entries live equally long, so insertion order is due order
    const entries = new Set<Entry>()
    const some = yield* Effect.makeLatch(false)

    const sweep = Effect.gen(function* () {
      yield* some.await
      const now = yield* Clock.currentTimeMillis
      for (const entry of entries) {
        if (entry.due > now) return yield* Effect.sleep(Duration.millis(entry.due - now))
        entries.delete(entry)
        entry.expire()
      }
      yield* some.close
    })
    yield* Effect.forkScoped(Effect.forever(sweep))

    return {
      bound: <A, E, R>(work: Effect.Effect<A, E, R>, late: () => Effect.Effect<A, E>) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(Effect.forkDaemon(restore(work)), (fiber) =>
            restore(
              Effect.async<A, E>((resume) => {
                const entry: Entry = {
                  due: clock.unsafeCurrentTimeMillis() + millis,
                  expire: () => resume(Effect.zipRight(Fiber.interruptFork(fiber), late()))
                }
                entries.add(entry)
                if (entries.size === 1) some.unsafeOpen()
                fiber.addObserver((exit) => {
                  entries.delete(entry)
                  resume(exit)
                })
                return Effect.zipRight(
                  Effect.sync(() => entries.delete(entry)),
                  Fiber.interruptFork(fiber)
                )
              })
            )
          )
        )
    }
  })
