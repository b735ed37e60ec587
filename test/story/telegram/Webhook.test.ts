import { expect } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { posting } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = posting

const webhook = { url: "https://bot.example/telegram/main", secret: Redacted.make("s3cr3t-of-the-webhook") }
const options = { account: { webhook } }

story(posting, "a bot that is posted to hears and answers", options, ({ connected, converses, status }) =>
  Effect.gen(function* () {
    yield* connected()
    for (const text of ["one", "two", "three"]) yield* converses(text)
    expect(yield* status()).toMatchObject({ generation: 1, gaps: [] })
  })
)

story(
  posting,
  "what is said during an outage of two hours, in which nothing is posted either, is answered after it, once and in order (F73, F75)",
  options,
  ({ connected, down, outage, recovers, simulator, status, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "FailDeliveries" })
      yield* outage({ _tag: "Refuse", as: "dns" })
      for (const text of ["one", "two", "three"]) yield* simulator.hear({ conversation, text })
      yield* down()
      yield* Effect.sleep("2 hours")
      yield* recovers()
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["one", "two", "three"])
      expect((yield* status()).gaps).toEqual([])
    })
)

story(
  posting,
  "adapters that are replaced while people speak lose nothing and repeat nothing (F75, F78)",
  options,
  ({ connected, gateway, main, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const said = Array.from({ length: 20 }, (_, index) => `${index}`)
      for (const text of said) {
        yield* simulator.hear({ conversation, text })
        yield* Effect.sleep("500 millis")
        if (Number(text) % 4 === 3) yield* gateway.restart(main)
      }
      yield* Effect.sleep("10 minutes")
      expect(yield* texts).toEqual(said)
    })
)

story(
  posting,
  "a paused account is posted nothing, and answers everything when it is resumed",
  options,
  ({ connected, gateway, main, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* gateway.pause(main)
      for (const text of ["one", "two"]) yield* simulator.hear({ conversation, text })
      yield* Effect.sleep("3 hours")
      expect(yield* texts).toEqual([])
      yield* gateway.resume(main)
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["one", "two"])
    })
)

story(
  posting,
  "an album that is cut off by a new adapter is one event, answered once (F75)",
  options,
  ({ connected, gateway, main, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const items = [1, 2, 3].map((byte) => ({ kind: "photo" as const, bytes: new Uint8Array([byte]) }))
      yield* simulator.album({ conversation, caption: "look", items })
      yield* Effect.sleep("200 millis")
      yield* gateway.restart(main)
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["look"])
    })
)

story(
  posting,
  "updates that Telegram posts twice are answered once each (F75)",
  options,
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "Duplicate", times: 3 })
      for (const text of ["one", "two", "three"]) yield* simulator.hear({ conversation, text })
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["one", "two", "three"])
    })
)

story(
  posting,
  "two bots on one server are told apart, and one with an address that Telegram refuses harms nobody (F19)",
  { ...options, bots: ["main", "good", "bad"], accounts: ["main"] },
  ({ account, add, connected, converses, until }) =>
    Effect.gen(function* () {
      const of = (name: string, scheme: string) => ({
        webhook: { ...webhook, url: `${scheme}://bot.example/telegram/${name}` }
      })
      const [good, bad] = [account("good", of("good", "https")), account("bad", of("bad", "http"))]
      yield* connected()
      yield* add(good)
      yield* add(bad)
      yield* connected("1 minute", good.id)
      const parked = yield* until(({ state }) => state._tag === "Parked", "1 minute", bad.id)
      expect(JSON.stringify(parked.state)).toContain("TELEGRAM_WEBHOOK_URL")
      yield* converses("who are you?", "main")
      yield* converses("and you?", "good")
    })
)
