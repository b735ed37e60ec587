import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"
import { type AccountStatus, asOf, due, grace } from "../Status.ts"

const late = Duration.toMillis(grace)

const monotonic = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

/** How long an adapter may be quiet when it is its turn: until what its status promises is due, and a grace. */
export class Patience {
  /** monotonic milliseconds; endless while it is our turn */
  #end = Number.POSITIVE_INFINITY

  /** We are busy with what it said: nothing is owed. */
  ours(): void {
    this.#end = Number.POSITIVE_INFINITY
  }

  /** We wait for its next word. */
  readonly theirs = (status: () => AccountStatus): Effect.Effect<void> =>
    Effect.clockWith((clock) => {
      const now = clock.unsafeCurrentTimeMillis()
      const left = (due(asOf(status(), now).state) ?? now) - now
      this.#end = monotonic(clock) + Math.max(left, 0) + late
      return Effect.void
    })

  /** Waits for a fiber to end, and says how; none when it has been quiet for too long before that. */
  readonly outlast = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): Effect.Effect<Option.Option<Exit.Exit<A, E>>> =>
    // one fiber that watches, where a race would take two more; it ends with what it watches
    Effect.acquireUseRelease(
      Effect.forkDaemon(Effect.interruptible(this.#spent)),
      (watch) =>
        Effect.async<Option.Option<Exit.Exit<A, E>>>((resume) => {
          fiber.addObserver((exit) => resume(Effect.succeedSome(exit)))
          watch.addObserver((exit) => {
            if (Exit.isSuccess(exit)) resume(Effect.succeedNone)
          })
        }),
      Fiber.interruptFork
    )

  readonly #spent: Effect.Effect<void> = Effect.clockWith((clock) => {
    const left = this.#end - monotonic(clock)
    return left <= 0 ? Effect.void : Effect.zipRight(Effect.sleep(Number.isFinite(left) ? left : late), this.#spent)
  })
}
