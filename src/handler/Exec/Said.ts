import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { HandlerFailed, type Reply } from "../Handler.ts"
import * as Wire from "../Wire.ts"

/** That there is no answer. */
const Failed = Schema.Struct({
  error: Schema.NonEmptyString,
  /** trying again may help */
  retryable: Schema.optionalWith(Schema.Boolean, { default: () => true }),
  /** nobody is told of it */
  silent: Schema.optionalWith(Schema.Boolean, { default: () => false })
})

const readFailed = Schema.decodeUnknownEither(Failed)

const wrong = "it wants an error in words, and whether it is retryable and silent by true or false"

/** What a program says on one line: a reply as `Wire` has it, nothing that is to be said, or that there is no answer. */
export const read = (given: unknown): Either.Either<Reply | HandlerFailed | undefined, string> =>
  typeof given === "object" && given !== null && "error" in given
    ? Either.mapBoth(readFailed(given), {
        onLeft: () => wrong,
        onRight: ({ error: cause, retryable, silent }) => new HandlerFailed({ cause, retryable, silent })
      })
    : Wire.reply(given)
