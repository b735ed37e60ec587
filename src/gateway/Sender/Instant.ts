import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** The time of day, which others count by, and the time that has passed, which nobody can set; milliseconds. */
export interface Instant {
  readonly now: number
  readonly elapsed: number
}

/** When it is by a clock. */
export const instantOf = (clock: Clock.Clock): Instant => ({
  now: clock.unsafeCurrentTimeMillis(),
  elapsed: Number(clock.unsafeCurrentTimeNanos()) / 1e6
})

/** When it is. */
export const instant: Effect.Effect<Instant> = Effect.clockWith((clock) => Effect.succeed(instantOf(clock)))
