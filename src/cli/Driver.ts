import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Teardown from "../adapter/Teardown.ts"
import { StoreRefused } from "../delivery/KeyedQueue.ts"
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

/** The longest that it may take to connect. */
const within = Duration.seconds(20)

const unanswered = () =>
  new StoreRefused({ store: "store", cause: `the database gave no answer within ${Duration.format(within)}` })

const bounded = (
  database: Layer.Layer<SqlClient.SqlClient, SqlError>
): Layer.Layer<SqlClient.SqlClient, StoreRefused> =>
  Layer.scopedContext(
    Effect.flatMap(Effect.scope, (scope) =>
      Layer.buildWithScope(database, scope).pipe(
        Effect.mapError((error) => Refusal.refused("store", error)),
        // what connects cannot always be interrupted
        Teardown.boundedInterrupt,
        Effect.timeoutFail({ duration: within, onTimeout: unanswered })
      )
    )
  )

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

/** SQLite in the file at an absolute path. The driver is loaded no sooner than it is used: it is native. */
export const sqlite = (path: string): Driver =>
  Layer.unwrapEffect(
    Effect.tryPromise({
      try: () => import("./Sqlite.ts"),
      catch: (error) => new DriverMissing({ code: codeOf(error) })
    }).pipe(Effect.map(({ layer }) => bounded(layer(path))))
  )

/** PostgreSQL at an address. */
export const postgres = (url: Redacted.Redacted): Driver =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() => import("./Postgres.ts")),
      ({ layer }) => bounded(layer(url))
    )
  )
