import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { due } from "../../src/gateway/Status.ts"
import { story } from "./Story.ts"

story(
  "4004 for half a minute, and then lifted, is over by the first probe (F31, F36)",
  {},
  ({ connected, converses, simulator, until }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* simulator.fault({ _tag: "CloseOn", step: "identify", code: 4004 })
      yield* simulator.fault({ _tag: "CloseOn", step: "resume", code: 4004 })
      yield* simulator.fault({ _tag: "Close", code: 4004 })
      yield* Effect.sleep("30 seconds")
      yield* simulator.heal
      yield* until(({ state }) => state._tag === "Connected", "90 seconds")
      yield* converses("are you there?")
    })
)

for (const code of [4914, 4915] as const) {
  story(
    `${code} for half a minute, and then lifted, is over by the first probe, with the remedy on record meanwhile (F25, F31, F36)`,
    {},
    ({ connected, converses, fatals, simulator, status }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("2 minutes")
        yield* simulator.fault({ _tag: "Ban", code })
        yield* Effect.sleep("30 seconds")
        const parked = yield* status()
        expect(parked.state).toMatchObject({ _tag: "Parked", remedy: expect.stringContaining("q.qq.com") })
        expect(fatals).toMatchObject([{ fatal: { reason: "Banned", retryable: false } }])
        yield* simulator.heal
        yield* connected("40 seconds")
        yield* converses("are you there?")
      })
  )
}

story(
  "a bot that is banned for a day is probed after a minute, then ever more rarely down to each 15 min, and comes back by a probe (F24, F25, F36)",
  { faults: [{ _tag: "Ban", code: 4915 }], audit: "10 minutes" },
  ({ connected, converses, fatals, simulator, until }) =>
    Effect.gen(function* () {
      const waits: Array<number> = []
      for (let probe = 1; probe < 9; probe++) {
        const parked = yield* until(
          ({ generation, state }) => state._tag === "Parked" && generation === probe,
          "16 minutes"
        )
        waits.push(Math.round(((due(parked.state) ?? 0) - (yield* Clock.currentTimeMillis)) / 60_000))
      }
      expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15, 15])
      yield* Effect.sleep("1 day")
      expect(fatals.length).toBeLessThan(8 + (24 * 60) / 15 + 2)
      yield* simulator.heal
      yield* connected("16 minutes")
      yield* converses("are you there?")
    })
)

story(
  "a bot that is unbanned is connected at once by command (F36)",
  { faults: [{ _tag: "Ban", code: 4915 }] },
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, gateway, main, simulator, until } = scene
      yield* Effect.sleep("1 hour")
      yield* until(({ state }) => state._tag === "Parked")
      yield* simulator.heal
      yield* gateway.restart(main)
      yield* connected("6 seconds")
      yield* converses("are you there?")
    })
)
