import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * Reads what a statement answers that asks for `all` rows as one text: as many of these. An answer that is anything else is
 * a defect.
 */
export const answer = <A, I>(row: Schema.Schema<A, I>): ((rows: unknown) => Effect.Effect<ReadonlyArray<A>>) => {
  const decode = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ answer: Schema.parseJson(Schema.Array(row)) })))
  return (rows) => Effect.map(Effect.orDie(decode(rows)), ([{ answer }]) => answer)
}
