import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Commit } from "../Crew/Lane.ts"
import { monotonic } from "../Crew/Shop.ts"
import type { StoreRefused } from "../KeyedQueue.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Ledger } from "./Ledger.ts"
import { answer } from "../SqlStore/Answer.ts"
import { read, written } from "../SqlStore/Words.ts"
import { bare } from "./Window.ts"

const { Number, String } = Schema
const decodePage = answer(Schema.Tuple(Number, String, String, Number, Number, Number, Number))
const Count = Schema.Tuple(Schema.Struct({ count: Number }))
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
      const page = yield* journal.aside(name, ({ ask }) =>
        Effect.flatMap(ask(statements.restore, [name, written(account), from]), decodePage)
      )
      for (const [seq, id, key, keptAt, attempts, due, begun] of page) {
        if (commit.at !== keptAt) commit = { at: keptAt }
        const until = due > now ? monotonic(clock) + due - now : undefined
        const value = bare<A>(seq, begun > 0)
        ledger.lanes.append({ id: read(id), key: read(key), value }, commit, { attempts, until })
        from = Math.max(from, seq)
      }
      if (page.length === 0) break
    }
    const [{ count }] = yield* journal.aside(name, ({ ask }) =>
      Effect.flatMap(ask(statements.countDead, [name, written(account)]), (rows) => Effect.orDie(decodeCount(rows)))
    )
    ledger.called()
    return count
  })
