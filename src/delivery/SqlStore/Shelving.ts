import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { StoreRefused } from "../KeyedQueue.ts"
import { answer } from "./Answer.ts"
import type { Journal } from "./Journal.ts"
import type { Session } from "./Layout.ts"
import { written } from "./Words.ts"

const decodeShelves = answer(Schema.Number)
const decodeLast = answer(Schema.Tuple(Schema.Number, Schema.Number))
const decodeIds = answer(Schema.String)

/** How many ids are read at least before others may ask the database, if there are so many; as many as a statement gives. */
const page = 1024

const listed = ({ statements }: Journal, { ask }: Session) => Effect.flatMap(ask(statements.shelves), decodeShelves)

/** From now on new ids stand on shelves, if the database has any. */
export const begin = (journal: Journal): Effect.Effect<void, StoreRefused> => {
  const { dialect, shelves, statements } = journal
  if (dialect.shelves === undefined) return Effect.void
  return journal.aside("store", ({ ask }) =>
    Effect.map(Effect.flatMap(ask(statements.lastShelf), decodeLast), ([[last, taken] = [0, 0]]) =>
      shelves.begin(last, taken)
    )
  )
}

/** Learns which ids of an account, those that begin with its name and "/", stand on shelves of a queue. */
export const recall = (journal: Journal, queue: string, account: string): Effect.Effect<void, StoreRefused> =>
  Effect.gen(function* () {
    const { dialect, shelves, statements } = journal
    // the character behind "/"
    const [prefix, end] = [`${account}/`, `${account}0`]
    if (dialect.shelves === undefined || written(prefix) !== prefix) return
    const all = yield* journal.aside(queue, (session) => listed(journal, session))
    let [at, from] = [0, prefix]
    const more = ({ ask }: Session) =>
      Effect.gen(function* () {
        for (let read = 0; read < page;) {
          const shelf = all[at]
          if (shelf === undefined) return
          const ids = yield* decodeIds(yield* ask(statements.onShelf, [shelf, queue, from, end]))
          for (const id of ids) shelves.add(shelf, id)
          read += ids.length
          from = ids.length < page ? prefix : (ids.at(-1) ?? prefix)
          if (ids.length < page) at++
        }
      })
    while (at < all.length) yield* Effect.zipRight(journal.aside(queue, more), Effect.yieldNow())
  })

/** Forgets shelves from which everything is gone. */
export const clear = (journal: Journal): Effect.Effect<void, StoreRefused> => {
  const { dialect, shelves } = journal
  if (dialect.shelves === undefined) return Effect.void
  return journal.aside("store", (session) => Effect.map(listed(journal, session), (all) => shelves.retain(all)))
}
