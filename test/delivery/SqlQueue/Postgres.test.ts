import { PgClient } from "@effect/sql-pg"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Duration, Effect, Exit, Layer, Redacted, Scope } from "effect"
import { done, StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import * as QueueSuite from "../../../src/testing/QueueSuite.ts"
import { eventually, hire, items, recorder, turning } from "../../../src/testing/QueueSuite/Fixture.ts"
import * as Owned from "../SqlStore/Owned.ts"
import * as Postgres from "../SqlStore/Postgres.ts"
import { say } from "../SqlStore/Sqlite.ts"
import { rows, versionOne } from "../SqlStore/VersionOne.ts"
import * as Memories from "../memories.ts"
import * as Timelines from "../timelines.ts"

const given = process.env["TEST_POSTGRES_URL"]
let url = given ?? ""
let own: Postgres.Server | undefined
let made = 0
/** Apart from what earlier runs left in a database that is not ours. */
const run = `${process.pid}-${Math.random().toString(36).slice(2)}`

const database = Layer.suspend(() => PgClient.layer({ url: Redacted.make(url) }))

/** Two queues of these names, as a process has them. */
const queues = (name: string, capacity: number): Effect.Effect<QueueSuite.Queues, never, Scope.Scope> =>
  Effect.map(Effect.orDie(Owned.open(database, { prefix: `${name} `, capacity })), ({ fed, queue }) => ({
    queue,
    fed,
    died: Effect.suspend(() => queues(name, capacity))
  }))

it("has a PostgreSQL where one is required", () => {
  expect(process.env["CI_REQUIRE_POSTGRES"] === "1" ? Postgres.missing : undefined).toBeUndefined()
})

describe.skipIf(Postgres.missing !== undefined)(
  Postgres.missing === undefined ? "on PostgreSQL" : `on PostgreSQL (skipped: ${Postgres.missing})`,
  () => {
    beforeAll(async () => {
      if (given !== undefined) return
      own = await Postgres.server()
      url = own.url
    }, 60_000)
    afterAll(() => own?.remove())

    QueueSuite.suite("SqlQueue", ({ capacity }) => Effect.suspend(() => queues(`${run}-${made++}`, capacity)), {
      // each of them is a commit over a socket; SQLite's has more of them than a stack has room for
      chain: 1000
    })

    it.scoped("a store of version 1 is brought up to date when it is opened, with all that it kept (F75, F77)", () =>
      Effect.gen(function* () {
        // beside what the other tests have there
        const schema = `one_${run.replace("-", "_")}`
        const alone = Layer.suspend(() => {
          const options = `options=${encodeURIComponent(`-c search_path=${schema}`)}`
          return PgClient.layer({ url: Redacted.make(`${url}${url.includes("?") ? "&" : "?"}${options}`) })
        })
        const [all, sql] = yield* Effect.all(
          [database, alone].map((layer) => Effect.map(Layer.build(layer), Context.get(SqlClient.SqlClient)))
        )
        if (all === undefined || sql === undefined) return yield* Effect.dieMessage("both are open")
        yield* say(all, `create schema ${schema}`)
        yield* Effect.addFinalizer(() => Effect.orDie(say(all, `drop schema ${schema} cascade`)))
        yield* versionOne(sql, rows, "bigint primary key")
        const { queue } = yield* Owned.open(alone, {})
        expect(yield* sql.unsafe("select version from holdfast_store")).toEqual([{ version: 7 }])
        expect(yield* queue.depth).toMatchObject({ waiting: 4, dead: 1 })
        expect(yield* queue.dead).toMatchObject([{ id: "qq:main/4", reason: "poison", diedAt: 5 }])
        const { job, seen } = recorder()
        const attempts: Array<number> = []
        yield* hire(
          queue,
          (work) =>
            Effect.zipRight(
              Effect.sync(() => attempts.push(work.attempts)),
              job(work)
            ),
          1
        )
        yield* queue.idle
        expect(seen.toSorted()).toEqual(["qq:main/1", "qq:main/2", "qq:main/3", "tg:main/1"])
        expect(attempts.toSorted()).toEqual([0, 0, 0, 2])
        const offered = [{ id: "qq:main/1", key: "qq:main/c2c:1", value: "" }, ...items("qq:main/c2c:1", 1)]
        expect(yield* queue.offer(offered)).toEqual({ kept: 1, repeats: ["qq:main/1"] })
        const [found] = yield* sql.unsafe<{ readonly seq: string }>("select max(seq) as seq from holdfast_known")
        expect(Number(found?.seq)).toBeGreaterThan(104)
      })
    )

    it.scopedLive("keeps the timelines of accounts, in order, with what was put last", () =>
      Effect.gen(function* () {
        const account = `timeline:${run}`
        const before = Effect.gen(function* () {
          const { kept } = yield* Timelines.open(database, account)
          for (const number of [1_732_665_600_123, 4, 30]) kept.put(account, number, `first ${number}`)
          yield* kept.written
          kept.put(account, 4, "\0odd")
          kept.put(account, 30, undefined)
        })
        yield* Effect.scoped(before)
        expect((yield* Timelines.open(database, account)).had).toEqual([["\0odd", "first 1732665600123"]])
      })
    )

    it.scopedLive("remembers what was said, once for each event, until it is forgotten", () =>
      Effect.gen(function* () {
        const account = `memory:${run}`
        const key = `${account}/c2c:1`
        yield* Effect.scoped(
          Effect.flatMap(Memories.open(database, account), ({ memory }) =>
            Effect.all([
              memory.keep(key, Memories.turn(1), 0),
              memory.keep(key, { ...Memories.turn(2), answered: "\0odd \ud800" }, 0),
              memory.keep(key, Memories.turn(3), 2),
              memory.keep(key, Memories.turn(3), 2),
              memory.keep(`${account}/c2c:2`, Memories.turn(1), 0)
            ])
          )
        )
        const { memory } = yield* Memories.open(database, account)
        const [second, third, ...more] = yield* memory.recall(key)
        expect([second?.answered, third, more]).toEqual(["\0odd \ud800", Memories.turn(3), []])
        yield* memory.forget(key)
        expect(yield* memory.recall(key)).toEqual([])
        expect(yield* memory.recall(`${account}/c2c:2`)).toEqual([Memories.turn(1)])
      })
    )

    it.scopedLive("that gives no answer refuses within a bound, and keeps nothing twice when it is back (F79)", () =>
      Effect.gen(function* () {
        const prefix = `slow ${run} `
        const { queue } = yield* Owned.open(database, { prefix, within: Duration.millis(300) })
        yield* queue.offer(items("a", 1))
        const other = yield* Effect.map(Layer.build(database), Context.get(SqlClient.SqlClient))
        const locked = yield* Scope.make()
        const connection = yield* Scope.extend(other.reserve, locked)
        const say = (text: string) => connection.executeUnprepared(text, [], undefined)
        yield* say("begin; lock table holdfast_item in access exclusive mode")
        for (let n = 0; n < 3; n++)
          expect((yield* Effect.flip(queue.offer(items("a", 3)))).message).toContain("the database gave no answer")
        yield* say("rollback")
        yield* Scope.close(locked, Exit.void)
        expect(yield* queue.offer(items("a", 3))).toEqual({ kept: 2, repeats: ["a#0"] })
        const { job, seen } = recorder()
        yield* hire(queue, job)
        yield* queue.idle
        expect(seen).toEqual(["a#0", "a#1", "a#2"])
      })
    )

    it.scoped.skipIf(given !== undefined)("that is stopped refuses, and goes on with everything when it is back", () =>
      Effect.gen(function* () {
        const { fed, queue } = yield* queues(run, 1000)
        const { job, seen } = recorder()
        const gate = yield* Effect.makeLatch()
        yield* queue.offer([...items("a", 5), ...items("b", 5)])
        yield* hire(queue, (work) =>
          gate.await.pipe(Effect.zipRight(job(work)), Effect.as(done([{ ...work, id: `${work.id}/0` }])))
        )
        yield* Effect.promise(async () => own?.stop())
        const refused = yield* Effect.flip(queue.offer(items("c", 1)))
        expect(refused).toBeInstanceOf(StoreRefused)
        yield* gate.open
        yield* eventually(() => seen.length === 2)
        yield* Effect.promise(async () => own?.start())
        yield* turning(queue.idle)
        expect(seen).toHaveLength(10)
        expect(yield* fed.depth).toMatchObject({ waiting: 10 })
        expect((yield* queue.offer([...items("a", 5), ...items("c", 1)])).kept).toBe(1)
      })
    )
  }
)
