import { expect } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = telegram

for (const seconds of [1, 5, 50]) {
  const believed = Duration.seconds(seconds + 5)
  story(
    telegram,
    `a poll of ${seconds} s into which nothing comes any more is found within ${seconds + 5} s, and status says so (F06, F10, F69)`,
    { account: { pollTimeout: Duration.seconds(seconds) }, believed },
    ({ connected, converses, down, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        for (let time = 0; time < 5; time++) {
          yield* Effect.sleep(120_000 + time * 1_700)
          yield* simulator.fault({ _tag: "Silence" })
          yield* simulator.hear({ conversation, text: `message ${time}` })
          const { cause, lastLife = 0 } = yield* down(believed)
          expect(cause).toBeDefined()
          expect((yield* Clock.currentTimeMillis) - lastLife).toBeLessThanOrEqual(Duration.toMillis(believed) + 1000)
          yield* connected("5 seconds")
        }
        yield* converses("are you there?")
        expect(yield* texts).toHaveLength(6)
      })
  )
}

/** Two looks, a minute apart, each noticed after the poll that goes on meanwhile. */
const suspicion = Duration.minutes(4)

story(
  telegram,
  "polls that are answered and bring nothing of what waits are no life: a second witness finds it (F11)",
  {},
  ({ connected, converses, down, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("5 minutes")
      yield* simulator.fault({ _tag: "Deaf" })
      yield* simulator.hear({ conversation, text: "hello?" })
      const { cause } = yield* down(suspicion)
      expect(cause).toContain("updates wait")
      yield* simulator.heal
      yield* connected("1 minute")
      yield* Effect.sleep("10 seconds")
      expect(yield* texts).toEqual(["hello?"])
      yield* converses("are you there?")
    })
)

story(
  telegram,
  "as long as what waits does not come, nobody is told that all is well, whatever else is answered (F11, F40, F42)",
  {},
  ({ connected, converses, down, simulator, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("5 minutes")
      yield* simulator.fault({ _tag: "Deaf" })
      yield* simulator.hear({ conversation, text: "hello?" })
      yield* down(suspicion)
      for (let second = 0; second < 1200; second++) {
        yield* Effect.sleep("1 second")
        expect((yield* status()).state._tag).not.toBe("Connected")
      }
      yield* simulator.heal
      yield* connected("1 minute")
      yield* converses("are you there?")
    })
)

story(
  telegram,
  "a quiet bot is not called deaf, nor one that is always a little behind (F29)",
  {},
  ({ connected, simulator, status, texts }) =>
    Effect.gen(function* () {
      const up = yield* connected()
      yield* Effect.sleep("1 hour")
      const until = (yield* Clock.currentTimeMillis) + Duration.toMillis("20 minutes")
      const said: Array<string> = []
      while ((yield* Clock.currentTimeMillis) < until) {
        said.push(`message ${said.length}`)
        yield* simulator.hear({ conversation: `${conversation}${said.length}`, text: said.at(-1) ?? "" })
        yield* Effect.sleep("900 millis")
      }
      yield* Effect.sleep("1 minute")
      expect(yield* texts).toEqual(said)
      expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
    })
)
