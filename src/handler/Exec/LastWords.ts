import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** How much of it is remembered: enough for the end of what a script says when it fails. */
const most = { letters: 600, lines: 5 }

/** Whoever writes more than this to a log, in bytes a second, waits. */
const pace = 1 << 20

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
    let owed = 0
    const wait = Effect.suspend(() => {
      const millis = Math.floor((1000 * owed) / pace)
      owed -= (millis * pace) / 1000
      return millis === 0 ? Effect.void : Effect.sleep(Duration.millis(millis))
    })
    const reading = yield* Effect.forkScoped(
      Stream.runForEach(stderr, (bytes) => {
        text = (text + decoder.decode(bytes, { stream: true })).slice(-4 * most.letters)
        owed += bytes.length
        return wait
      })
    )
    return Fiber.await(reading).pipe(
      Effect.timeoutOption(patience),
      Effect.map(() => shortened(text))
    )
  })
