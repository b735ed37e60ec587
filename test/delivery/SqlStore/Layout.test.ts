import { describe, expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { done, type Work } from "../../../src/delivery/KeyedQueue.ts"
import { hire, ids, items } from "../../../src/testing/QueueSuite/Fixture.ts"
import * as Resumed from "../resumed.ts"
import { beside, file, open } from "./Sqlite.ts"
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
      expect(yield* one.sql.unsafe(versions)).toEqual([{ version: 5 }])
      expect(yield* two.queue.depth).toMatchObject({ waiting: 4, dead: 1 })
    })
  )
})
