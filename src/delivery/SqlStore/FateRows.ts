import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fate } from "../KeyedQueue.ts"
import { answer } from "./Answer.ts"
import { read } from "./Words.ts"

const decode = answer(Schema.Tuple(Schema.Number, Schema.NullOr(Schema.String), Schema.NullOr(Schema.String)))

/** What the row of an item says of it, if there is one. */
export const fateOf = (rows: unknown): Effect.Effect<Fate> =>
  Effect.map(decode(rows), ([found]): Fate => {
    if (found === undefined) return { _tag: "Unknown" }
    const [settled, reason, proof] = found
    if (settled === 1) return { _tag: "Settled", proof: proof === null ? undefined : read(proof) }
    return reason === null ? { _tag: "Waiting" } : { _tag: "Dead", reason: read(reason) }
  })
