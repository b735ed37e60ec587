import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/**
 * Runs `act` for each SIGHUP, for as long as the scope lasts; what comes meanwhile is run once more, behind it. Where a person
 * runs the program at a terminal, SIGHUP says that the terminal is gone, and ends it.
 */
export const each: Effect.Effect<
  (act: Effect.Effect<unknown, unknown>) => Effect.Effect<void, never, Scope.Scope>,
  never,
  Scope.Scope
> = Effect.gen(function* () {
  const hangups = yield* Queue.sliding<true>(1)
  const heard = () => void Queue.unsafeOffer(hangups, true)
  if (process.stdin.isTTY !== true)
    yield* Effect.acquireRelease(
      Effect.sync(() => process.on("SIGHUP", heard)),
      () => Effect.sync(() => process.off("SIGHUP", heard))
    )
  return (act) =>
    Effect.asVoid(Effect.forkScoped(Effect.forever(Effect.zipRight(Queue.take(hangups), Effect.ignore(act)))))
})
