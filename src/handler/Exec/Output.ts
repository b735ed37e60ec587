import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { End, Running } from "../Programs.ts"

/** How long what a program left running may say nothing and still be listened to. */
const linger = Duration.seconds(1)

/**
 * Hands on what a program writes, until nobody can write any more; of what it left running when it ended, for as long as something
 * comes at least once a second.
 */
export const read = <E>(
  { end, stdout }: Running,
  hear: (bytes: Uint8Array) => Effect.Effect<void, E>
): Effect.Effect<void, E, Scope.Scope> =>
  Effect.gen(function* () {
    const pull = Effect.orElseSucceed(yield* Stream.toPull(stdout), () => Chunk.empty<Uint8Array>())
    const silence = Effect.as(Effect.zipRight(end, Effect.sleep(linger)), Chunk.empty<Uint8Array>())
    while (true) {
      const chunk = yield* Effect.raceFirst(pull, silence)
      if (Chunk.isEmpty(chunk)) return
      yield* Effect.forEach(chunk, hear, { discard: true })
    }
  })

/** How a program ended, and what it said last, in words. */
export const told = (name: string, end: End, lastWords: string): string => {
  const how = end._tag === "Exited" ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`
  return lastWords === "" ? `${name} ${how}` : `${name} ${how}; the last it said: ${lastWords}`
}
