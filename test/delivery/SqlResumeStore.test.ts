import { describe, expect, it } from "@effect/vitest"
import { type Context, Effect, Option, TestClock } from "effect"
import * as ButtonData from "../../src/adapter/ButtonData.ts"
import { ResumeStore } from "../../src/adapter/ResumeStore.ts"
import { accountId } from "../../src/domain/Address.ts"
import { aWhile } from "../../src/testing/QueueSuite/Fixture.ts"
import { open } from "./resumed.ts"
import { file, remains, say } from "./SqlStore/Sqlite.ts"

describe("SqlResumeStore", () => {
  it.scoped("has the last point of each key in the next process, and none that was cleared", () =>
    Effect.gen(function* () {
      const path = yield* file
      const before = Effect.gen(function* () {
        const { points } = yield* open(path, "qq:main", "qq:test", "tg:main")
        for (let seq = 0; seq < 50; seq++) yield* points.set("qq:main", `point ${seq}`)
        yield* points.set("qq:test", "\0odd")
        yield* points.set("tg:main", "gone")
        yield* points.clear("tg:main")
      })
      yield* Effect.scoped(before)
      const { points } = yield* open(path, "qq:main", "qq:test", "tg:main")
      expect(yield* points.get("qq:main")).toEqual(Option.some("point 49"))
      expect(yield* points.get("qq:test")).toEqual(Option.some("\0odd"))
      expect(yield* points.get("tg:main")).toEqual(Option.none())
      expect(yield* points.get("none")).toEqual(Option.none())
    })
  )

  it.scoped("writes a point soon after it was set, for a process that dies without a word", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { points } = yield* open(path, "qq:main", "qq:test", "tg:main")
      yield* points.set("qq:main", "here")
      yield* aWhile
      const died = yield* open(remains(path, "died"), "qq:main")
      expect(yield* died.points.get("qq:main")).toEqual(Option.some("here"))
    })
  )

  it.scoped("goes on from memory while the store refuses, and writes the last word when it does not", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { points, sql } = yield* open(path, "qq:main", "qq:test", "tg:main")
      yield* say(sql, "pragma query_only = 1")
      yield* points.set("qq:main", "first")
      yield* aWhile
      yield* points.set("qq:main", "last")
      expect(yield* points.get("qq:main")).toEqual(Option.some("last"))
      yield* aWhile
      yield* say(sql, "pragma query_only = 0")
      yield* TestClock.adjust("1 second")
      yield* aWhile
      const died = yield* open(remains(path, "died"), "qq:main")
      expect(yield* died.points.get("qq:main")).toEqual(Option.some("last"))
    })
  )

  it.scoped("has what a button holds before the button is shown, for a process that dies when it was (F98)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const main = accountId("telegram", "main")
      const long = "order ".repeat(20)
      const dataOf = (points: Context.Tag.Service<ResumeStore>) =>
        Effect.provideService(ButtonData.make(main), ResumeStore, points)
      const { points } = yield* open(path, main)
      const name = yield* Effect.flatMap(dataOf(points), (data) => data.keep(long))
      const died = yield* open(remains(path, "died"), main)
      expect(yield* Effect.flatMap(dataOf(died.points), (data) => data.recall(name ?? ""))).toBe(long)
    })
  )
})
