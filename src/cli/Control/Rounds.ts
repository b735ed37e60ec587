import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** How soon those who answer are looked for again, at the soonest. */
const every = Duration.seconds(1)

/** Looks for those who answer again and again, each time in a scope of its own, and no more than once a second. */
export const rounds = <E, R>(round: Effect.Effect<unknown, E, R>): Effect.Effect<never, E, Exclude<R, Scope.Scope>> =>
  Effect.suspend(() => {
    let last = Number.NEGATIVE_INFINITY
    return Effect.forever(
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const wait = Math.max(0, last + Duration.toMillis(every) - now)
        yield* Effect.sleep(wait)
        last = now + wait
        yield* Effect.scoped(round)
      })
    )
  })
