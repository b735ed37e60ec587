import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { AccountId } from "../../domain/Address.ts"
import { Entry } from "./Entry.ts"

const Text = Schema.parseJson(Entry)
const decodeText = Schema.decodeUnknownEither(Text)

/** An entry as a store keeps it. */
export const encode = Schema.encodeSync(Text)

/** The entries that a store has of an account, in order. What cannot be read is left out, with a warning. */
export const decode = (account: AccountId, rows: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Entry>> =>
  Effect.gen(function* () {
    const all = rows.map((row) => decodeText(row))
    const entries = all.flatMap((entry) => (Either.isRight(entry) ? [entry.right] : []))
    if (entries.length < all.length)
      yield* Effect.logWarning(
        `${all.length - entries.length} entries of the timeline of ${account} cannot be read and are left out`
      )
    return entries
  })
