import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Stability from "../../adapter/Stability.ts"

/** A connection has to last before it counts for anything. */
export interface Proof {
  /** There is a connection, which has yet to last. */
  readonly begin: Effect.Effect<void>
  /** A sign of life: once the connection has lasted, `lasted` is run. */
  readonly prove: Effect.Effect<void>
  /** The connection, if there was one, is over, by our own doing or not. */
  readonly lose: (ours: boolean) => Effect.Effect<void>
}

export const make = (
  stability: Stability.Record,
  stableAfter: Duration.Duration,
  lasted: Effect.Effect<void>
): Proof => {
  /** since when it has yet to last; monotonic nanoseconds */
  let unproven: bigint | undefined
  const prove = Effect.suspend(() => {
    const since = unproven
    if (since === undefined) return Effect.void
    return Effect.clockWith((clock) => {
      if (Duration.lessThan(Duration.nanos(clock.unsafeCurrentTimeNanos() - since), stableAfter)) return Effect.void
      unproven = undefined
      return lasted
    })
  })
  return {
    prove,
    begin: Effect.flatMap(Clock.currentTimeNanos, (now) => {
      unproven = now
      return stability.connected
    }),
    // an adapter that keeps a record of its own has written it by now
    lose: (ours) =>
      Effect.map(Effect.zipRight(prove, stability.lost(stableAfter, ours)), () => {
        unproven = undefined
      })
  }
}
