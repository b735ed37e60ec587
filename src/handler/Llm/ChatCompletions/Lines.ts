import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** No line is longer than this; UTF-16 units. */
export const longest = 1_000_000

/** The lines of a text that comes in pieces; a line that is too long fails. What comes after the last line's end is none. */
export const lines =
  <E2>(tooLong: () => E2) =>
  <E, R>(pieces: Stream.Stream<string, E, R>): Stream.Stream<string, E | E2, R> =>
    Stream.suspend(() => {
      let rest = ""
      return Stream.mapConcatEffect(pieces, (text) => {
        const all = (rest + text).split(/\r?\n/)
        rest = all.pop() ?? ""
        return rest.length > longest ? Effect.fail(tooLong()) : Effect.succeed(all)
      })
    })

/** What the events of a stream of server-sent events hold, where each holds one line, as those of models do. */
export const data = <E, R>(all: Stream.Stream<string, E, R>): Stream.Stream<string, E, R> =>
  all.pipe(
    Stream.filter((line) => line.startsWith("data:")),
    Stream.map((line) => line.slice("data:".length).trim()),
    Stream.filter((text) => text !== "")
  )
