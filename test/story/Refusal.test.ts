import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { due } from "../../src/gateway/Status.ts"
import { everywhere, rows, story } from "./Story.ts"

for (const row of rows) {
  for (const verdict of row.verdicts) {
    const { reason, remedy, what } = verdict
    story(
      row,
      `${what} for half a minute, and then lifted, is over by the first probe, with the remedy on record meanwhile (F25, F31, F36)`,
      {},
      ({ connected, converses, fatals, simulator, status, troubles }) =>
        Effect.gen(function* () {
          yield* connected()
          yield* Effect.sleep("2 minutes")
          yield* troubles.condemns(verdict)
          yield* Effect.sleep("30 seconds")
          const parked = yield* status()
          expect(parked.state).toMatchObject({ _tag: "Parked", remedy: expect.stringContaining(remedy) })
          expect(fatals).toMatchObject([{ fatal: { reason, retryable: false } }])
          yield* simulator.heal
          yield* connected("40 seconds")
          yield* converses("are you there?")
        })
    )
  }
}

everywhere(
  ({ verdicts: [{ what }] }) =>
    `a bot that is turned away with ${what} for a day is probed after a minute, then ever more rarely down to each 15 min, and comes back by a probe (F24, F25, F36)`,
  ({ verdicts: [verdict] }) => ({ already: ({ troubles }) => troubles.condemns(verdict), audit: "10 minutes" }),
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

everywhere(
  "a bot that is let in again is connected at once by command (F36)",
  ({ verdicts: [verdict] }) => ({ already: ({ troubles }) => troubles.condemns(verdict) }),
  ({ connected, converses, gateway, main, simulator, until }) =>
    Effect.gen(function* () {
      yield* Effect.sleep("1 hour")
      yield* until(({ state }) => state._tag === "Parked")
      yield* simulator.heal
      yield* gateway.restart(main)
      yield* connected("6 seconds")
      yield* converses("are you there?")
    })
)
