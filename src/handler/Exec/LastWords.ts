import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Pace from "./Pace.ts"

/** How much of it is remembered: enough for the end of what a script says when it fails. */
const most = { letters: 600, lines: 5 }

/** How long what was written last may take to arrive after a program has ended. */
const patience = Duration.millis(200)

/** What a terminal would obey instead of showing it. */
const unprintable = /\p{Cc}+/gu

const shortened = (text: string): string =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .slice(-most.lines)
    .join(" | ")
    .replace(unprintable, " ")
    .slice(-most.letters)

/**
 * Reads what a program writes to its log for as long as the scope lasts, at a pace that costs little, and remembers the end of it,
 * on one line; it is asked for when the program has ended.
 */
export const of = (stderr: Stream.Stream<Uint8Array>): Effect.Effect<Effect.Effect<string>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const decoder = new TextDecoder()
    let text = ""
    const paced = Pace.make()
    const reading = yield* Effect.forkScoped(
      Stream.runForEach(stderr, (bytes) => {
        text = (text + decoder.decode(bytes, { stream: true })).slice(-4 * most.letters)
        return paced(bytes.length)
      })
    )
    return Fiber.await(reading).pipe(
      Effect.timeoutOption(patience),
      Effect.map(() => shortened(text))
    )
  })
