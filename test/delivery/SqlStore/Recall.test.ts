import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Schema, Scope, TestClock } from "effect"
import * as Sqlite from "../../../src/cli/Sqlite.ts"
import { dead, done, type Item } from "../../../src/delivery/KeyedQueue.ts"
import { Leases } from "../../../src/delivery/Leases.ts"
import * as SqlQueue from "../../../src/delivery/SqlQueue.ts"
import { type Options, SqlStore } from "../../../src/delivery/SqlStore.ts"
import { hire, ids, turning } from "../../../src/testing/QueueSuite/Fixture.ts"
import { next } from "./Owned.ts"
import { beside, file, say } from "./Sqlite.ts"

const account = "qq:main"

/** Events whose ids begin as those of this account do, or in another way. */
const events = (count: number, from = 0, prefix = `${account}/`): ReadonlyArray<Item<string>> =>
  Array.from({ length: count }, (_, n) => ({ id: `${prefix}${from + n}`, key: `${account}/c2c:1`, value: "" }))

/** What a test sees of a connection, and has it do. */
interface Wire {
  /** ids that were asked for */
  asked: number
  /** whether the next commit gives no answer, though it is done */
  silent: boolean
}

/** A connection to a file, with a wire. */
const wired = (path: string, wire: Wire) =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const reserve = Effect.map(sql.reserve, (connection): Connection => {
        const execute: Connection["execute"] = (text, parameters, ...more) => {
          if (text.includes("as heard")) wire.asked += JSON.parse(String(parameters[0])).length
          return connection.execute(text, parameters, ...more)
        }
        const executeUnprepared: Connection["executeUnprepared"] = (text, ...more) => {
          const answer = connection.executeUnprepared(text, ...more)
          if (text !== "commit" || !wire.silent) return answer
          wire.silent = false
          return Effect.zipRight(answer, new SqlError({ cause: { code: "SQLITE_IOERR" }, message: "no answer" }))
        }
        return Object.assign(Object.create(connection), { execute, executeUnprepared })
      })
      return new Proxy(sql, { get: (of, name) => (name === "reserve" ? reserve : Reflect.get(of, name)) })
    })
  ).pipe(Layer.provide(Sqlite.layer(path)))

/** A process that has a store open, whose account it does not have yet. */
const started = (path: string, options: Partial<Options> = {}, owned = account) =>
  Effect.gen(function* () {
    const wire: Wire = { asked: 0, silent: false }
    const store = SqlStore.layerWith({ bay: 3, ...options }).pipe(Layer.provide(wired(path, wire)))
    const leasing = Leases.layerWith({ lasts: Duration.days(1000), renewed: Duration.days(300) })
    const context = yield* Layer.build(leasing.pipe(Layer.provide(next), Layer.provideMerge(store)))
    return yield* Effect.gen(function* () {
      const bounds = { capacity: 100_000, dead: 100 }
      const fed = yield* SqlQueue.make({ ...bounds, name: "fed", origin: "queue" }, Schema.String)
      const queue = yield* SqlQueue.makeFeeding({ ...bounds, name: "queue" }, Schema.String, fed)
      const leases = yield* Leases
      /** Has the account until what it gives is run. */
      const take = Effect.gen(function* () {
        const term = yield* Effect.acquireRelease(Scope.make(), Scope.close)
        const taken = leases
          .take({ account: owned })
          .pipe(Effect.zipRight(fed.adopt(owned)), Effect.zipRight(queue.adopt(owned)))
        yield* Scope.extend(taken, term)
        return Scope.close(term, Exit.void)
      })
      return { fed, leases, queue, take, wire }
    }).pipe(Effect.provide(context))
  })

/** The same, which has its account. */
const owning = (path: string, options: Partial<Options> = {}, owned = account) =>
  Effect.tap(started(path, options, owned), ({ take }) => take)

/** How many ids stand in each bay. */
const standing = (path: string) =>
  Effect.scoped(
    Effect.flatMap(beside(path), (sql) =>
      sql.unsafe("select place, count(*) as ids from holdfast_known group by place order by place desc")
    )
  )

describe("ids that come of nothing", () => {
  it.scoped("stand together, three in a bay, and are told apart wherever they stand, now and later (F75)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { queue } = yield* owning(path)
          expect(yield* queue.offer(events(5))).toEqual({ kept: 5, repeats: [] })
          expect(yield* queue.offer([...events(2, 4), ...events(1, 5), ...events(1, 0)])).toEqual({
            kept: 1,
            repeats: ids([...events(1, 4), ...events(1, 5), ...events(1, 0)])
          })
        })
      )
      const { queue } = yield* owning(path)
      expect((yield* queue.offer(events(8))).repeats).toEqual(ids(events(6)))
      expect(yield* standing(path)).toEqual([-1, -2, -3].map((place) => ({ place, ids: place === -3 ? 2 : 3 })))
    })
  )

  it.scoped("are looked for only where they may be", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.scoped(Effect.flatMap(owning(path), ({ queue }) => queue.offer(events(90))))
      const { fed, queue, wire } = yield* owning(path)
      wire.asked = 0
      yield* queue.offer(events(200, 90))
      expect(wire.asked).toBe(0)
      yield* queue.offer([...events(10, 40), ...events(10, 150), ...events(10, 300)])
      expect(wire.asked).toBe(20)
      wire.asked = 0
      yield* hire(queue, ({ id, key }) => Effect.succeed(done([{ id: `${id}#0`, key, value: "" }])))
      yield* queue.idle
      yield* fed.offer([{ id: `${account}/1#1`, key: `${account}/c2c:1`, value: "" }])
      expect(wire.asked).toBe(1)
    })
  )

  it.scoped("are recalled, however many stand in a bay", () =>
    Effect.gen(function* () {
      const path = yield* file
      const bay = { bay: 2500 }
      yield* Effect.scoped(Effect.flatMap(owning(path, bay), ({ queue }) => queue.offer(events(4000))))
      const { queue } = yield* owning(path, bay)
      expect(yield* queue.offer(events(4001))).toEqual({ kept: 1, repeats: ids(events(4000)) })
    })
  )

  it.scoped("are recalled without keeping anything else from its turn", () =>
    Effect.gen(function* () {
      const path = yield* file
      const bay = { bay: 100 }
      yield* Effect.scoped(Effect.flatMap(owning(path, bay), ({ queue }) => queue.offer(events(4000))))
      const { take } = yield* started(path, bay)
      let turns = 0
      const turn = setInterval(() => turns++, 0)
      yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(turn)))
      yield* take
      expect(turns).toBeGreaterThan(2)
    })
  )

  it.scoped("that do not begin as their account does are told apart all the same", () =>
    Effect.gen(function* () {
      const path = yield* file
      const odd = ["", account, "qq:main2/", '"qq:main/', "qq:main.", "QQ:MAIN/"].flatMap((prefix) =>
        events(2, 0, prefix)
      )
      const all = [...odd, { id: `${account}/`, key: `${account}/c2c:1`, value: "" }]
      yield* Effect.scoped(Effect.flatMap(owning(path), ({ queue }) => queue.offer(all)))
      const { queue } = yield* owning(path)
      expect(yield* queue.offer(all)).toEqual({ kept: 0, repeats: ids(all) })
    })
  )

  it.scoped("are told apart whatever they are written with", () =>
    Effect.gen(function* () {
      const path = yield* file
      const odd = ["\u0001", "~", "é", "消息", "\uffff", "😀", "#1", '"', "/", "0", " ", "\ud800", "\0", "e\u0301"]
      const all = odd.flatMap((text) => events(2, 0, `${account}/${text}`))
      yield* Effect.scoped(Effect.flatMap(owning(path), ({ queue }) => queue.offer(all)))
      const { queue } = yield* owning(path)
      expect(yield* queue.offer(all)).toEqual({ kept: 0, repeats: ids(all) })
    })
  )

  it.scoped.each(['"a', "a\0", "\ud800", '"'])(
    "of an account that is written in another way are told apart: %j",
    (owned) =>
      Effect.gen(function* () {
        const path = yield* file
        const odd = ["", "\0", '"', "\\u0000"].flatMap((text) => [`${owned}/${text}`, `${owned.slice(1)}/${text}`])
        const all = odd
          .flatMap((prefix) => events(2, 0, prefix))
          .map(({ id }) => ({ id, key: `${owned}/1`, value: "" }))
        yield* Effect.scoped(Effect.flatMap(owning(path, {}, owned), ({ queue }) => queue.offer(all)))
        const { queue } = yield* owning(path, {}, owned)
        expect(yield* queue.offer(all)).toEqual({ kept: 0, repeats: ids(all) })
      })
  )

  it.scoped("are not kept under a lease that was taken since they were recalled, before they are recalled again", () =>
    Effect.gen(function* () {
      const path = yield* file
      const one = yield* started(path)
      const two = yield* started(path)
      yield* one.take
      yield* one.queue.offer(events(4))
      yield* Effect.flatten(Effect.tap(two.take, () => two.queue.offer(events(3, 4))))
      yield* one.leases.take({ account })
      expect((yield* Effect.flip(one.queue.offer(events(1, 6)))).cause).toContain("is not taken up")
      yield* one.queue.adopt(account)
      expect(yield* one.queue.offer(events(2, 6))).toEqual({ kept: 1, repeats: ids(events(1, 6)) })
    })
  )

  it.scoped("that another process has kept meanwhile are told apart when the account is taken back (F77)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const one = yield* started(path)
      const two = yield* started(path)
      const turns = [one, two, one, two, one]
      for (const [turn, process] of turns.entries()) {
        const letGo = yield* process.take
        expect(yield* process.queue.offer(events(2 * turn + 4))).toEqual({
          kept: turn === 0 ? 4 : 2,
          repeats: ids(turn === 0 ? [] : events(2 * turn + 2))
        })
        yield* letGo
      }
    })
  )

  it.scoped("of a commit that gave no answer are told apart when they come again, in the next bay too (F79)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue, wire } = yield* owning(path)
      for (let n = 0; n < 14; n += 2) {
        wire.silent = true
        expect((yield* Effect.flip(queue.offer(events(1, n))))._tag).toBe("StoreRefused")
        expect(yield* queue.offer(events(2, n))).toEqual({ kept: 1, repeats: ids(events(1, n)) })
        expect(yield* queue.offer(events(2, n))).toMatchObject({ kept: 0 })
      }
      expect(yield* queue.depth).toMatchObject({ waiting: 14 })
    })
  )

  it.scoped("of an offer that was refused are new when they come again", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* owning(path)
      const stranger = { id: "tg:main/1", key: "tg:main/1", value: "" }
      yield* Effect.flip(queue.offer([...events(4), stranger]))
      expect(yield* queue.offer(events(4))).toEqual({ kept: 4, repeats: [] })
    })
  )

  it.scoped("that were kept before there were bays are told apart", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.scoped(Effect.flatMap(owning(path), ({ queue }) => queue.offer(events(4))))
      const sql = yield* beside(path)
      yield* say(sql, "update holdfast_known set place = 0")
      yield* say(sql, "alter table holdfast_known rename column place to origin")
      yield* say(sql, "update holdfast_store set version = 6")
      const { queue } = yield* owning(path)
      expect(yield* queue.offer(events(5))).toEqual({ kept: 1, repeats: ids(events(4)) })
      expect(yield* queue.fate(`${account}/0`)).toEqual({ _tag: "Waiting" })
      expect(yield* standing(path)).toEqual([
        { place: 0, ids: 4 },
        { place: -1, ids: 1 }
      ])
    })
  )

  it.scoped("are found in every bay by whoever asks what became of them, and by what comes of them", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fed, queue } = yield* owning(path)
      yield* queue.offer(events(10))
      const reply = (id: string) => ({ id: `${id}#0`, key: `${account}/c2c:1`, value: "" })
      for (const id of ids(events(10))) {
        expect(yield* queue.fate(id)).toEqual({ _tag: "Waiting" })
        expect((yield* fed.offer([reply(id)])).kept).toBe(1)
      }
      yield* hire(queue, ({ id }) => Effect.succeed(id.endsWith("7") ? dead("poison") : done([reply(id)])))
      yield* queue.idle
      expect(yield* fed.depth).toMatchObject({ waiting: 10 })
      expect(yield* queue.retry(`${account}/7`)).toBe(true)
      expect((yield* queue.offer(events(10))).repeats).toEqual(ids(events(10)))
      expect(yield* standing(path)).toEqual([
        ...Array.from({ length: 10 }, () => ({ place: expect.any(Number), ids: 1 })),
        { place: -1, ids: 3 },
        { place: -2, ids: 3 },
        { place: -3, ids: 3 },
        { place: -4, ids: 1 }
      ])
    })
  )

  it.scoped("are forgotten with their bays, and new ones stand on the next (F52)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue, wire } = yield* owning(path, { remember: Duration.hours(1) })
      yield* hire(queue, () => Effect.succeed(done()))
      yield* queue.offer(events(8))
      yield* queue.idle
      yield* TestClock.adjust("90 minutes")
      yield* queue.offer(events(2, 8))
      yield* TestClock.adjust("1 minute")
      yield* turning(Effect.repeat(standing(path), { until: (rows) => rows.length === 2 }))
      yield* TestClock.adjust("1 second")
      wire.asked = 0
      expect(yield* queue.offer(events(6))).toEqual({ kept: 6, repeats: [] })
      expect(wire.asked).toBe(0)
      expect((yield* queue.offer(events(2, 8))).repeats).toEqual(ids(events(2, 8)))
    })
  )
})
