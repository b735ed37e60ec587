import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** Bytes a second. */
const pace = 1 << 20

/** So many bytes are owed before it is worth waiting for them. */
const least = 1 << 16

/** What is written that no answer is made of is taken no faster than this, so that it costs little: waits as long as so many bytes take. */
export const make = (): ((bytes: number) => Effect.Effect<void>) => {
  let owed = 0
  return (bytes) => {
    owed += bytes
    if (owed < least) return Effect.void
    const wait = Duration.millis((1000 * owed) / pace)
    owed = 0
    return Effect.sleep(wait)
  }
}
