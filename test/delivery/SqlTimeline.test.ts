import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, TestClock } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { aWhile } from "../../src/testing/QueueSuite/Fixture.ts"
import { file, remains, say } from "./SqlStore/Sqlite.ts"
import { open } from "./timelines.ts"

const account = "qq:main"

describe("SqlTimeline", () => {
  it.scoped("has what was put last under each number in the next process, in order, and nothing that was removed", () =>
    Effect.gen(function* () {
      const path = yield* file
      const before = Effect.gen(function* () {
        const { kept } = yield* open(Sqlite.layer(path), account, "qq:test")
        for (const number of [30, 4, 200]) kept.put(account, number, `first ${number}`)
        kept.put("qq:test", 4, "another's")
        kept.put(account, 4, "\0odd")
        kept.put(account, 30, undefined)
        kept.put(account, 7, "gone")
        yield* kept.written
        kept.put(account, 7, undefined)
      })
      yield* Effect.scoped(before)
      const { had } = yield* open(Sqlite.layer(path), account, "qq:test")
      expect(had).toEqual([["\0odd", "first 200"], ["another's"]])
    })
  )

  it.scoped("is written soon, for a process that dies without a word", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { kept } = yield* open(Sqlite.layer(path), account)
      kept.put(account, 1, "here")
      yield* aWhile
      expect((yield* open(Sqlite.layer(remains(path, "died")), account)).had).toEqual([["here"]])
    })
  )

  it.scoped("says that the store has it again once it does, and not when the account was let go of before", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => lines.push(String(message)))
      yield* Effect.gen(function* () {
        const { kept, sql } = yield* open(Sqlite.layer(yield* file), account, "qq:test")
        const refusing = Effect.gen(function* () {
          yield* say(sql, "pragma query_only = 1")
          kept.put("qq:test", 1, "here")
          yield* aWhile
        })
        const told = (of: string) => lines.filter((line) => line.includes(of)).length
        yield* Effect.scoped(Effect.zipRight(kept.adopt("qq:test"), refusing))
        expect(told("is kept in memory until")).toBe(1)
        yield* TestClock.adjust("10 seconds")
        expect(told("the store has what")).toBe(0)
        yield* say(sql, "pragma query_only = 0")
        kept.put(account, 1, "here")
        yield* TestClock.adjust("10 seconds")
        expect(told("the store has what")).toBe(1)
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    })
  )

  it.scoped("takes nothing of an account that is not its own", () =>
    Effect.gen(function* () {
      const { kept } = yield* open(Sqlite.layer(yield* file), account)
      kept.put("qq:test", 1, "nobody's")
      yield* kept.written
      const refused = yield* Effect.flip(kept.adopt("qq:test"))
      expect(refused.message).toContain("qq:test is not taken up by this process")
    })
  )
})
