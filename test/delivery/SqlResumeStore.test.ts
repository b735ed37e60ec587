import { cpSync } from "node:fs"
import * as SqlClient from "@effect/sql/SqlClient"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Option, TestClock } from "effect"
import { ResumeStore } from "../../src/adapter/ResumeStore.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as SqlResumeStore from "../../src/delivery/SqlResumeStore.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { turning } from "../../src/testing/QueueSuite/Fixture.ts"
import { file } from "./SqlStore/Sqlite.ts"

const open = (path: string) =>
  Effect.map(
    Layer.build(SqlResumeStore.layer.pipe(Layer.provide(SqlStore.layer), Layer.provide(Sqlite.layer(path)))),
    Context.get(ResumeStore)
  )

/** What a process that dies now leaves on the disk. */
const died = (path: string) =>
  Effect.suspend(() => {
    for (const suffix of ["", "-wal"]) cpSync(path + suffix, `${path}.died${suffix}`)
    return open(`${path}.died`)
  })

it.scoped("what is written is there after the process died (F78)", () =>
  Effect.gen(function* () {
    const path = yield* file
    const points = yield* open(path)
    yield* points.set("telegram:main/albums", "[]")
    expect(yield* turning(points.written)).toBe(true)
    expect(yield* (yield* died(path)).get("telegram:main/albums")).toEqual(Option.some("[]"))
  })
)

it.scoped("what cannot be written now is said, and is written when it can be", () =>
  Effect.gen(function* () {
    const path = yield* file
    const points = yield* open(path)
    const sql = Context.get(yield* Layer.build(Sqlite.layer(path)), SqlClient.SqlClient)
    const other = yield* sql.reserve
    yield* other.executeUnprepared("begin immediate", [], undefined)
    yield* points.set("a", "1")
    expect(yield* turning(points.written)).toBe(false)
    yield* other.executeUnprepared("rollback", [], undefined)
    const writing = yield* Effect.fork(points.written)
    yield* TestClock.adjust("10 seconds")
    expect(yield* turning(Fiber.join(writing))).toBe(true)
    expect(yield* (yield* died(path)).get("a")).toEqual(Option.some("1"))
  })
)
