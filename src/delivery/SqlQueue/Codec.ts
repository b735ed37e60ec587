import * as Either from "effect/Either"
import { constFalse } from "effect/Function"
import * as Schema from "effect/Schema"
import { ArrayFormatter } from "effect/ParseResult"

/** How a value is written into a column of text, and read from it. */
export interface Codec<A> {
  readonly encode: (value: A) => string
  /** left: what is wrong with it */
  readonly decode: (text: string) => Either.Either<A, string>
}

export const codec = <A, I>(schema: Schema.Schema<A, I>, plain: (value: A) => boolean = constFalse): Codec<A> => {
  const text = Schema.parseJson(schema)
  const decode = Schema.decodeEither(text)
  const encode = Schema.encodeSync(text)
  return {
    encode: (value) => (plain(value) ? JSON.stringify(value) : encode(value)),
    decode: (written) =>
      Either.mapLeft(decode(written), (error) => {
        const [first] = ArrayFormatter.formatErrorSync(error)
        return first === undefined ? "unreadable" : `${first.path.map(String).join(".")}: ${first._tag}`
      })
  }
}
