import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { closeSync, fsyncSync, openSync, rmSync, statSync } from "node:fs"
import { basename, resolve } from "node:path"
import * as Refusal from "../delivery/SqlStore/Refusal.ts"
import * as Survey from "../delivery/SqlStore/Survey.ts"
import * as Beside from "./Beside.ts"
import * as Session from "./Session.ts"
import { config, shown, type StoreUrl, told } from "./StoreUrl.ts"

/** The file is there already, and stays as it is. */
class Taken extends Data.TaggedError("Taken") {}

const refused = (cause: unknown) => Refusal.refused("backup", new SqlError({ cause }))

/** Runs `write` on a new file that only this user can read, and is on the disk afterwards; one that came to nothing is removed. */
const onto = <A, E, R>(file: string, write: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () => openSync(file, "wx", 0o600),
      catch: (cause) => (Refusal.codeOf(cause) === "EEXIST" ? new Taken() : refused(cause))
    }),
    (opened) => Effect.zipLeft(write, Effect.try({ try: () => fsyncSync(opened), catch: refused })),
    (opened, exit) =>
      Effect.sync(() => {
        closeSync(opened)
        if (Exit.isFailure(exit)) rmSync(file, { force: true })
      })
  )

/** Copies the whole database as it is at one moment; whoever writes meanwhile is not held up. */
const copy = (file: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const version = yield* Survey.version
    if (version === 0) return yield* new Beside.Absent()
    // an empty file is taken for the copy, with the rights that it has
    const vacuum = Effect.flatMap(sql.reserve, ({ execute }) => execute("vacuum into ?", [file], undefined))
    yield* onto(file, Effect.scoped(vacuum))
    return { version, bytes: statSync(file).size }
  })

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`

/** What becomes of a backup, where it is not ours to make. */
const elsewhere = (url: Exclude<StoreUrl, { readonly _tag: "Sqlite" }>, file: string): string =>
  url._tag === "Memory"
    ? "what is kept in memory is in the running process only and cannot be backed up; set HOLDFAST_STORE_URL to keep it in a database"
    : `PostgreSQL makes its backups itself, while everything runs: pg_dump --format=custom --file=${quoted(file)} ${quoted(shown(url))} (with the password in PGPASSWORD or ~/.pgpass), and pg_restore brings one back`

/** Writes a copy of the store to a new file, whether or not a program runs on it. */
export const backup = (name: string, { json }: { readonly json: boolean }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const file = resolve(name)
      const url = yield* config
      if (url._tag !== "Sqlite") return yield* Session.fail([elsewhere(url, file)])
      const { bytes, version } = yield* Beside.use(url, copy(file)).pipe(
        Effect.catchTags({
          Absent: () => Session.fail([`there is no store at ${url.path} yet, so there is nothing to back up`]),
          Taken: () => Session.fail([`${file} is there already and stays as it is; choose another name`]),
          StoreRefused: ({ cause, store }) => Session.fail([`${store === "backup" ? file : told(url)}: ${cause}`]),
          DriverMissing: ({ message }) => Session.fail([message])
        })
      )
      process.stdout.write(
        json
          ? `${JSON.stringify({ store: url.path, backup: file, version, bytes })}\n`
          : `${told(url)} was copied to ${file} (version ${version}, ${bytes} bytes).\nTo go back to it: stop Holdfast, move ${url.path} and what lies beside it as ${basename(url.path)}-wal and ${basename(url.path)}-shm away, put the copy in its place, and start Holdfast.\n`
      )
    })
  )
