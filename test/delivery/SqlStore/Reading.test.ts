import * as SqlClient from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Schema, TestClock } from "effect"
import { dead, done } from "../../../src/delivery/KeyedQueue.ts"
import { codec } from "../../../src/delivery/SqlQueue/Codec.ts"
import * as Reading from "../../../src/delivery/SqlStore/Reading.ts"
import { hire, item, items } from "../../../src/testing/QueueSuite/Fixture.ts"
import { beside, file, open, say } from "./Sqlite.ts"

const reading = <A, E>(path: string, effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.scoped(Effect.flatMap(beside(path), (sql) => Effect.provideService(effect, SqlClient.SqlClient, sql)))

const text = codec(Schema.String)

describe("reading a store", () => {
  it.scoped("tells of each account what waits, since when, and what is dead, and takes nothing from its owner", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      yield* queue.offer([item("qq:main/a", 0), item("qq:test/a", 0), item("qq:test/b", 0)])
      yield* TestClock.adjust("7 seconds")
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead("the chat is gone"))),
          queue.idle
        )
      )
      yield* queue.offer(items("qq:main/b", 2))
      yield* TestClock.adjust("1 second")
      yield* queue.offer(items("qq:main/a", 2, 1))
      expect(yield* reading(path, Reading.depths("queue"))).toEqual(
        new Map([
          ["qq:main", { waiting: 4, dead: 1, oldest: 7000 }],
          ["qq:test", { waiting: 0, dead: 2, oldest: undefined }]
        ])
      )
      expect(yield* reading(path, Reading.depths("another"))).toEqual(new Map())
      expect(yield* reading(path, Reading.dead("queue", text))).toEqual(yield* queue.dead)
      expect(yield* queue.offer(items("qq:main/c", 1))).toEqual({ kept: 1, repeats: [] })
    })
  )

  it.scoped("reads what no database keeps as it is", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      const odd = { id: '"a\0\ud800', key: "qq:main/\0", value: "\udc00 \0" }
      yield* queue.offer([odd])
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead('"why\0'))),
          queue.idle
        )
      )
      expect(yield* reading(path, Reading.dead("queue", text))).toEqual([
        { ...odd, attempts: 0, keptAt: 0, diedAt: 0, reason: '"why\0' }
      ])
      expect([...(yield* reading(path, Reading.depths("queue"))).keys()]).toEqual(["qq:main"])
    })
  )

  it.scoped("tells whose the accounts are, and which are nobody's any more", () =>
    Effect.gen(function* () {
      const path = yield* file
      expect(yield* reading(path, Reading.owners)).toEqual(new Map())
      yield* Effect.scoped(Effect.flatMap(open(path), ({ own }) => own("qq:old")))
      const { leases, own } = yield* open(path)
      yield* own("qq:main")
      const owners = yield* reading(path, Reading.owners)
      expect([...owners.keys()].toSorted()).toEqual(["qq:main", "qq:old"])
      expect(owners.get("qq:main")).toMatchObject(Option.some({ id: leases.self.id, pid: leases.self.pid }))
      expect(owners.get("qq:old")).toEqual(Option.none())
    })
  )

  it.scoped("tells until when an account is somebody's who says nothing more, and of nobody's nothing", () =>
    Effect.gen(function* () {
      const path = yield* file
      expect(yield* reading(path, Reading.ownedUntil("qq:main"))).toBeUndefined()
      yield* Effect.scoped(Effect.flatMap(open(path), ({ own }) => own("qq:old")))
      const { own } = yield* open(path)
      yield* TestClock.adjust("1 minute")
      yield* own("qq:main")
      expect(yield* reading(path, Reading.ownedUntil("qq:main"))).toBe(86_400_060_000)
      expect(yield* reading(path, Reading.ownedUntil("qq:old"))).toBeUndefined()
    })
  )

  it.scoped("tells the timeline of an account, in order, and that a store of before timelines has none", () =>
    Effect.gen(function* () {
      const path = yield* file
      expect(yield* reading(path, Reading.entries("qq:main"))).toEqual([])
      yield* open(path)
      const rows = ["('qq:main', 20, 'two')", "('qq:main', 3, 'one')", "('qq:other', 1, 'else')"].join(", ")
      const sql = yield* beside(path)
      yield* sql.unsafe(`insert into holdfast_entry (account, number, text) values ${rows}`)
      expect(yield* reading(path, Reading.entries("qq:main"))).toEqual(["one", "two"])
    })
  )

  it.scoped("tells what became of an item in a store of each version that keeps receipts", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fed, queue } = yield* open(path)
      const naming = { queue: { name: "queue" }, fed: { name: "fed", origin: "queue" } }
      yield* queue.offer([item("qq:main/a", 0), item("qq:main/a", 1)])
      yield* fed.offer([{ id: "qq:main/a#0#0", key: "qq:main/a", value: "" }])
      yield* hire(queue, ({ id }) => Effect.succeed(id.endsWith("#0") ? done() : dead("poison")))
      yield* queue.idle
      const told = Effect.all([
        Reading.fate(naming.queue, "qq:main/a#0"),
        Reading.fate(naming.queue, "qq:main/a#1"),
        Reading.fate(naming.fed, "qq:main/a#0#0"),
        Reading.fate(naming.fed, "qq:main/a#0#1")
      ])
      const expected = [
        { _tag: "Settled", proof: undefined },
        { _tag: "Dead", reason: "poison" },
        { _tag: "Waiting" },
        { _tag: "Unknown" }
      ]
      expect(yield* reading(path, told)).toEqual(expected)
      const sql = yield* beside(path)
      const before: Readonly<Record<number, ReadonlyArray<string>>> = {
        6: [
          "update holdfast_known set place = 0 where place < 0",
          "alter table holdfast_known rename column place to origin"
        ],
        5: ["drop index holdfast_name", "update holdfast_known set id = 'qq:main/a#0' || id where origin > 0"]
      }
      for (const version of [6, 5]) {
        for (const statement of before[version] ?? []) yield* say(sql, statement)
        yield* say(sql, `update holdfast_store set version = ${version}`)
        expect(yield* reading(path, told), String(version)).toEqual(expected)
      }
    })
  )

  it.scoped("leaves out what cannot be read, and reads the rest", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      yield* queue.offer([item("qq:main/a", 0), { ...item("qq:main/b", 0), value: "5" }])
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead("poison"))),
          queue.idle
        )
      )
      const numeric = codec(Schema.NumberFromString)
      expect(yield* reading(path, Reading.dead("queue", numeric))).toMatchObject([{ id: "qq:main/b#0", value: 5 }])
    })
  )
})
