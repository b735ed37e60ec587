import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Lag from "../../../src/http/Health/Lag.ts"

it.scoped("an event loop that is in time has no lag, however long it runs", () =>
  Effect.gen(function* () {
    const lag = yield* Lag.make
    yield* TestClock.adjust("1 minute")
    expect(yield* lag).toBe(0)
  })
)

it.scopedLive("an event loop that was blocked is late, and is known to have been afterwards", () =>
  Effect.gen(function* () {
    const lag = yield* Lag.make
    yield* Effect.sleep("20 millis")
    const until = performance.now() + 600
    while (performance.now() < until);
    expect(yield* lag).toBeGreaterThan(300)
    yield* Effect.sleep("300 millis")
    expect(yield* lag).toBeGreaterThan(300)
  })
)
