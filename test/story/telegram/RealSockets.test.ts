import { expect } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { telegram } from "../rows/telegram.ts"
import { onSockets } from "../Sockets.ts"
import { blips } from "./blips.ts"

const { conversation } = telegram

for (const [what, faults] of blips) {
  onSockets(
    telegram,
    `a moment of ${what} is over by itself, and costs no message (F31, F75)`,
    {},
    ({ connected, converses, simulator, texts, until }) =>
      Effect.gen(function* () {
        yield* connected
        yield* Effect.forEach(faults, simulator.fault)
        yield* until(({ state }) => state._tag !== "Connected")
        yield* simulator.hear({ conversation, text: "hello?" })
        yield* simulator.heal
        yield* connected
        yield* converses
        expect(yield* texts).toEqual(["hello?", "are you there?"])
      })
  )
}

onSockets(
  telegram,
  "a poll into which nothing comes any more is found by its own deadline, and what was said in it is answered once (F10, F75)",
  {},
  ({ connected, converses, relay, simulator, texts, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* relay.become({ _tag: "BlackHole" })
      yield* simulator.hear({ conversation, text: "hello?" })
      const { cause } = yield* until(({ state }) => state._tag !== "Connected")
      expect(cause).toBeDefined()
      yield* relay.cut
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* converses
      expect(yield* texts).toEqual(["hello?", "are you there?"])
    })
)

onSockets(
  telegram,
  "update ids that begin again lower lose nothing and repeat nothing (F73, F75)",
  {},
  ({ connected, converses, relay, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected
      yield* converses
      yield* simulator.fault({ _tag: "RestartIds", at: 1 })
      for (const text of ["one", "two"]) yield* simulator.hear({ conversation, text })
      yield* relay.cut
      yield* connected
      yield* Effect.repeat(Effect.delay(texts, "10 millis"), { until: ({ length }) => length >= 3 })
      yield* Effect.sleep("2 seconds")
      expect(yield* texts).toEqual(["are you there?", "one", "two"])
    })
)

for (const removeWebhook of [false, true]) {
  onSockets(
    telegram,
    `a webhook in the way ${removeWebhook ? "is removed where that is allowed" : "parks the account with a remedy"} (F31, F54)`,
    { account: () => ({ removeWebhook }) },
    ({ connected, converses, simulator, until }) =>
      Effect.gen(function* () {
        yield* connected
        yield* simulator.fault({ _tag: "StealWebhook", url: "https://old.example/s3cret" })
        if (removeWebhook) {
          yield* until(({ state }) => state._tag !== "Connected")
          yield* connected
          yield* converses
        } else {
          const parked = yield* until(({ state }) => state._tag === "Parked")
          expect(parked.state).toMatchObject({ remedy: expect.stringContaining("TELEGRAM_REMOVE_WEBHOOK") })
          expect(JSON.stringify(parked)).not.toContain("s3cret")
        }
      })
  )
}

for (const [what, weather] of [
  ["lines are refused", { _tag: "Refuse" }],
  ["lines are reset", { _tag: "Reset" }],
  ["nothing arrives", { _tag: "BlackHole" }]
] as const) {
  onSockets(
    telegram,
    `what is posted while ${what} on the way to us is answered once after it (F73, F75)`,
    {
      account: (front) => ({ webhook: { url: `${front}/telegram/main`, secret: Redacted.make("s3cret") } })
    },
    ({ connected, converses, front, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected
        yield* converses
        yield* front.become(weather)
        yield* front.cut
        for (const text of ["one", "two"]) yield* simulator.hear({ conversation, text })
        yield* Effect.sleep("500 millis")
        yield* front.become({ _tag: "Pass" })
        yield* Effect.repeat(Effect.delay(texts, "10 millis"), { until: ({ length }) => length >= 3 })
        yield* Effect.sleep("1 second")
        expect(yield* texts).toEqual(["are you there?", "one", "two"])
      })
  )
}
