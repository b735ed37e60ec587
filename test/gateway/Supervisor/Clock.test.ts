import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { due } from "../../../src/gateway/Status.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { JumpingClock } from "../../../src/testing/JumpingClock.ts"
import { fatal, gateway, settle, status } from "../stage.ts"
import { ailing } from "./ailing.ts"

const { id } = FakeAdapter.make().account

describe("Supervisor, when the wall clock is set", () => {
  it.effect("a wall clock set back or forward by a day moves no retry (F39)", () => {
    const ill = ailing()
    return Effect.scoped(
      Effect.gen(function* () {
        const clock = yield* JumpingClock.make(0)
        yield* ill.falls(fatal(id))
        yield* Effect.gen(function* () {
          for (const shift of [-86_400_000, 86_400_000, 86_400_000, -86_400_000]) {
            yield* Effect.sleep("100 seconds")
            yield* clock.shift(shift)
            const before = ill.openings.length
            yield* Effect.sleep("61 seconds")
            expect(ill.openings.length - before).toBeGreaterThanOrEqual(2)
            expect(ill.openings.length - before).toBeLessThan(30)
            const { state } = yield* status(id)
            const left = (due(state) ?? Infinity) - (yield* Clock.currentTimeMillis)
            expect(left).toBeLessThanOrEqual(30_000)
            expect(left).toBeGreaterThanOrEqual(0)
          }
        }).pipe(Effect.provide(gateway([ill.fake])), Effect.withClock(clock))
      })
    )
  })

  it.effect("a wall clock that is set tells no lie about a connection, and costs none that is alive (F39)", () => {
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "40 seconds" })] })
    return Effect.scoped(
      Effect.gen(function* () {
        const clock = yield* JumpingClock.make(0)
        yield* Effect.gen(function* () {
          const beats = fake.emit({ _tag: "Alive" }).pipe(Effect.zipRight(Effect.sleep("30 seconds")))
          yield* settle
          yield* Effect.repeatN(beats, 2)
          for (const shift of [-86_400_000, 86_400_000, 86_400_000]) {
            yield* clock.shift(shift)
            yield* Effect.repeatN(beats, 2)
            expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 1 })
          }
          yield* clock.shift(-86_400_000)
          yield* Effect.sleep("70 seconds")
          expect((yield* status(id)).generation).toBeGreaterThan(1)
        }).pipe(Effect.provide(gateway([fake])), Effect.withClock(clock))
      })
    )
  })
})
