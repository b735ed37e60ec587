import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import { posting } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = posting

/** Two looks in a row at what waits, a minute apart, each of which may take 20 s. */
const suspicion = Duration.seconds(60 + 60 + 20 + 60)

for (const status of [undefined, 404, 502] as const) {
  const how = status === undefined ? "does not arrive" : `is answered ${status} by something in between`
  story(
    posting,
    `what is posted and ${how} for an hour makes the account not connected, and is answered when it arrives (F11, F40)`,
    {},
    ({ connected, converses, down, simulator, status: now, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("5 minutes")
        yield* simulator.fault({ _tag: "FailDeliveries", ...(status === undefined ? undefined : { status }) })
        yield* simulator.hear({ conversation, text: "hello?" })
        const { cause } = yield* down(suspicion)
        expect(cause).toContain("Telegram cannot post to us")
        let believed = 0
        for (let second = 0; second < 3700; second++) {
          yield* Effect.sleep("1 second")
          if ((yield* now()).state._tag === "Connected") believed += 1
        }
        expect(believed).toBeLessThan(60)
        yield* simulator.heal
        yield* connected("1 minute")
        yield* Effect.sleep("3 minutes")
        expect(yield* texts).toEqual(["hello?"])
        yield* converses("are you there?")
      })
  )
}

story(
  posting,
  "a bot that is not posted to, and one whose token was revoked, harm nobody else (F22, F29, F36, F92, F105)",
  { bots: ["main", "good", "bad"] },
  ({ connected, converses, fatals, simulator, status, troubles, until }) =>
    Effect.gen(function* () {
      const [sound, unheard, revoked] = [
        accountId("telegram", "good"),
        accountId("telegram", "main"),
        accountId("telegram", "bad")
      ]
      const up = yield* connected("1 minute", sound)
      yield* connected("1 minute", unheard)
      yield* connected("1 minute", revoked)
      yield* troubles.condemns(posting.verdicts[0], "bad")
      yield* simulator.fault({ _tag: "FailDeliveries", account: posting.id("main") })
      yield* simulator.hear({ conversation, text: "hello?", account: posting.id("main") })
      yield* until(({ state }) => state._tag === "Parked", "2 minutes", revoked)
      yield* until(({ state }) => state._tag !== "Connected", suspicion, unheard)
      yield* converses("and you?", "good")
      yield* Effect.sleep("1 hour")
      expect(yield* status(sound)).toMatchObject({ since: up.since, generation: 1, attempts: 0 })
      expect(fatals.every(({ account }) => account !== sound)).toBe(true)
      yield* converses("and now?", "good")
      yield* simulator.heal
      yield* connected("16 minutes", revoked)
      yield* connected("16 minutes", unheard)
      yield* converses("welcome back", "bad")
      yield* Effect.sleep("3 minutes")
      yield* converses("welcome back", "main")
    })
)
