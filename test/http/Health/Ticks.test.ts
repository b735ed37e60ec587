import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Ticks from "../../../src/http/Health/Ticks.ts"

it.scoped(
  "an event loop that is in time has no lag, however long it runs, and a clock that only runs has not leapt",
  () =>
    Effect.gen(function* () {
      const { lag, leapt } = yield* Ticks.make
      yield* TestClock.adjust("5 seconds")
      expect([yield* lag, yield* leapt]).toEqual([0, 0])
    })
)

it.scopedLive("an event loop that was blocked is late, and is known to have been afterwards", () =>
  Effect.gen(function* () {
    const { lag } = yield* Ticks.make
    yield* Effect.sleep("20 millis")
    const until = performance.now() + 1500
    while (performance.now() < until);
    expect(yield* lag).toBeGreaterThan(300)
    yield* Effect.sleep("1100 millis")
    expect(yield* lag).toBeGreaterThan(300)
  })
)

it.scoped("a machine that slept has leapt by as much, before and after the next tick, and that is no lag", () =>
  Effect.gen(function* () {
    let slept = 0
    const clock = yield* Effect.clock
    const wall = Effect.map(clock.currentTimeMillis, (now) => now + slept)
    const there = Effect.withClock(Object.assign(Object.create(clock), { currentTimeMillis: wall }))
    const { lag, leapt } = yield* there(Ticks.make)
    yield* TestClock.adjust("1 second")
    slept = 3_600_000
    expect(yield* there(leapt)).toBe(3_600_000)
    yield* TestClock.adjust("1 second")
    slept += 2000
    yield* TestClock.adjust("5 seconds")
    // a clock that is put back has made nothing late
    slept -= 10_000
    yield* TestClock.adjust("5 seconds")
    expect([yield* there(leapt), yield* there(lag)]).toEqual([3_602_000, 0])
  })
)
