import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { everywhere } from "./Story.ts"

const tenMinutes = 600_000

everywhere(
  "a server that accepts and kicks after a second is flapping by the fifth time, is spared, exhausts, and is forgiven (F01, F26, F42)",
  {},
  ({ connected, converses, fatals, simulator, status, troubles, until }, { tries: asked }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      const from = (yield* simulator.record).length
      yield* troubles.kicks(1000)
      const lines = Effect.map(simulator.record, (record) => asked(record.slice(from)))
      const flapping = yield* until((status) => status.flapping, "1 minute")
      expect((yield* lines).length).toBeLessThanOrEqual(5)
      expect(flapping.state._tag).not.toBe("Connected")

      yield* Effect.sleep("30 minutes")
      expect((yield* status()).flapping).toBe(true)
      expect(fatals.length).toBeGreaterThan(1)
      expect(fatals.every(({ fatal }) => fatal.reason === "Exhausted" && fatal.retryable)).toBe(true)
      // from the moment it is known
      const tries = (yield* lines).filter((at) => at > flapping.since)
      const crowds = tries.map((at) => tries.filter((other) => other >= at && other < at + tenMinutes).length)
      expect(Math.max(...crowds)).toBeLessThanOrEqual(20)

      yield* simulator.heal
      yield* connected("40 seconds")
      yield* converses("are you there?")
      yield* Effect.sleep("2 minutes")
      yield* simulator.fault({ _tag: "Cut" })
      yield* until(({ flapping, state }) => state._tag === "Reconnecting" && !flapping, "2 seconds")
      yield* connected("5 seconds")
    })
)

everywhere("a line that is lost each two minutes is not flapping, and never exhausts (F26, F29)", {}, (scene) =>
  Effect.gen(function* () {
    const { connected, converses, fatals, simulator, status } = scene
    yield* connected()
    for (let time = 0; time < 15; time++) {
      yield* Effect.sleep("2 minutes")
      yield* simulator.fault({ _tag: "Cut" })
      yield* connected("5 seconds")
    }
    expect(yield* status()).toMatchObject({ generation: 1, reschedules: 0, flapping: false })
    expect(fatals).toEqual([])
    yield* converses("are you there?")
  })
)
