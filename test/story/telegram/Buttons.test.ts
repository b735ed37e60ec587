import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { asking } from "../asking.ts"
import { posting, telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const long = `order ${"42 ".repeat(40)}`
const { conversation } = telegram

const handler = asking("sure?", "yes", long)

for (const row of [telegram, posting])
  story(
    row,
    `a button is shown and pressed; that is acknowledged while its handler still works, and pressed twice it says what it holds twice (F98)`,
    { handler },
    ({ connected, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* simulator.hear({ conversation, text: "hello" })
        yield* Effect.sleep("10 seconds")
        const [said] = yield* simulator.said
        const [button] = said?.buttons?.flat() ?? []
        expect(button).toMatchObject({ label: "yes" })
        expect(new TextEncoder().encode(button?.data).length).toBeLessThanOrEqual(64)
        const press = simulator.press({ conversation, data: button?.data ?? "", message: said?.id ?? "" })
        const first = yield* press
        yield* Effect.sleep("3 seconds")
        expect(yield* simulator.acknowledged).toEqual([first])
        expect(yield* texts).toEqual(["sure?"])
        const second = yield* press
        yield* Effect.sleep("2 minutes")
        expect(yield* simulator.acknowledged).toEqual([first, second])
        expect(yield* texts).toEqual(["sure?", `pressed ${long}`.trim(), `pressed ${long}`.trim()])
      })
  )

story(
  telegram,
  "a button whose data is no longer kept comes without any, and the log says so",
  { handler },
  ({ connected, logged, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.press({ conversation, data: "holdfast:abc-def" })
      yield* Effect.sleep("2 minutes")
      expect(yield* texts).toEqual(["pressed"])
      expect(logged.filter((line) => line.includes("data is no longer kept"))).toHaveLength(1)
    })
)
