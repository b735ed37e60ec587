import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as RetryPolicy from "../../adapter/RetryPolicy.ts"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"

const holding = RetryPolicy.schedule({ ...RetryPolicy.listening, attempts: Number.POSITIVE_INFINITY })

/** Tries what a store has refused again, for as long as it takes; `wait` is told of each refusal and of the pause after it. */
export const untilKept = (
  keep: Effect.Effect<unknown, StoreRefused>,
  first: StoreRefused,
  wait: (refused: StoreRefused, delay: Duration.Duration) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const delays = yield* RetryPolicy.stepper(holding)
    let refused: StoreRefused | undefined = first
    while (refused !== undefined) {
      const delay = Option.getOrElse(yield* delays.next(refused), () => Duration.zero)
      yield* wait(refused, delay)
      yield* Effect.sleep(delay)
      refused = yield* Effect.match(keep, { onFailure: identity, onSuccess: () => undefined })
    }
  })
