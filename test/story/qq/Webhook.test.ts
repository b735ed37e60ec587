import { expect } from "@effect/vitest"
import { Context, Duration, Effect, Layer } from "effect"
import { Ed25519 } from "../../../src/adapter/Ed25519.ts"
import * as NodeEd25519 from "../../../src/node/Ed25519.ts"
import { defaultBot } from "../../../src/platforms/qq/Simulator.ts"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const { conversation } = qq
const webhookPath = "/qq/main"

/** QQ, posting. It has no lines, and does not say whether it posts: what it says is that it knows the bot. */
const posting: typeof qq = {
  ...qq,
  believed: Duration.days(400),
  simulate: (names, post) =>
    Effect.flatMap(Layer.build(NodeEd25519.layer), (context) =>
      qq.simulate(names, post, {
        bots: [{ ...defaultBot, webhook: `https://bot.example${webhookPath}` }],
        mail: { post, ed25519: Context.get(context, Ed25519) }
      })
    )
}

const options = { account: { webhookPath } }

story(posting, "a bot that is posted to hears and answers, and begins no session", options, (scene) =>
  Effect.gen(function* () {
    yield* scene.connected()
    for (const text of ["one", "two", "three"]) yield* scene.converses(text)
    expect(yield* scene.status()).toMatchObject({ generation: 1, gaps: [] })
    expect((yield* scene.simulator.counts()).identifies).toBe(0)
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
      expect((yield* texts).toSorted()).toEqual(said.toSorted())
    })
)

story(posting, "events that QQ posts twice are answered once each (F75)", options, ({ connected, simulator, texts }) =>
  Effect.gen(function* () {
    yield* connected()
    yield* simulator.fault({ _tag: "Duplicate", times: 3 })
    for (const text of ["one", "two", "three"]) yield* simulator.hear({ conversation, text })
    yield* Effect.sleep("5 minutes")
    expect((yield* texts).toSorted()).toEqual(["one", "three", "two"])
  })
)

story(
  posting,
  "an outage that QQ's tries do not outlast leaves a gap, from the last sign of life to the next line (F73)",
  options,
  ({ connected, converses, down, outage, recovers, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* outage({ _tag: "Refuse", as: "dns" })
      yield* down()
      yield* Effect.sleep("2 hours")
      yield* recovers()
      const [gap] = (yield* status()).gaps
      expect((gap?.to ?? 0) - (gap?.from ?? 0)).toBeGreaterThan(Duration.toMillis("2 hours"))
      yield* converses("are you there?")
    })
)
