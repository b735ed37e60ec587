import * as Effect from "effect/Effect"

const kept = 10_000

/** Places where nothing is to be shown for a while; those where that is over are forgotten in time. */
export interface Quiet {
  /** Succeeds with whether it is quiet at any of these places. */
  readonly at: (...places: ReadonlyArray<string>) => Effect.Effect<boolean>
  /** It is quiet there for so many milliseconds, or longer if it is already. */
  readonly hush: (place: string, millis: number) => Effect.Effect<void>
}

/** Milliseconds of a clock that nobody sets. */
const elapsed = Effect.clockWith((clock) => Effect.succeed(Number(clock.unsafeCurrentTimeNanos()) / 1e6))

export const make = (): Quiet => {
  const quiet = new Map<string, number>()
  const until = (place: string): number => quiet.get(place) ?? 0
  return {
    at: (...places) => Effect.map(elapsed, (now) => places.some((place) => until(place) > now)),
    hush: (place, millis) =>
      Effect.map(elapsed, (now) => {
        quiet.set(place, Math.max(until(place), now + millis))
        if (quiet.size > kept) for (const [one, over] of quiet) if (over <= now) quiet.delete(one)
      })
  }
}
