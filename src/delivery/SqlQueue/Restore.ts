import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Commit } from "../Crew/Lane.ts"
import { monotonic } from "../Crew/Toil.ts"
import type { StoreRefused } from "../KeyedQueue.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Ledger } from "./Ledger.ts"
import { read, written } from "../SqlStore/Words.ts"
import { bare } from "./Window.ts"

const Page = Schema.Tuple(
  Schema.Struct({
    answer: Schema.parseJson(
      Schema.Array(
        Schema.Tuple(
          Schema.Number,
          Schema.String,
          Schema.String,
          Schema.Number,
          Schema.Number,
          Schema.Number,
          Schema.Number
        )
      )
    )
  })
)
const Count = Schema.Tuple(Schema.Struct({ count: Schema.Number }))
const decodePage = Schema.decodeUnknown(Page)
const decodeCount = Schema.decodeUnknown(Count)

/** Learns what waits of an account, everything but the values, and says how many are dead. */
export const restore = <A>(ledger: Ledger<A>, journal: Journal, account: string): Effect.Effect<number, StoreRefused> =>
  Effect.gen(function* () {
    const { name } = ledger.bounds
    const { statements } = journal
    const clock = yield* Effect.clock
    const now = clock.unsafeCurrentTimeMillis()
    let commit: Commit = { at: 0 }
    let from = 0
    for (;;) {
      const [{ answer }] = yield* journal.aside(name, ({ ask }) =>
        Effect.flatMap(ask(statements.restore, [name, written(account), from]), (rows) =>
          Effect.orDie(decodePage(rows))
        )
      )
      for (const [seq, id, key, keptAt, attempts, due, begun] of answer) {
        if (commit.at !== keptAt) commit = { at: keptAt }
        const until = due > now ? monotonic(clock) + due - now : undefined
        const value = bare<A>(seq, begun > 0)
        ledger.lanes.append({ id: read(id), key: read(key), value }, commit, { attempts, until })
        from = Math.max(from, seq)
      }
      if (answer.length === 0) break
    }
    const [{ count }] = yield* journal.aside(name, ({ ask }) =>
      Effect.flatMap(ask(statements.countDead, [name, written(account)]), (rows) => Effect.orDie(decodeCount(rows)))
    )
    ledger.called()
    return count
  })
