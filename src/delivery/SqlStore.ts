import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoreRefused } from "./KeyedQueue.ts"
import * as Dialect from "./SqlStore/Dialect.ts"
import { Journal } from "./SqlStore/Journal.ts"
import { check, type StoreTooNew, upgrade } from "./SqlStore/Layout.ts"
import * as Refusal from "./SqlStore/Refusal.ts"
import { Bays, baySize } from "./SqlStore/Bays.ts"
import * as Recall from "./SqlStore/Recall.ts"
import { statements } from "./SqlStore/Statements.ts"
import { sessionOf } from "./SqlStore/Transactions.ts"
import { upkeep } from "./SqlStore/Upkeep.ts"

export { StoreTooNew } from "./SqlStore/Layout.ts"

export interface Options {
  /** For how long, from when it was kept, an id is told apart that is neither waiting nor dead any more. */
  readonly remember: Duration.Duration
  /** How long a database that is not in a file may take over one transaction before what was to be written is refused. */
  readonly within: Duration.Duration
  /** How many ids that come of nothing stand together in an SQLite file; what is in memory of so many takes 128 kB. */
  readonly bay: number
}

/** A week: longer than any platform repeats what it was not told to have been taken; 20 seconds; and 32 768. */
export const defaults: Options = { remember: Duration.days(7), within: Duration.seconds(20), bay: baySize }

const open = ({ remember, bay, within }: Options) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const dialect = Dialect.of(sql)
    yield* Effect.flatMap(sql.reserve, (connection) => {
      const session = sessionOf(connection)
      // Before anything is set, so that a store that is too new stays as it is.
      const settle = Effect.forEach(dialect.settings, session.say, { discard: true })
      const alone = Effect.acquireUseRelease(
        session.say(dialect.begin),
        () => Effect.zipLeft(upgrade(dialect, session), session.say("commit")),
        (_, exit) => (exit._tag === "Success" ? Effect.void : Effect.ignore(session.say("rollback")))
      )
      return check(dialect, session).pipe(Effect.zipRight(settle), Effect.zipRight(alone))
    }).pipe(Effect.scoped)
    const bays = new Bays(bay)
    const journal = new Journal({ connect: sql.reserve, dialect, statements: statements(dialect), within, bays })
    yield* Recall.begin(journal)
    yield* Effect.forkScoped(journal.run())
    yield* Effect.forkScoped(upkeep(journal, remember))
    // what is still to be committed when the store closes is committed
    yield* Effect.addFinalizer(() => journal.flush())
    return journal
  }).pipe(Effect.catchTag("SqlError", (error) => Effect.fail(Refusal.refused("store", error))))

/**
 * A database, opened and brought up to date, which other processes may have open too: each writes of the accounts that are
 * its own. Everything that is kept in it is written through its journal.
 */
export class SqlStore extends Context.Tag("holdfast/SqlStore")<SqlStore, Journal>() {
  static readonly layerWith = (
    options: Partial<Options>
  ): Layer.Layer<SqlStore, StoreRefused | StoreTooNew, SqlClient.SqlClient> =>
    Layer.scoped(SqlStore, open({ ...defaults, ...options }))

  static readonly layer: Layer.Layer<SqlStore, StoreRefused | StoreTooNew, SqlClient.SqlClient> = SqlStore.layerWith({})
}
