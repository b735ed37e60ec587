import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Reads on a fiber of its own, so that neither silence nor a pull that cannot be interrupted holds up who asks. */
export interface Reader<A, E> {
  /** What comes next, or how it failed; when nothing comes within the bound of being asked for, that is a failure too. */
  readonly next: Effect.Effect<A, E>
  /** From now on, silence is judged by this. */
  readonly expect: (within: Duration.Duration) => Effect.Effect<void>
}

/**
 * Reads `pull` only when it is asked to: nothing is read ahead. One timer serves many pulls, where racing each of them
 * against a timer of its own would cost more than reading does.
 */
export const make = <A, E, R>(
  pull: Effect.Effect<A, E, R>,
  silent: (within: Duration.Duration) => E
): Effect.Effect<Reader<A, E>, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const clock = yield* Effect.clock
    const asked = yield* Effect.makeLatch(false)
    let asking: { readonly since: bigint; readonly answer: (exit: Exit.Exit<A, E>) => void } | undefined
    let unclaimed: Exit.Exit<A, E> | undefined
    let watching: Fiber.RuntimeFiber<never> | undefined

    const answer = (exit: Exit.Exit<A, E>) => {
      const who = asking
      asking = undefined
      if (who === undefined) unclaimed = exit
      else who.answer(exit)
    }

    const reading = Effect.suspend(() => {
      asked.unsafeClose()
      return asking === undefined ? asked.await : Effect.map(Effect.exit(pull), answer)
    }).pipe(Effect.forever, Effect.interruptible)
    // its end is not waited for: a pull that cannot be interrupted must not hold up the closing of the line
    yield* Effect.acquireRelease(Effect.forkDaemon(reading), Fiber.interruptFork)

    const watch = (within: Duration.Duration) =>
      Effect.suspend(() => {
        if (asking === undefined) return Effect.sleep(within)
        const waited = Duration.nanos(clock.unsafeCurrentTimeNanos() - asking.since)
        if (Duration.lessThan(waited, within)) return Effect.sleep(Duration.subtract(within, waited))
        answer(Exit.fail(silent(within)))
        return Effect.void
      }).pipe(Effect.forever, Effect.interruptible)

    return {
      next: Effect.async((resume) => {
        if (unclaimed !== undefined) {
          resume(unclaimed)
          unclaimed = undefined
          return
        }
        asking = { since: clock.unsafeCurrentTimeNanos(), answer: resume }
        asked.unsafeOpen()
        return Effect.sync(() => {
          asking = undefined
        })
      }),
      expect: (within) =>
        Effect.gen(function* () {
          if (watching !== undefined) yield* Fiber.interruptFork(watching)
          watching = yield* Effect.forkIn(watch(within), scope)
        })
    }
  })
