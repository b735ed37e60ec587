import * as PgClient from "@effect/sql-pg/PgClient"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import type * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"

/** How long a database may take to greet us. */
const greeting = Duration.seconds(10)

/** The database at an address, on few connections: whatever is written goes through one at a time. */
export const layer = (url: Redacted.Redacted): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  PgClient.layer({ url, applicationName: "holdfast", connectTimeout: greeting, maxConnections: 4 })
