import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, TestClock } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Memory, most } from "../../src/handler/Memory.ts"
import { aWhile } from "../../src/testing/QueueSuite/Fixture.ts"
import { open, turn } from "./memories.ts"
import { file, remains } from "./SqlStore/Sqlite.ts"

const key = "qq:main/c2c:1"

const memories = {
  "in memory": Effect.map(Layer.build(Memory.layerMemory), Context.get(Memory)),
  "in SQLite": Effect.gen(function* () {
    return (yield* open(Sqlite.layer(yield* file), "qq:main")).memory
  })
}

describe.each(Object.entries(memories))("what is remembered %s", (_, memory) => {
  it.scoped("is each turn once, in order, and apart from every other key", () =>
    Effect.gen(function* () {
      const { forget, keep, recall } = yield* memory
      expect(yield* recall(key)).toEqual([])
      for (const n of [1, 2, 3]) yield* keep(key, turn(n), 0)
      yield* keep(`${key} U1`, turn(9), 0)
      yield* keep(key, { ...turn(2), answered: "said in the end", at: 4 }, 0)
      expect((yield* recall(key)).map(({ answered }) => answered)).toEqual([
        "answered 1",
        "answered 3",
        "said in the end"
      ])
      yield* forget(key)
      expect(yield* recall(key)).toEqual([])
      expect(yield* recall(`${key} U1`)).toEqual([turn(9)])
    })
  )

  it.scoped("is nothing that was kept before what is to stay, and a bounded number of turns", () =>
    Effect.gen(function* () {
      const { keep, recall } = yield* memory
      for (let n = 1; n <= most + 2; n++) yield* keep(key, turn(n), 0)
      const all = yield* recall(key)
      expect([all.length, all.at(0), all.at(-1)]).toEqual([most, turn(3), turn(most + 2)])
      yield* keep(key, turn(1000), most)
      expect((yield* recall(key)).map(({ at }) => at)).toEqual([most, most + 1, most + 2, 1000])
    })
  )
})

describe("SqlMemory", () => {
  it.scoped("has it in the next process, if this one dies without a word", () =>
    Effect.gen(function* () {
      const path = yield* file
      const odd = { ...turn(1), asked: '"\0odd \ud800', event: "\0e" }
      const { memory } = yield* open(Sqlite.layer(path), "qq:main")
      yield* memory.keep(key, odd, 0)
      const died = yield* open(Sqlite.layer(remains(path, "died")), "qq:main")
      expect(yield* died.memory.recall(key)).toEqual([odd])
    })
  )

  it.scoped("forgets after 90 days what nobody came back to", () =>
    Effect.gen(function* () {
      const { memory } = yield* open(Sqlite.layer(yield* file), "qq:main")
      yield* memory.keep(key, turn(1), 0)
      yield* TestClock.adjust("91 days")
      yield* memory.keep("qq:main/c2c:2", { ...turn(1), at: 91 * 86_400_000 }, 0)
      expect(yield* memory.recall(key)).toEqual([])
      expect(yield* memory.recall("qq:main/c2c:2")).toHaveLength(1)
    })
  )

  it.scoped("waits for a store that refuses, and keeps nothing of an account that is not its own", () =>
    Effect.gen(function* () {
      const { memory, sql } = yield* open(Sqlite.layer(yield* file), "qq:main")
      yield* sql.unsafe("alter table holdfast_turn rename to holdfast_away")
      const keeping = yield* Effect.fork(memory.keep(key, turn(1), 0))
      const recalling = yield* Effect.fork(memory.recall(key))
      yield* TestClock.adjust("2 seconds")
      expect([keeping.unsafePoll(), recalling.unsafePoll()]).toEqual([null, null])
      yield* sql.unsafe("alter table holdfast_away rename to holdfast_turn")
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(keeping)
      yield* Fiber.join(recalling)
      expect(yield* memory.recall(key)).toEqual([turn(1)])
      yield* Effect.fork(memory.keep("qq:other/c2c:1", turn(1), 0))
      yield* aWhile
      expect(yield* memory.recall("qq:other/c2c:1")).toEqual([])
    })
  )
})
