import { readdirSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as SqlClient from "@effect/sql/SqlClient"
import { dead } from "../../../src/delivery/KeyedQueue.ts"
import { StoreTooNew } from "../../../src/delivery/SqlStore.ts"
import * as Survey from "../../../src/delivery/SqlStore/Survey.ts"
import { hire, item, items } from "../../../src/testing/QueueSuite/Fixture.ts"
import { beside, file, open, say } from "./Sqlite.ts"

const survey = (path: string) =>
  Effect.scoped(Effect.flatMap(beside(path), (sql) => Effect.provideService(Survey.survey, SqlClient.SqlClient, sql)))

describe("a survey of a store", () => {
  it.scoped("tells what waits, since when, and what is dead, and takes nothing from its owner", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      expect(yield* survey(path)).toEqual({ version: expect.any(Number), queues: [] })
      yield* TestClock.adjust("7 seconds")
      yield* queue.offer([item("dead", 0)])
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead("poison"))),
          queue.idle
        )
      )
      yield* TestClock.adjust("1 second")
      yield* queue.offer(items("a", 3))
      expect((yield* survey(path)).queues).toEqual([{ queue: "queue", waiting: 3, dead: 1, oldest: 8000 }])
      yield* queue.offer(items("b", 2))
      expect((yield* survey(path)).queues).toMatchObject([{ waiting: 5 }])
    })
  )

  it.scoped("makes no store where there is none", () =>
    Effect.gen(function* () {
      const path = yield* file
      expect(yield* survey(path)).toEqual({ version: 0, queues: [] })
      expect(yield* survey(path)).toEqual({ version: 0, queues: [] })
      expect(readdirSync(dirname(path)).filter((name) => name.includes("-wal"))).toEqual([])
    })
  )

  it.scoped("says that a store is too new, and its version is told all the same", () =>
    Effect.gen(function* () {
      const path = yield* file
      const sql = yield* beside(path)
      yield* say(
        sql,
        "create table holdfast_store (version integer, generation integer); insert into holdfast_store values (99, 1)"
      )
      const error = yield* Effect.flip(survey(path))
      expect(error).toBeInstanceOf(StoreTooNew)
      expect(error).toMatchObject({ found: 99 })
      expect(yield* Effect.provideService(Survey.version, SqlClient.SqlClient, sql)).toBe(99)
    })
  )

  it.scoped("fails where the store could not be written either", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.scoped(open(path))
      const other = yield* beside(path)
      yield* say(other, "begin immediate")
      expect(yield* Effect.flip(survey(path))).toMatchObject({ cause: { code: "SQLITE_BUSY" } })
      yield* say(other, "rollback")
      expect(yield* survey(path)).toMatchObject({ queues: [] })
    })
  )
})
