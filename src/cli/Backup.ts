import * as SqlClient from "@effect/sql/SqlClient"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs"
import { basename, resolve } from "node:path"
import * as Refusal from "../delivery/SqlStore/Refusal.ts"
import * as Survey from "../delivery/SqlStore/Survey.ts"
import * as Beside from "./Beside.ts"
import * as Session from "./Session.ts"
import { config, shown, type StoreUrl, told } from "./StoreUrl.ts"

/** The file is there already, and stays as it is. */
class Taken extends Data.TaggedError("Taken")<{ readonly file: string }> {}

const refused = (cause: unknown) => Refusal.refusedFile("backup", cause)

const attempt = <A>(act: () => A) => Effect.try({ try: act, catch: refused })

/**
 * Runs `write` on an empty file that only this user can read, and gives it its name once it is whole and on the disk: what
 * was cut short never looks like a backup.
 */
const onto = <A, E, R>(file: string, write: (partial: string) => Effect.Effect<A, E, R>) => {
  const partial = `${file}.partial`
  const begin = Effect.try({
    try: () => {
      if (existsSync(file)) throw new Taken({ file })
      return openSync(partial, "wx", 0o600)
    },
    catch: (cause) => {
      if (cause instanceof Taken) return cause
      return Refusal.codeOf(cause) === "EEXIST" ? new Taken({ file: partial }) : refused(cause)
    }
  })
  return Effect.acquireUseRelease(
    begin,
    (opened) =>
      write(partial).pipe(
        Effect.zipRight(attempt(() => fsyncSync(opened))),
        Effect.zipRight(attempt(() => renameSync(partial, file)))
      ),
    (opened, exit) =>
      Effect.sync(() => {
        closeSync(opened)
        if (Exit.isFailure(exit)) rmSync(partial, { force: true })
      })
  )
}

/** Copies the whole database as it is at one moment; whoever writes meanwhile is not held up. */
const copy = (file: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const version = yield* Survey.version
    if (version === 0) return yield* new Beside.Absent()
    // an empty file is taken for the copy, with the rights that it has
    yield* onto(file, (partial) =>
      Effect.scoped(Effect.flatMap(sql.reserve, ({ execute }) => execute("vacuum into ?", [partial], undefined)))
    )
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
          Taken: ({ file: taken }) =>
            Session.fail([
              `${taken} is there already and stays as it is; ${taken === file ? "choose another name" : "another backup writes it, or was cut short: then remove it"}`
            ]),
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
