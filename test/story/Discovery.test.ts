import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { everywhere, seldom } from "./Story.ts"

everywhere(
  ({ words }) => `${words.first} that answers 500 for three days is asked until it answers (F02, F24)`,
  seldom,
  ({ connected, converses, outage, recovers }, { paths }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* outage({ _tag: "Answer", path: paths.first, status: 500, body: `{"code":500000,"message":"internal"}` })
      yield* Effect.sleep("3 days")
      yield* recovers()
      yield* converses("are you there?")
    })
)

for (const [what, body] of [
  ["a page of HTML", "<html><h1>502 Bad Gateway</h1></html>"],
  ["an empty object", "{}"],
  ["half an answer", `{"url":"wss://api.sgroup`]
] as const) {
  everywhere(
    ({ words }) => `${words.first} that answers with ${what} is asked until it answers (F02)`,
    {},
    ({ connected, converses, outage, recovers }, { paths }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* outage({ _tag: "Answer", path: paths.first, status: what === "an empty object" ? 200 : 502, body })
        yield* Effect.sleep("10 minutes")
        yield* recovers()
        yield* converses("are you there?")
      })
  )
}

everywhere(
  ({ words }) =>
    `${words.first} that is taken and never answered holds nothing up for longer than its deadline (F14, F18)`,
  { audit: "10 seconds" },
  ({ connected, converses, fatals, outage, recovers }, { paths }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* outage({ _tag: "LoseAnswer", path: paths.first })
      yield* Effect.sleep("2 hours")
      expect(fatals.length).toBeGreaterThan(5)
      yield* recovers()
      yield* converses("are you there?")
    })
)

everywhere(
  "three hours without DNS cost a bounded number of tries, and end with the outage (F38)",
  { audit: "10 seconds" },
  ({ connected, converses, fatals, outage, recovers, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      const before = (yield* simulator.record).length
      yield* outage({ _tag: "Refuse", as: "dns" })
      yield* Effect.sleep("3 hours")
      const tries = (yield* simulator.record).slice(before).filter(({ what }) => what === "request").length
      // each adapter tries ten times, most of them 30 s apart at the most and 15 s on average
      expect(tries).toBeLessThan(3 * 60 * 10)
      expect(tries).toBeLessThanOrEqual(10 * (fatals.length + 1))
      yield* recovers()
      yield* converses("are you there?")
    })
)
