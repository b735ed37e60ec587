import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { aWhile } from "../../src/testing/QueueSuite/Fixture.ts"
import { file, remains } from "./SqlStore/Sqlite.ts"
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
