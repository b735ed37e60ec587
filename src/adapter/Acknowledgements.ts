import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** After that the platform has told the person that nobody answered. */
const worthwhile = Duration.seconds(3)

/** More than these, or waiting longer than is worthwhile, are not acknowledged: they would come too late. */
const waiting = 256
const atOnce = 8

/** Acknowledges the pressing of buttons side by side, without ever holding up whoever offers it. */
export const make = (
  acknowledge: (interaction: string) => Effect.Effect<unknown, { readonly message: string }>
): Effect.Effect<(interaction: string) => void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const queue = yield* Queue.dropping<{ readonly interaction: string; readonly since: bigint }>(waiting)
    yield* Stream.fromQueue(queue).pipe(
      Stream.mapEffect(
        ({ interaction, since }) =>
          Effect.suspend(() => {
            const left = Duration.subtract(worthwhile, Duration.nanos(clock.unsafeCurrentTimeNanos() - since))
            if (Duration.equals(left, Duration.zero)) return Effect.void
            return acknowledge(interaction).pipe(
              Effect.timeoutOption(left),
              Effect.catchAll((failed) => Effect.logDebug(`an interaction was not acknowledged: ${failed.message}`))
            )
          }),
        { concurrency: atOnce, unordered: true }
      ),
      Stream.runDrain,
      Effect.forkScoped
    )
    return (interaction) => void queue.unsafeOffer({ interaction, since: clock.unsafeCurrentTimeNanos() })
  })
