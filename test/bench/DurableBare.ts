// The least that has to happen to what goes through an inbox and an outbox: an event is inserted under its name, in a chunk; its
// answer is inserted in the event's place, in chunks of another size; the answer is deleted. All of it by the driver, a statement
// for each.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "libsql"
import { clock, tell } from "./Stage.ts"

const [events = 0, chunk = 1, answers = 1, size = 0] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
const database = new Database(join(folder, "store.db"))
for (const pragma of ["journal_mode = wal", "synchronous = normal"]) database.exec(`pragma ${pragma}`)
for (const table of ["event", "message"])
  database.exec(
    `create table ${table} (seq integer primary key, id text not null unique, key text not null, value text not null)`
  )

const insert = (table: string) =>
  database.prepare(
    `insert into ${table} (id, key, value) select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)`
  )
const remove = (table: string) =>
  database.prepare(`delete from ${table} where seq in (select value from json_each(?1))`)
const [keep, settle] = [insert("event"), remove("event")]
const [say, said] = [insert("message"), remove("message")]
const text = "x".repeat(size)

/** The rows of so many events, or of their answers, from one of them on. */
const rows = (from: number, length: number, suffix: string) =>
  JSON.stringify(
    Array.from({ length }, (_, index) => {
      const n = from + index
      return [
        `qq:flood/ROBOT1.0_${((n * 2654435761) % 4294967296).toString(36)}.${n}${suffix}`,
        `qq:flood/c2c:${n % 1000}`,
        text
      ]
    })
  )

const read = clock()
let before = "[]"
for (let from = 0; from < events; from += chunk) {
  const end = Math.min(from + chunk, events)
  keep.run([rows(from, end - from, "!")])
  for (let at = from; at < end; at += answers) {
    const length = Math.min(answers, end - at)
    const places = JSON.stringify(Array.from({ length }, (_, index) => at + index + 1))
    database.exec("begin immediate")
    say.run([rows(at, length, "!#0")])
    settle.run([places])
    said.run([before])
    database.exec("commit")
    before = places
  }
}
said.run([before])
const measure = read(events)
rmSync(folder, { recursive: true, force: true })
tell(measure)
