import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"
import { blips } from "./blips.ts"

for (const [what, faults] of blips) {
  story(
    telegram,
    `15 s of ${what} are over within a minute, whenever they come, and cost no message (F31, F73, F75)`,
    {},
    ({ connected, converses, down, simulator, texts }) =>
      Effect.gen(function* () {
        const { conversation } = telegram
        yield* connected()
        const said: Array<string> = []
        for (let time = 0; time < 5; time++) {
          yield* Effect.sleep(120_000 + time * 7_300)
          yield* Effect.forEach(faults, simulator.fault)
          yield* down("1 second")
          yield* Effect.sleep("14 seconds")
          const text = `message ${time}`
          said.push(text)
          yield* simulator.hear({ conversation, text })
          yield* simulator.heal
          yield* connected("60 seconds")
        }
        yield* Effect.sleep("10 seconds")
        expect(yield* texts).toEqual(said)
        yield* converses("are you there?")
      })
  )

  story(
    telegram,
    `a process that starts into 15 s of ${what} is connected within a minute after them (F61, F63)`,
    { already: ({ simulator }) => Effect.forEach(faults, simulator.fault) },
    ({ connected, converses, simulator, status }) =>
      Effect.gen(function* () {
        yield* Effect.sleep("15 seconds")
        expect((yield* status()).state._tag).not.toBe("Connected")
        yield* simulator.heal
        yield* connected("60 seconds")
        yield* converses("are you there?")
      })
  )
}
