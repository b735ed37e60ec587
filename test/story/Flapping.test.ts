import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { story } from "./Story.ts"

const tenMinutes = 600_000

story(
  "a server that accepts and kicks after a second is flapping by the fifth time, is spared, exhausts, and is forgiven (F01, F26, F42)",
  {},
  ({ connected, converses, fatals, simulator, status, until }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* simulator.fault({ _tag: "CloseOn", step: "ready", code: 4009, after: 1000 })
      yield* simulator.fault({ _tag: "Close", code: 4009 })
      const from = (yield* simulator.record).length
      const upgrades = Effect.map(simulator.record, (record) =>
        record.slice(from).flatMap(({ at, what }) => (what === "upgrade" ? [at] : []))
      )
      const flapping = yield* until((status) => status.flapping, "1 minute")
      expect((yield* upgrades).length).toBeLessThanOrEqual(5)
      expect(flapping.state._tag).not.toBe("Connected")

      yield* Effect.sleep("30 minutes")
      expect((yield* status()).flapping).toBe(true)
      expect(fatals.length).toBeGreaterThan(1)
      expect(fatals.every(({ fatal }) => fatal.reason === "Exhausted" && fatal.retryable)).toBe(true)
      // from the moment it is known
      const tries = (yield* upgrades).filter((at) => at > flapping.since)
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

story("a line that is lost each two minutes is not flapping, and never exhausts (F26, F29)", {}, (scene) =>
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
