// Rows a second through a queue in an SQLite file, offered, worked on and settled, or (`bare`) only inserted and deleted by the driver.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer, Schema } from "effect"
import Database from "libsql"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { done } from "../../src/delivery/KeyedQueue.ts"
import { Leases } from "../../src/delivery/Leases.ts"
import { ProcessTable } from "../../src/delivery/ProcessTable.ts"
import * as SqlQueue from "../../src/delivery/SqlQueue.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { clock, tell } from "./Stage.ts"

const [mode, rows, kept] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 0)]
const chunk = 100
const text = "x".repeat(300)
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"))
const path = join(folder, "store.db")

const chunkOf = (from: number, prefix: string) =>
  Array.from({ length: chunk }, (_, n) => ({
    id: `qq:main/${prefix}${((from + n) * 2654435761) % 4294967296}.${from + n}`,
    key: `qq:main/c2c:${(from + n) % 1000}`,
    value: { text, n: from + n }
  }))

/** The least that has to happen to a row: to be inserted under its name, in a chunk, and deleted, in a chunk. */
const bare = () => {
  const database = new Database(path)
  for (const pragma of ["journal_mode = wal", "synchronous = normal"]) database.exec(`pragma ${pragma}`)
  database.exec(
    "create table item (seq integer primary key, id text not null unique, key text not null, value text not null)"
  )
  const insert = database.prepare(
    "insert into item (id, key, value) select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)"
  )
  const remove = database.prepare("delete from item where seq in (select value from json_each(?1))")
  const read = clock()
  for (let from = 0; from < rows; from += chunk) {
    const values = chunkOf(from, "e").map(({ id, key, value }) => [id, key, JSON.stringify(value)])
    insert.run([JSON.stringify(values)])
    remove.run([JSON.stringify(values.map((_, n) => from + n + 1))])
  }
  return read(rows)
}

const Value = Schema.Struct({ text: Schema.String, n: Schema.Number })

/** The same rows in the same chunks, by 64 at once; the next chunk is offered when the one before it was taken. */
const durable = Effect.gen(function* () {
  const queue = yield* SqlQueue.make({ name: "queue", capacity: 10_000_000, dead: 100 }, Value)
  yield* (yield* Leases).take({ account: "qq:main", fingerprint: "bench" })
  yield* queue.adopt("qq:main")
  for (let from = 0; from < kept; from += chunk) yield* queue.offer(chunkOf(from, "old"))
  const { waiting } = yield* queue.depth
  if (waiting > 0) yield* drain(queue)
  const worker = yield* Effect.fork(queue.work(() => Effect.succeed(done()), { concurrency: 64 }))
  const read = clock()
  for (let from = 0; from < rows; from += chunk) yield* queue.offer(chunkOf(from, "e"))
  yield* queue.idle
  const measure = read(rows)
  yield* Effect.sync(() => worker.unsafeInterruptAsFork(worker.id()))
  return measure
})

const drain = (queue: SqlQueue.SqlQueue<typeof Value.Type>) =>
  Effect.raceFirst(
    queue.work(() => Effect.succeed(done()), { concurrency: 256 }),
    queue.idle
  )

const stores = Leases.layer.pipe(
  Layer.provide(ProcessTable.layerAlone),
  Layer.provideMerge(SqlStore.layer),
  Layer.provide(Sqlite.layer(path))
)

const measured = mode === "bare" ? Effect.sync(bare) : Effect.scoped(Effect.provide(durable, stores))

void Effect.runPromise(measured).then((measure) => {
  rmSync(folder, { recursive: true, force: true })
  tell(measure)
})
