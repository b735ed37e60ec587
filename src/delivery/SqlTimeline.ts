import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { StoreRefused } from "./KeyedQueue.ts"
import type { SqlStore } from "./SqlStore.ts"
import { read, written } from "./SqlStore/Words.ts"
import * as WriteBehind from "./SqlStore/WriteBehind.ts"

/** The timelines of accounts in a database: texts, by numbers that grow. */
export class KeptTimelines extends Context.Tag("holdfast/KeptTimelines")<
  KeptTimelines,
  {
    /**
     * Loads what is kept of an account, which this process has to own, in order. When the scope ends the last of it is written,
     * as far as that can be had, and nothing is written any more.
     */
    readonly adopt: (account: string) => Effect.Effect<ReadonlyArray<string>, StoreRefused, Scope.Scope>
    /** Has a text written under this number, or what is there removed, soon. Of an account that is not adopted nothing is. */
    readonly put: (account: string, number: number, text: string | undefined) => void
    /** Waits until what was put is written, within the bound of a close. */
    readonly written: Effect.Effect<void>
  }
>() {
  static readonly layer: Layer.Layer<KeptTimelines, never, SqlStore> = Layer.scoped(
    KeptTimelines,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  let refusing = false
  const entries = yield* WriteBehind.make({
    store: "timeline",
    key: Schema.Number,
    all: (statements) => statements.entries,
    write: (draft, account, number, text) => draft.entry(account, number, text),
    refused: ({ message }) => {
      if (refusing) return Effect.void
      refusing = true
      return Effect.logWarning(`what becomes of accounts is kept in memory until the store takes it: ${message}`)
    },
    taken: Effect.suspend(() => {
      if (!refusing) return Effect.void
      refusing = false
      return Effect.logInfo("the store has what became of accounts meanwhile")
    })
  })
  return {
    adopt: (account: string) =>
      Effect.map(entries.adopt(account), (rows) =>
        rows.toSorted(([one], [other]) => one - other).map(([, text]) => read(text))
      ),
    put: (account: string, number: number, text: string | undefined) =>
      entries.put(account, number, text === undefined ? undefined : written(text)),
    written: WriteBehind.bounded(entries.write)
  }
})
