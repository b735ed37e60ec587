// What goes through an inbox and an outbox as it is written: the same rows in the same tables, which have known as many ids before,
// in commits of the same sizes, said to the driver one after the other, and nothing else. An event is kept, begun, and settled in
// one commit with its answer, which is begun, and settled with its receipt.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as Dialect from "../../src/delivery/SqlStore/Dialect.ts"
import { upgrade } from "../../src/delivery/SqlStore/Layout.ts"
import { statements as statementsOf } from "../../src/delivery/SqlStore/Statements.ts"
import { sessionOf } from "../../src/delivery/SqlStore/Transactions.ts"
import Database from "libsql"
import { remembering, bayOf } from "./Remembered.ts"
import { clock, tell } from "./Stage.ts"

const [events = 0, chunk = 1, answers = 1, size = 0, before = 0] = process.argv.slice(2).map(Number)
const account = "qq:flood1"
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
const path = join(folder, "store.db")

const laidOut = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const dialect = Dialect.of(sql)
  const session = sessionOf(yield* sql.reserve)
  for (const setting of dialect.settings) yield* session.say(setting)
  yield* upgrade(dialect, session)
  return dialect
}).pipe(Effect.scoped, Effect.provide(Sqlite.layer(path)))

const dialect = await Effect.runPromise(laidOut)
const database = new Database(path)
for (const setting of dialect.settings) database.exec(setting)
for (const statement of remembering(account, before)) database.exec(statement)
const statements = statementsOf(dialect)
const prepared = new Map<string, Database.Statement<Array<unknown>>>()
const say = (text: string, parameters: ReadonlyArray<unknown>) => {
  const statement = prepared.get(text) ?? database.prepare(text)
  prepared.set(text, statement)
  statement.run([...parameters])
}
const commit = (said: ReadonlyArray<Dialect.Said>) => {
  database.exec("begin immediate")
  for (const [text, parameters] of said) say(text, parameters)
  database.exec("commit")
}

const value = "x".repeat(size)
const nameOf = (n: number) =>
  `${account}/ROBOT1.0_${((n * 2654435761) % 4294967296).toString(16).padStart(8, "0")}mple.9a-${n}!`
const keyOf = (n: number) => `${account}/c2c:${n % 1000}`
const at = Date.now()
/** The numbers of so many events, or of their answers. */
const seqs = (from: number, to: number, first: number) =>
  Array.from({ length: Math.max(to - from, 0) }, (_, index) => first + from + index)
const [firstEvent, firstAnswer] = [before + 1, before + events + 1]

const kept = (queue: string, from: number, to: number, first: number) => {
  const known: Array<string | number> = []
  const items: Array<string | number> = []
  for (let n = from; n < to; n++) {
    const [seq, id] = [first + n, queue === "inbox" ? nameOf(n) : `${nameOf(n)}#0`]
    known.push(seq, queue, queue === "inbox" ? bayOf(before + n) : firstEvent + n, queue === "inbox" ? id : "#0", at)
    items.push(seq, queue, account, id, keyOf(n), value, at, 0, 0)
  }
  return [...statements.know(known), ...statements.keep(items)]
}

const read = clock()
for (let from = 0; from < events; from += chunk) {
  const end = Math.min(from + chunk, events)
  commit(kept("inbox", from, end, firstEvent))
  // three commits of a worker: what it begins, what it answers, and what its answer came to
  for (let next = from; next < end + 2 * answers; next += answers) {
    const [beginning, answering, ending] = [next, next - answers, next - 2 * answers].map((first) =>
      [first, first + answers].map((n) => Math.min(Math.max(n, from), end))
    )
    const of = ([first = 0, last = 0]: ReadonlyArray<number> = [], seq: number) => seqs(first, last, seq)
    const [begun, answered, sent] = [of(beginning, firstEvent), of(answering, firstEvent), of(ending, firstAnswer)]
    const [first = 0, last = 0] = answering ?? []
    const over = JSON.stringify([...answered, ...sent])
    commit([
      ...kept("outbox", first, last, firstAnswer),
      ...statements.prove(sent.flatMap((seq) => [seq, JSON.stringify({ at, platformId: "" })])),
      [statements.begin, [JSON.stringify([...begun, ...seqs(first, last, firstAnswer)].map((seq) => [seq, 1]))]],
      [statements.end, [over]],
      [statements.settle, [over]]
    ])
  }
}
const measure = read(events)
database.close()
rmSync(folder, { recursive: true, force: true })
tell(measure)
