// The least that has to happen to what goes through an inbox and an outbox: an event is inserted under its name, in a chunk; its
// answer is inserted in the event's place; the answer is deleted. All of it by the driver, a statement for each.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "libsql"
import { clock, tell } from "./Stage.ts"

const [events = 0, chunk = 1, size = 0] = process.argv.slice(2).map(Number)
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

const read = clock()
for (let from = 0; from < events; from += chunk) {
  const numbers = Array.from({ length: Math.min(chunk, events - from) }, (_, index) => from + index)
  const rows = (suffix: string) =>
    JSON.stringify(
      numbers.map((n) => [
        `qq:flood/ROBOT1.0_${((n * 2654435761) % 4294967296).toString(36)}.${n}${suffix}`,
        `qq:flood/c2c:${n % 1000}`,
        text
      ])
    )
  const places = JSON.stringify(numbers.map((n) => n + 1))
  keep.run([rows("!")])
  database.exec("begin immediate")
  say.run([rows("!#0")])
  settle.run([places])
  database.exec("commit")
  said.run([places])
}
const measure = read(events)
rmSync(folder, { recursive: true, force: true })
tell(measure)
