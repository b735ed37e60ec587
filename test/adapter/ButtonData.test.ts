import { describe, expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as ButtonData from "../../src/adapter/ButtonData.ts"
import { ResumeStore } from "../../src/adapter/ResumeStore.ts"
import { accountId } from "../../src/domain/Address.ts"

const main = accountId("telegram", "main")
const long = (about: string) => `${about}: ${"x".repeat(80)}`

const keeps = (title: string, test: Effect.Effect<void, unknown, ResumeStore>) =>
  it.effect(title, () => Effect.provide(test, ResumeStore.layerMemory))

describe("the data of buttons", () => {
  it("needs a name where it is too long in bytes, empty, or looks like a name", () => {
    expect(ButtonData.needsName("a".repeat(64), 64)).toBe(false)
    expect(ButtonData.needsName("a".repeat(65), 64)).toBe(true)
    expect(ButtonData.needsName("é".repeat(33), 64)).toBe(true)
    expect(ButtonData.needsName("", 64)).toBe(true)
    expect(ButtonData.needsName("holdfast:x", 64)).toBe(true)
  })

  keeps(
    "is found again under a name that fits, after a restart too (F98)",
    Effect.gen(function* () {
      const before = yield* ButtonData.make(main)
      const name = yield* before.keep(long("pay"))
      expect(name?.length).toBeLessThan(64)
      const after = yield* ButtonData.make(main)
      expect(yield* after.recall(name ?? "")).toBe(long("pay"))
      expect(yield* after.recall("ok")).toBe("ok")
    })
  )

  keeps(
    "has the same name each time, and another for each other data",
    Effect.gen(function* () {
      const data = yield* ButtonData.make(main)
      const names = yield* Effect.forEach(
        Array.from({ length: 300 }, (_, index) => long(String(index))),
        (one) => data.keep(one)
      )
      expect(new Set(names).size).toBe(300)
      expect(yield* data.keep(long("7"))).toBe(names[7])
      // what reads the same from both ends, and what was turned round
      expect(yield* data.keep("ab".repeat(40))).not.toBe(yield* data.keep("ba".repeat(40)))
    })
  )

  keeps(
    "is kept until so many others were said since, and no longer: the store does not grow",
    Effect.gen(function* () {
      const data = yield* ButtonData.make(main)
      const first = yield* data.keep(long("first"))
      const second = yield* data.keep(long("second"))
      yield* Effect.forEach(
        Array.from({ length: ButtonData.kept - 2 }, (_, index) => long(String(index))),
        (one) => data.keep(one)
      )
      expect(yield* data.keep(long("first"))).toBe(first)
      yield* data.keep(long("one more"))
      expect(yield* data.recall(first ?? "")).toBe(long("first"))
      expect(yield* data.recall(second ?? "")).toBeUndefined()
      const store = yield* ResumeStore
      expect(Option.isNone(yield* store.get(`${main}/button/${second?.split(":")[1]}`))).toBe(true)
    })
  )

  keeps(
    "that many want to keep at once is all kept",
    Effect.gen(function* () {
      const data = yield* ButtonData.make(main)
      const all = Array.from({ length: 50 }, (_, index) => long(String(index)))
      const names = yield* Effect.forEach(all, (one) => data.keep(one), { concurrency: "unbounded" })
      const found = yield* Effect.forEach(names, (name) => data.recall(name ?? ""))
      expect(found).toEqual(all)
    })
  )

  it.effect("has no name while it cannot be written down", () =>
    Effect.gen(function* () {
      const data = yield* ButtonData.make(main)
      expect(yield* data.keep(long("pay"))).toBeUndefined()
    }).pipe(
      Effect.provideServiceEffect(
        ResumeStore,
        Effect.map(ResumeStore, (store) => ({ ...store, written: Effect.succeed(false) }))
      ),
      Effect.provide(ResumeStore.layerMemory)
    )
  )
})
