import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Lines } from "../../Exec/Lines.ts"

/** No line is longer than this; UTF-16 units. */
export const longest = 1_000_000

const field = "data:"

/**
 * What the events of a stream of server-sent events hold, where each holds one line, as those of models do. A line that is too
 * long fails; what comes after the end of the last one is none.
 */
export const data =
  <E2>(tooLong: () => E2) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E | E2, R> =>
    Stream.suspend(() => {
      const lines = new Lines()
      const held = (line: string) => {
        const text = line.startsWith(field) ? line.slice(field.length).trim() : ""
        return text === "" ? [] : [text]
      }
      return Stream.mapChunksEffect(bytes, (chunk) => {
        const all = Chunk.toReadonlyArray(chunk).flatMap((piece) => lines.push(piece))
        return lines.pending > longest ? Effect.fail(tooLong()) : Effect.succeed(Chunk.fromIterable(all.flatMap(held)))
      })
    })
