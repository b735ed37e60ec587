import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Effect, Layer, Schema } from "effect"
import * as Sqlite from "../../../src/cli/Sqlite.ts"
import * as SqlQueue from "../../../src/delivery/SqlQueue.ts"
import { type Options, SqlStore } from "../../../src/delivery/SqlStore.ts"

/** The path of a file that is not there yet, in a directory that lasts as long as the scope. */
export const file = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "holdfast-store-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => join(folder, "store.db")
)

/** What a process that dies now leaves on the disk, as a file of its own. */
export const remains = (path: string, name: string): string => {
  const copy = `${path}.${name}`
  for (const suffix of ["", "-wal"]) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix)
  return copy
}

export const bounds = { capacity: 100_000, dead: 100 }

/** A store on a file, and two queues in it; the first feeds the second. */
export const open = (path: string, options: Partial<Options & SqlQueue.Bounds> = {}) =>
  Effect.gen(function* () {
    const limits = { ...bounds, ...options }
    const context = yield* Layer.build(SqlStore.layerWith(options).pipe(Layer.provideMerge(Sqlite.layer(path))))
    const sql = Context.get(context, SqlClient.SqlClient)
    return yield* Effect.gen(function* () {
      const fed = yield* SqlQueue.make({ ...limits, name: "fed" }, Schema.String)
      const queue = yield* SqlQueue.makeFeeding({ ...limits, name: "queue" }, Schema.String, fed)
      return { queue, fed, sql, store: Context.get(context, SqlStore) }
    }).pipe(Effect.provide(context))
  })

/** Another connection to a file, such as another process has. */
export const beside = (path: string) => Effect.map(Layer.build(Sqlite.layer(path)), Context.get(SqlClient.SqlClient))

/** Says something on a connection itself: a pragma, or part of a transaction. */
export const say = (sql: SqlClient.SqlClient, statement: string) =>
  Effect.scoped(Effect.flatMap(sql.reserve, (connection) => connection.executeUnprepared(statement, [], undefined)))
