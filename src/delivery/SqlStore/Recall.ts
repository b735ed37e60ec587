import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { StoreRefused } from "../KeyedQueue.ts"
import { answer } from "./Answer.ts"
import type { Journal } from "./Journal.ts"
import type { Session } from "./Layout.ts"
import { pause } from "./Pause.ts"

const decodeBays = answer(Schema.Number)
const decodeLast = answer(Schema.Tuple(Schema.Number, Schema.Number))
const decodeIds = answer(Schema.String)

/** After how many ids everything else has its turn. */
const page = 512

const listed = ({ statements }: Journal, { ask }: Session) => Effect.flatMap(ask(statements.bays), decodeBays)

/** From now on new ids stand in bays, if the database has any. */
export const begin = (journal: Journal): Effect.Effect<void, StoreRefused> => {
  const { dialect, bays, statements } = journal
  if (dialect.bays === undefined) return Effect.void
  return journal.aside("store", ({ ask }) =>
    Effect.map(Effect.flatMap(ask(statements.lastBay), decodeLast), ([[last, taken] = [0, 0]]) =>
      bays.begin(last, taken)
    )
  )
}

/** Learns which ids of an account stand in bays of a queue, of those that begin with its name and "/": what is given. */
export const recall = (journal: Journal, queue: string, account: string): Effect.Effect<string, StoreRefused> =>
  Effect.gen(function* () {
    const { bays, dialect, statements } = journal
    // the character behind "/"
    const [prefix, end] = [`${account}/`, `${account}0`]
    if (dialect.bays === undefined) return prefix
    const all = yield* journal.aside(queue, (session) => listed(journal, session))
    let [at, from] = [0, prefix]
    const more = ({ ask }: Session) =>
      Effect.gen(function* () {
        for (let read = 0; read < page;) {
          const bay = all[at]
          if (bay === undefined) return
          const ids = yield* decodeIds(yield* ask(statements.inBay, [bay, queue, from, end, page]))
          for (const id of ids) bays.add(bay, id)
          read += ids.length
          from = ids.length < page ? prefix : (ids.at(-1) ?? prefix)
          if (ids.length < page) at++
        }
        // before the ids of another account are read, too
        yield* pause
      })
    while (at < all.length) yield* journal.aside(queue, more)
    return prefix
  })

/** Forgets bays from which everything is gone. */
export const clear = (journal: Journal): Effect.Effect<void, StoreRefused> => {
  const { dialect, bays } = journal
  if (dialect.bays === undefined) return Effect.void
  return journal.aside("store", (session) => Effect.map(listed(journal, session), (all) => bays.retain(all)))
}
