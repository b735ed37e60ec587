import { describe, expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { dead, done, type Work } from "../../../src/delivery/KeyedQueue.ts"
import { hire, ids, items } from "../../../src/testing/QueueSuite/Fixture.ts"
import * as Resumed from "../resumed.ts"
import { beside, file, open, say } from "./Sqlite.ts"
import { rows, versionOne } from "./VersionOne.ts"

const old = Effect.gen(function* () {
  const path = yield* file
  yield* Effect.scoped(Effect.flatMap(beside(path), (sql) => versionOne(sql, rows)))
  return path
})

describe("a store of version 1", () => {
  it.scoped("is brought up to date when it is opened: what waits, what is dead, and how often it was tried", () =>
    Effect.gen(function* () {
      const { queue } = yield* open(yield* old)
      expect(yield* queue.depth).toMatchObject({ waiting: 4, dead: 1 })
      expect(yield* queue.dead).toMatchObject([{ id: "qq:main/4", reason: "poison", diedAt: 5 }])
      const works: Array<Work<string>> = []
      yield* hire(queue, (work) => Effect.sync(() => (works.push(work), done())), 1)
      yield* queue.idle
      expect(works.filter(({ key }) => key === "qq:main/c2c:1")).toMatchObject([
        { id: "qq:main/1", attempts: 2 },
        { id: "qq:main/2", attempts: 0 }
      ])
      expect(ids(works)).toContain("tg:main/1")
      expect(works.find(({ id }) => id === "qq:main/3")?.key).toBe("qq:main/\0")
    })
  )

  it.scoped("still tells apart what it knew, and numbers what is new behind it (F75, F77)", () =>
    Effect.gen(function* () {
      const path = yield* old
      const { queue, sql } = yield* open(path)
      const offered = [{ id: "qq:main/1", key: "qq:main/c2c:1", value: "" }, ...items("qq:main/c2c:1", 1)]
      expect(yield* queue.offer(offered)).toEqual({ kept: 1, repeats: ["qq:main/1"] })
      const [found] = yield* sql.unsafe<{ readonly seq: number }>("select max(seq) as seq from holdfast_known")
      expect(found?.seq).toBeGreaterThan(104)
    })
  )

  it.scoped("has its resume points", () =>
    Effect.gen(function* () {
      const { points } = yield* Resumed.open(yield* old, "qq:main")
      expect(yield* points.get("qq:main")).toEqual(Option.some("here"))
    })
  )

  it.scoped("is brought up to date once, whoever opens it next", () =>
    Effect.gen(function* () {
      const path = yield* old
      const [one, two] = yield* Effect.all([open(path), open(path)], { concurrency: 2 })
      const versions = "select version from holdfast_store"
      expect(yield* one.sql.unsafe(versions)).toEqual([{ version: 7 }])
      expect(yield* two.queue.depth).toMatchObject({ waiting: 4, dead: 1 })
    })
  )
})

describe("a store in which every id stands by itself", () => {
  /** Takes a store back to how its ids stood before what comes of an event stood under its number. */
  const before = [
    "create table old (seq integer primary key, queue text not null, id text not null, kept_at bigint not null, unique (queue, id))",
    `insert into old values (1, 'inbox', 'a#b', 0), (2, 'inbox', 'c', 0), (3, 'outbox', 'a#b#0', 0),
      (4, 'outbox', 'a#b#0/draft', 0), (5, 'outbox', 'c#1', 0), (6, 'outbox', 'gone#0', 0), (7, 'outbox', 'plain', 0),
      (8, 'inbox', 'c#0', 0), (9, 'outbox', '#0', 0), (10, 'outbox', '"c#0"', 0)`,
    "drop table holdfast_known",
    "alter table old rename to holdfast_known",
    "update holdfast_store set version = 5, next = 11"
  ]

  it.scoped("knows them all when it is brought up to date: messages under the events that they answer (F75)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.scoped(open(path))
      yield* Effect.scoped(
        Effect.flatMap(beside(path), (sql) => Effect.forEach(before, (statement) => say(sql, statement)))
      )
      const { sql } = yield* open(path)
      expect(yield* sql.unsafe("select seq, queue, place, id from holdfast_known order by seq")).toEqual([
        { seq: 1, queue: "inbox", place: 0, id: "a#b" },
        { seq: 2, queue: "inbox", place: 0, id: "c" },
        { seq: 3, queue: "outbox", place: 1, id: "#0" },
        { seq: 4, queue: "outbox", place: 1, id: "#0/draft" },
        { seq: 5, queue: "outbox", place: 2, id: "#1" },
        { seq: 6, queue: "outbox", place: 0, id: "gone#0" },
        { seq: 7, queue: "outbox", place: 0, id: "plain" },
        { seq: 8, queue: "inbox", place: 0, id: "c#0" },
        { seq: 9, queue: "outbox", place: 0, id: "#0" },
        { seq: 10, queue: "outbox", place: 0, id: '"c#0"' }
      ])
    })
  )
})

describe("what comes of something that is kept", () => {
  const message = (id: string) => ({ id, key: "qq:main/c2c:1", value: "" })

  it.scoped("is told apart whichever way it is offered, before and after that has another life", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* open(yield* file)
      yield* queue.offer([message("event")])
      expect(yield* fed.offer([message("event#0"), message("event#0"), message("other#0")])).toEqual({
        kept: 2,
        repeats: ["event#0"]
      })
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead("poison", [message("event#0"), message("event#1")]))),
          queue.idle
        )
      )
      expect(yield* fed.offer([message("event#1"), message("event#0")])).toMatchObject({ kept: 0 })
      expect(yield* queue.retry("event")).toBe(true)
      expect(yield* fed.offer([message("event#1"), message("event#0"), message("other#0")])).toMatchObject({ kept: 0 })
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(done([message("event#1"), message("event#2")]))),
          queue.idle
        )
      )
      expect(yield* fed.depth).toMatchObject({ waiting: 4 })
      for (const id of ["event#0", "event#1", "event#2", "other#0"])
        expect(yield* fed.fate(id)).toEqual({ _tag: "Waiting" })
      expect(yield* fed.fate("event#3")).toEqual({ _tag: "Unknown" })
    })
  )
})
