import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Effect, Layer } from "effect"
import * as Sqlite from "../../../src/cli/Sqlite.ts"
import * as Owned from "./Owned.ts"

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

/** A store on a file, and two queues in it; the first feeds the second. */
export const open = (path: string, options: Partial<Owned.Settings> = {}) => Owned.open(Sqlite.layer(path), options)

/** Another connection to a file, such as another process has. */
export const beside = (path: string) => Effect.map(Layer.build(Sqlite.layer(path)), Context.get(SqlClient.SqlClient))

/** Says something on a connection itself: a pragma, or part of a transaction. */
export const say = (sql: SqlClient.SqlClient, statement: string) =>
  Effect.scoped(Effect.flatMap(sql.reserve, (connection) => connection.executeUnprepared(statement, [], undefined)))
