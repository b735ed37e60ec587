import { expect } from "@effect/vitest"
import { Effect } from "effect"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import type { TelegramFault } from "../../../src/platforms/telegram/Simulator.ts"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

type Faults = ReadonlyArray<Fault | TelegramFault>

const answers = (status: number, body: string, path = "/bot"): Faults => [
  { _tag: "Answer", path, status, body },
  { _tag: "Close", code: status === 200 ? 0 : status }
]

const blips: ReadonlyArray<readonly [what: string, faults: Faults]> = [
  ["401", [{ _tag: "Unauthorized", code: 401 }]],
  ["404", [{ _tag: "Unauthorized", code: 404 }]],
  ["403 from something in between", answers(403, "<html>Forbidden</html>")],
  ["409", [{ _tag: "Conflict", with: "poller" }, { _tag: "SecondPoller" }]],
  ["HTML with status 200", answers(200, "<html>Please log in to this network</html>")],
  ["HTML with status 200 in place of updates", answers(200, "<html>", "/getUpdates")],
  ["HTML with status 502", answers(502, "<html>Bad Gateway</html>")],
  ["half an answer", answers(200, `{"ok":true,"result":[{"update_id":8712`, "/getUpdates")],
  ["500", answers(500, `{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}`)]
]

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
