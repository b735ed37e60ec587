import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import Database from "libsql"

type Prepared = Database.Statement<Array<unknown>>

const failure = (cause: unknown): SqlError => new SqlError({ cause, message: "SQLite refused" })

const tried = <A>(act: () => A): Effect.Effect<A, SqlError> => Effect.try({ try: act, catch: failure })

/**
 * One connection, whose statements are prepared once. Not @effect/sql-libsql: it leaves a statement that found the file
 * locked standing, and nothing more is committed until it is collected; it opens a new connection, without our settings,
 * after each transaction; and it cannot run a pragma to its end.
 */
const connectionOf = (database: Database.Database): Connection => {
  const prepared = new Map<string, Prepared>()
  const statement = (sql: string): Prepared => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const fresh: Prepared = database.prepare(sql)
    prepared.set(sql, fresh)
    return fresh
  }
  const rows = (sql: string, parameters: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
    const one = statement(sql)
    if (one.reader) return one.all([...parameters])
    one.run([...parameters])
    return []
  }
  return {
    execute: (sql, parameters) => tried(() => rows(sql, parameters)),
    executeRaw: (sql, parameters) => tried(() => rows(sql, parameters)),
    executeValues: (sql, parameters) =>
      tried(() =>
        rows(sql, parameters).map((row) => Object.values(typeof row === "object" && row !== null ? row : {}))
      ),
    // `exec` runs whatever it is to its end, and gives no rows.
    executeUnprepared: (sql) => tried(() => (database.exec(sql), [])),
    executeStream: () => {
      throw new Error("statements of this connection answer at once")
    }
  }
}

/** The database in a file, on one connection that blocks for as long as a statement takes. */
export const layer = (path: string): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  Layer.scoped(
    SqlClient.SqlClient,
    Effect.gen(function* () {
      const database = yield* Effect.acquireRelease(
        tried(() => new Database(path)),
        (open) => Effect.sync(() => open.close())
      )
      const connection = connectionOf(database)
      return yield* SqlClient.make({
        acquirer: Effect.succeed(connection),
        compiler: Statement.makeCompilerSqlite(),
        spanAttributes: [["db.system.name", "sqlite"]]
      })
    })
  ).pipe(Layer.provide(Reactivity.layer))
