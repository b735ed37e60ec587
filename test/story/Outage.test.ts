import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { seldom, story } from "./Story.ts"

for (const outage of ["1 minute", "1 hour"] as const) {
  story(
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

story(
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

story(
  "a service that is down when the process starts is waited for like any other (F61, F63)",
  { faults: [{ _tag: "Refuse", as: "refused" }] },
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
  story(
    `a line that is cut while the network is ${as} costs no session (F27)`,
    {},
    ({ connected, outage, recovers, simulator }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* outage({ _tag: "Refuse", as })
        yield* Effect.sleep("1 minute")
        yield* recovers()
        expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
      })
  )
}

story(
  "an outage may end at any moment of the retries: the account is back within its bound (F24)",
  { audit: "10 seconds" },
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, outage, recovers } = scene
      yield* connected()
      for (let time = 0; time < 20; time++) {
        yield* outage({ _tag: "Refuse", as: "refused" })
        // longer than the resume window, so that the first session that is asked for is refused
        yield* Effect.sleep(Duration.seconds(400 + 13 * time))
        yield* recovers()
        yield* Effect.sleep("2 minutes")
      }
      yield* converses("are you there?")
    })
)
