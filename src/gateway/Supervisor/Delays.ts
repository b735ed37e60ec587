import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schedule from "effect/Schedule"
import type { AdapterFatal } from "../../adapter/AdapterError.ts"
import * as RetryPolicy from "../../adapter/RetryPolicy.ts"
import { flappingDelay } from "../../adapter/Stability.ts"

/** The policies of tier two: for what mends by itself, and for what waits for somebody else. */
export interface Policies {
  readonly reschedule: Schedule.Schedule<unknown>
  readonly probe: Schedule.Schedule<unknown>
}

/** How long one account waits before a fresh adapter. */
export interface Delays {
  readonly after: (fatal: AdapterFatal, flapping: boolean) => Effect.Effect<Duration.Duration>
  /** Makes the budgets whole again. */
  readonly reset: Effect.Effect<void>
  /** Who is probed waits as little as the first time. */
  readonly resetProbe: Effect.Effect<void>
}

export const make = (policies: Policies): Effect.Effect<Delays> =>
  Effect.gen(function* () {
    const reschedule = yield* RetryPolicy.stepper(policies.reschedule)
    const probe = yield* RetryPolicy.stepper(policies.probe)
    const drawn = (fatal: AdapterFatal) => {
      if (fatal.retryAfter !== undefined) return Effect.succeed(Duration.millis(fatal.retryAfter))
      const slow = !fatal.retryable || fatal.reason === "Conflict"
      return Effect.map(
        (slow ? probe : reschedule).next(fatal),
        Option.getOrElse(() => flappingDelay)
      )
    }
    return {
      after: (fatal, flapping) =>
        Effect.map(drawn(fatal), (delay) => (flapping ? Duration.max(delay, flappingDelay) : delay)),
      reset: Effect.zipRight(reschedule.reset, probe.reset),
      resetProbe: probe.reset
    }
  })
