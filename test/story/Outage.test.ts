import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { everywhere, seldom } from "./Story.ts"

for (const outage of ["1 minute", "1 hour"] as const) {
  everywhere(
    `after ${outage} without a network the account is back within its bound, by itself (F24, F25)`,
    {},
    ({ connected, converses, outage: begin, recovers, status }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* begin({ _tag: "Refuse", as: "refused" })
        yield* Effect.sleep(outage)
        expect((yield* status()).state._tag).not.toBe("Connected")
        yield* recovers()
        yield* converses("are you there?")
      })
  )
}

everywhere(
  "after a week without a network the account is back within its bound (F24, F25)",
  seldom,
  ({ connected, converses, outage, recovers, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* outage({ _tag: "Refuse", as: "refused" })
      yield* Effect.sleep("7 days")
      expect((yield* status()).generation).toBeGreaterThan(600)
      yield* recovers()
      yield* converses("are you there?")
    })
)

everywhere(
  "a service that is down when the process starts is waited for like any other (F61, F63)",
  { already: ({ simulator }) => simulator.fault({ _tag: "Refuse", as: "refused" }) },
  ({ converses, recovers, status }) =>
    Effect.gen(function* () {
      yield* Effect.sleep("20 minutes")
      const down = yield* status()
      expect(down.cause).toBeDefined()
      expect(down.self).toBeUndefined()
      const up = yield* recovers()
      expect(up.gaps).toEqual([])
      yield* converses("good morning")
    })
)

for (const as of ["refused", "reset", "dns"] as const) {
  everywhere(
    `a line that is cut while the network is ${as} for a minute leaves no gap (F27)`,
    {},
    ({ connected, outage, recovers, status }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* outage({ _tag: "Refuse", as })
        yield* Effect.sleep("1 minute")
        yield* recovers()
        expect(yield* status()).toMatchObject({ gaps: [] })
      })
  )
}

everywhere(
  "an outage may end at any moment of the retries: the account is back within its bound (F24)",
  { audit: "10 seconds" },
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, outage, recovers } = scene
      yield* connected()
      for (let time = 0; time < 20; time++) {
        yield* outage({ _tag: "Refuse", as: "refused" })
        // longer than QQ's resume window, so that the first session that is asked for is refused
        yield* Effect.sleep(Duration.seconds(400 + 13 * time))
        yield* recovers()
        yield* Effect.sleep("2 minutes")
      }
      yield* converses("are you there?")
    })
)
