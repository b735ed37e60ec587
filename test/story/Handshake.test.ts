import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { everywhere } from "./Story.ts"

for (const step of ["http", "upgrade", "hello", "ready"] as const) {
  everywhere(
    `a platform that never gets past "${step}" is never called connected, and is left for another try in time (F14, F18, F41)`,
    { already: ({ simulator }) => simulator.fault({ _tag: "Stall", step }) },
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
