import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import * as Refusal from "../delivery/SqlStore/Refusal.ts"

/** What speaks to a kind of database cannot be loaded; the message says what to install. */
export class DriverMissing extends Schema.TaggedError<DriverMissing>()("DriverMissing", {
  code: Schema.String
}) {
  override get message(): string {
    return `SQLite cannot be used: its driver, libsql, is not installed, or not made for this machine (${this.code}): run npm install libsql beside Holdfast, or set HOLDFAST_STORE_URL to a postgres:// address`
  }
}

type Driver = Layer.Layer<SqlClient.SqlClient, StoreRefused | DriverMissing>

const refused = Layer.catchAll((error: SqlError) => Layer.fail(Refusal.refused("store", error)))

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

/** SQLite in the file at an absolute path. The driver is loaded no sooner than it is used: it is native. */
export const sqlite = (path: string): Driver =>
  Layer.unwrapEffect(
    Effect.tryPromise({
      try: () => import("./Sqlite.ts"),
      catch: (error) => new DriverMissing({ code: codeOf(error) })
    }).pipe(Effect.map(({ layer }) => refused(layer(path))))
  )

/** PostgreSQL at an address. */
export const postgres = (url: Redacted.Redacted): Driver =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() => import("./Postgres.ts")),
      ({ layer }) => refused(layer(url))
    )
  )
