import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { asking } from "../asking.ts"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const { conversation } = qq

const handler = asking("2 * 3?", "six", "answer 6")

story(
  qq,
  "a button is shown and pressed, and that is acknowledged while its handler still works",
  { handler },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("10 seconds")
      const [{ data = "", id = "", label } = { label: "" }] = (yield* simulator.said)[0]?.buttons?.flat() ?? []
      expect(label).toBe("six")
      const pressed = yield* simulator.press({ conversation, button: id, data })
      yield* Effect.sleep("3 seconds")
      expect(yield* simulator.acknowledged).toEqual([pressed])
      yield* Effect.sleep("2 minutes")
      expect(yield* texts).toEqual([String.raw`2 \* 3?`, "pressed answer 6"])
    })
)

story(
  qq,
  "where the bot may send no buttons, what they say is part of the text",
  { handler, simulator: { keyboards: false } },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("10 seconds")
      expect(yield* texts).toEqual(["2 * 3?\n• six"])
    })
)
