import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { story } from "./Story.ts"

for (const step of ["http", "upgrade", "hello", "ready"] as const) {
  story(
    `a platform that never gets past "${step}" is never called connected, and is left for another try in time (F14, F18, F41)`,
    { faults: [{ _tag: "Stall", step }] },
    ({ converses, fatals, fibers, recovers, simulator, status }) =>
      Effect.gen(function* () {
        yield* Effect.sleep("10 minutes")
        const early = yield* fibers
        for (let minute = 0; minute < 10; minute++) {
          yield* Effect.sleep("1 minute")
          expect(yield* status()).toMatchObject({ state: { _tag: expect.not.stringMatching("Connected") } })
          expect((yield* simulator.connections).length).toBeLessThanOrEqual(1)
        }
        expect(fatals.length).toBeGreaterThan(0)
        expect(yield* fibers).toBeLessThan(early + 15)
        const up = yield* recovers()
        expect(up.lastLife).toBeDefined()
        yield* converses("are you there?")
      })
  )
}

story(
  "a READY that is withheld for hours spends no two identifies within 5 s (F35)",
  { faults: [{ _tag: "Stall", step: "ready" }], audit: "1 minute" },
  ({ connected, converses, simulator, status }) =>
    Effect.gen(function* () {
      yield* Effect.sleep("2 hours")
      const { identifies } = yield* simulator.counts()
      expect(identifies).toBeGreaterThan(100)
      const asked = (yield* simulator.record).flatMap(({ at, detail, what }) =>
        what === "received" && JSON.stringify(detail).includes(String.raw`\"op\":2`) ? [at] : []
      )
      expect(asked).toHaveLength(identifies)
      expect(Math.min(...asked.slice(1).map((at, index) => at - (asked[index] ?? 0)))).toBeGreaterThanOrEqual(5000)
      yield* simulator.heal
      const { state } = yield* status()
      expect(state).toHaveProperty("until")
      yield* connected("15 minutes")
      yield* converses("are you there?")
    })
)

story(
  "an upgrade that is answered as an ordinary request is tried again (F31)",
  {},
  ({ connected, converses, outage, recovers, until }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* outage({ _tag: "Answer", path: "/websocket", status: 503, body: "busy" })
      const down = yield* until(({ cause }) => cause?.includes("503") === true, "1 minute")
      expect(down.state._tag).toBe("Reconnecting")
      yield* Effect.sleep("5 minutes")
      yield* recovers()
      yield* converses("are you there?")
    })
)
