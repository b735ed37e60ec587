import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Dead } from "../KeyedQueue.ts"
import type { Codec } from "../SqlQueue/Codec.ts"
import { answer } from "./Answer.ts"
import type { Dialect } from "./Dialect.ts"
import { read } from "./Words.ts"

/** What is asked of a row that is dead, in this order. */
export const columns = ({ all, array }: Pick<Dialect, "all" | "array">): string =>
  all(array("seq", "id", "key", "value", "attempts", "kept_at", "reason", "died_at"))

const { Number, String } = Schema
const decode = answer(Schema.Tuple(Number, String, String, String, Number, Number, String, Number))

/** What the rows of `queue` say, the oldest death first. What cannot be read is left out, with a warning. */
export const deadOf = <A>(queue: string, codec: Codec<A>, rows: unknown): Effect.Effect<ReadonlyArray<Dead<A>>> =>
  Effect.gen(function* () {
    const found = yield* decode(rows)
    const all: Array<Dead<A>> = []
    const inOrder = found.toSorted(([a, , , , , , , diedA], [b, , , , , , , diedB]) => diedA - diedB || a - b)
    for (const [, id, key, text, attempts, keptAt, reason, diedAt] of inOrder) {
      const value = codec.decode(text)
      if (Either.isLeft(value))
        yield* Effect.logWarning(`${queue}: ${read(id)} is dead and cannot be read: ${value.left}`)
      else
        all.push({ id: read(id), key: read(key), value: value.right, attempts, keptAt, reason: read(reason), diedAt })
    }
    return all
  })
