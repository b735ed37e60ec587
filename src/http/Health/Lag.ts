import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

const every = Duration.millis(250)

/** As many ticks are remembered, so that a delay is seen by whoever asks every few seconds. */
const remembered = 40

const millis = (nanos: bigint): number => Number(nanos / 1_000_000n)

/** How many milliseconds late the event loop came to what was due, at most, in the last ten seconds. */
export const make: Effect.Effect<Effect.Effect<number>, never, Scope.Scope> = Effect.gen(function* () {
  const elapsed = Effect.map(Clock.currentTimeNanos, millis)
  let due = (yield* elapsed) + Duration.toMillis(every)
  let late: ReadonlyArray<number> = []
  yield* Effect.sleep(every).pipe(
    Effect.zipRight(elapsed),
    Effect.map((now) => {
      late = [...late, now - due].slice(-remembered)
      due = now + Duration.toMillis(every)
    }),
    Effect.forever,
    Effect.forkScoped
  )
  return Effect.map(elapsed, (now) => Math.max(0, now - due, ...late))
})
