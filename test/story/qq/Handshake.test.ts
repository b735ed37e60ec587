import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

story(
  qq,
  "a READY that is withheld for hours spends no two identifies within 5 s (F35)",
  { already: ({ simulator }) => simulator.fault({ _tag: "Stall", step: "ready" }), audit: "1 minute" },
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
  qq,
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
