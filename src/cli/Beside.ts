import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync } from "node:fs"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import * as Refusal from "../delivery/SqlStore/Refusal.ts"
import * as Driver from "./Driver.ts"
import type { StoreUrl } from "./StoreUrl.ts"

/** There is no file yet where the store is to be. */
export class Absent extends Data.TaggedError("Absent") {}

/** A store that another process can have open too. */
export type Shared = Exclude<StoreUrl, { readonly _tag: "Memory" }>

/** Others write in the meantime, and this process has nothing else to do. */
const patient = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql.onDialectOrElse({
    sqlite: () =>
      Effect.scoped(
        Effect.flatMap(sql.reserve, ({ executeUnprepared }) =>
          executeUnprepared("pragma busy_timeout = 5000", [], undefined)
        )
      ),
    orElse: () => Effect.void
  })
)

const driver = (url: Shared) => {
  if (url._tag === "Postgres") return Effect.succeed(Driver.postgres(url.url))
  return Effect.suspend(() => (existsSync(url.path) ? Effect.succeed(Driver.sqlite(url.path)) : new Absent()))
}

/**
 * Uses a connection of its own to the database of a store, beside whoever keeps it open. The store is not taken over, and no
 * file is made.
 */
export const use = <A, E>(
  url: Shared,
  body: Effect.Effect<A, E | SqlError, SqlClient.SqlClient>
): Effect.Effect<A, Exclude<E, SqlError> | StoreRefused | Driver.DriverMissing | Absent> =>
  Effect.gen(function* () {
    const context = yield* Layer.build(yield* driver(url))
    return yield* Effect.zipRight(patient, body).pipe(
      Effect.provide(context),
      Effect.catchIf(
        (error): error is SqlError => error instanceof SqlError,
        (error) => Refusal.refused("store", error)
      )
    )
  }).pipe(Effect.scoped)
