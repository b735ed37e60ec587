import { describe, expect } from "@effect/vitest"
import { Effect } from "effect"
import { longest } from "../../../../src/adapter/ButtonData.ts"
import type { Button } from "../../../../src/domain/Message.ts"
import { sendCodes } from "../../../../src/platforms/telegram/Protocol/SendCodes.ts"
import { message, opened, refused, sends, taken, url } from "./asking.ts"

const press = (label: string, data = label): Button => ({ _tag: "Press", label, data })
const link: Button = { _tag: "Link", label: "docs", url: "https://a.example/docs" }
const asks = (buttons: ReadonlyArray<ReadonlyArray<Button>>, text = "sure?") => message("chat:1", { text, buttons }, {})
const shown = {
  inline_keyboard: [[{ text: "yes", callback_data: "yes" }], [{ text: "docs", url: "https://a.example/docs" }]]
}

describe("Telegram Keyboard", () => {
  sends(
    "buttons stand below a text, below what is shown, and below a message that is changed",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const buttons = [[press("yes")], [link]]
      yield* send(asks(buttons))
      const media = { kind: "image", source: url("https://a.example/b.png") } as const
      yield* send(message("chat:1", { text: "", buttons, media }, {}))
      yield* send(message("chat:1", { text: "sure?", buttons }, { edits: "57" }))
      yield* send(message("chat:1", { text: "done" }, { edits: "57" }))
      expect(asked.map(({ method, params }) => [method, params["reply_markup"]])).toEqual([
        ["sendMessage", shown],
        ["sendPhoto", shown],
        ["editMessageText", shown],
        // what is said without a keyboard takes the one away that stood there
        ["editMessageText", undefined]
      ])
    })
  )

  sends(
    "data that Telegram has no room for goes under a short name, the same when it is said again",
    Effect.gen(function* () {
      const { asked, data, send } = yield* opened(() => taken)
      const long = "order ".repeat(20)
      yield* send(asks([[press("pay", long), press("nothing", "")]]))
      yield* send(asks([[press("pay", long), press("nothing", "")]]))
      expect(asked[1]?.params).toEqual(asked[0]?.params)
      const named = Array.from(
        JSON.stringify(asked[0]?.params).matchAll(/"callback_data":"([^"]*)"/g),
        ([, name = ""]) => name
      )
      expect(named.every((name) => name !== "" && name.length <= 64)).toBe(true)
      expect(yield* Effect.forEach(named, (name) => data.recall(name))).toEqual([long, ""])
    })
  )

  sends(
    "more data than a button may hold is refused without a call, and says how much that is",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const failed = yield* Effect.flip(send(asks([[press("all of it", "x".repeat(longest + 1))]])))
      expect(failed).toMatchObject({
        reason: "Rejected",
        cause: `a button holds at most ${longest} characters of data`
      })
      expect(asked).toEqual([])
    })
  )

  sends(
    "buttons that are too many, or that Telegram does not take, are told in the text, once",
    Effect.gen(function* () {
      const many = yield* opened(() => taken)
      yield* many.send(asks(Array.from({ length: 101 }, (_, index) => [press(String(index))])))
      expect(many.asked[0]?.params).not.toHaveProperty("reply_markup")
      expect(many.asked[0]?.params["text"]).toMatch(/^sure\?\n• 0\n• 1\n/)
      for (const { mark } of sendCodes.filter(({ action }) => action === "unbuttoned")) {
        const no = refused(400, `Bad Request: ${mark}`)
        const { asked, send } = yield* opened((nth) => (nth === 1 ? no : taken))
        yield* send(asks([[press("yes"), link]]))
        expect(asked[1]?.params, mark).toEqual({ chat_id: "1", text: "sure?\n• yes\n• docs: https://a.example/docs" })
        const stubborn = yield* opened(() => no)
        expect(yield* Effect.flip(stubborn.send(asks([[link]])))).toMatchObject({ reason: "Rejected", code: 400 })
        expect(stubborn.asked).toHaveLength(2)
      }
    })
  )
})
