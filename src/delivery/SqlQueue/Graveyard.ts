import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { refusal } from "../Capacity.ts"
import type { KeyedQueue } from "../KeyedQueue.ts"
import { answer } from "../SqlStore/Answer.ts"
import { deadOf } from "../SqlStore/DeadRows.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Session } from "../SqlStore/Layout.ts"
import { read, written } from "../SqlStore/Words.ts"
import type { Codec } from "./Codec.ts"
import type { Ledger } from "./Ledger.ts"

const decodeFound = answer(Schema.Tuple(Schema.Number, Schema.String, Schema.String))

/** What can be done about the dead of a queue in a database. */
export const graveyard = <A>(parts: {
  readonly ledger: Ledger<A>
  readonly journal: Journal
  readonly codec: Codec<A>
}): Pick<KeyedQueue<A>, "dead" | "retry" | "drop"> => {
  const { codec, journal, ledger } = parts
  const { bounds, lanes } = ledger
  const { name } = bounds
  const { statements } = journal

  const dead = Effect.gen(function* () {
    const accounts = JSON.stringify(ledger.accounts.map((account) => [written(account)]))
    const rows = yield* journal.aside(name, ({ ask }) => ask(statements.dead, [accounts, name]))
    return yield* deadOf(name, codec, rows)
  })

  /** Where one of the dead lies, if there is one of that id and it is ours. */
  const find = (id: string) =>
    journal
      .aside(name, ({ ask }) => Effect.flatMap(ask(statements.findDead, [name, written(id)]), decodeFound))
      .pipe(
        Effect.map((found) => found.map(([seq, account, key]) => ({ seq, account: read(account), key: read(key) }))),
        Effect.map(([found]) => (found !== undefined && ledger.has(found.account) ? found : undefined))
      )

  /** Asked again in the transaction: it may have been retried or dropped since it was found. */
  const isDead = (ask: Session["ask"], id: string) =>
    Effect.map(Effect.flatMap(ask(statements.findDead, [name, written(id)]), decodeFound), (found) => found.length > 0)

  const retry = (id: string) =>
    Effect.gen(function* () {
      const found = yield* find(id)
      if (found === undefined) return false
      const { account, key, seq: old } = found
      const now = yield* Clock.currentTimeMillis
      let seq: number | undefined
      return yield* journal.turn(
        name,
        ({ ask }) =>
          Effect.gen(function* () {
            if (!(yield* isDead(ask, id))) return false
            const waiting = { size: lanes.size, sizeOf: (group: string) => lanes.sizeOf(group) }
            const refused = refusal(bounds, waiting, [{ id, key }])
            if (refused !== undefined) return yield* refused
            seq = journal.nextSeq()
            yield* ask(statements.revive, [old, seq, now])
            for (const statement of [statements.renumber, statements.follow]) yield* ask(statement, [old, seq])
            return true
          }),
        {
          account,
          numbers: 1,
          witness: () => seq,
          applied: () => {
            if (seq !== undefined) ledger.revive(seq, id, key, now)
          }
        }
      )
    })

  const drop = (id: string) =>
    Effect.gen(function* () {
      const found = yield* find(id)
      if (found === undefined) return false
      return yield* journal.turn(
        name,
        ({ ask }) =>
          Effect.gen(function* () {
            if (!(yield* isDead(ask, id))) return false
            yield* ask(statements.settle, [JSON.stringify([found.seq])])
            return true
          }),
        { account: found.account, applied: (dropped) => ledger.died(found.account, dropped ? -1 : 0) }
      )
    })

  return { dead, retry, drop }
}
