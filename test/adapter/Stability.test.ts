import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import { Stability } from "../../src/adapter/Stability.ts"
import { accountId } from "../../src/domain/Address.ts"

const main = accountId("qq", "main")
const minute = Duration.minutes(1)

const session = (lasts: Duration.DurationInput, ours = false) =>
  Effect.gen(function* () {
    const record = yield* Effect.flatMap(Stability, (all) => all.of(main))
    yield* record.connected
    yield* TestClock.adjust(lasts)
    return yield* record.lost(minute, ours)
  })

const flapping = Effect.flatMap(Stability, (all) => Effect.flatMap(all.of(main), (record) => record.flapping))

describe("Stability", () => {
  it.effect("calls an account flapping after three sessions in a row that died young (F26)", () =>
    Effect.gen(function* () {
      yield* session("1 second")
      yield* session("59 seconds")
      expect(yield* flapping).toBe(false)
      yield* session("1 second")
      expect(yield* flapping).toBe(true)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("forgives a flapping account only after a session that lasted", () =>
    Effect.gen(function* () {
      for (let index = 0; index < 5; index += 1) yield* session("1 second")
      expect(yield* session("1 minute")).toBe(true)
      expect(yield* flapping).toBe(false)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("takes failures to connect for no sign of flapping", () =>
    Effect.gen(function* () {
      const record = yield* Effect.flatMap(Stability, (all) => all.of(main))
      for (let index = 0; index < 10; index += 1) expect(yield* record.lost(minute)).toBe(false)
      expect(yield* flapping).toBe(false)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("holds a short session that we ended ourselves against nobody", () =>
    Effect.gen(function* () {
      for (let index = 0; index < 5; index += 1) yield* session("1 second", true)
      expect(yield* flapping).toBe(false)
    }).pipe(Effect.provide(Stability.layer))
  )

  it.effect("remembers an account across adapters, and keeps accounts apart", () =>
    Effect.gen(function* () {
      for (let index = 0; index < 3; index += 1) yield* session("1 second")
      const other = yield* Effect.flatMap(Stability, (all) => all.of(accountId("qq", "other")))
      expect(yield* flapping).toBe(true)
      expect(yield* other.flapping).toBe(false)
    }).pipe(Effect.provide(Stability.layer))
  )
})
