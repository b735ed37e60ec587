import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream, TestClock } from "effect"
import type { TelegramSimulator } from "../../../../src/platforms/telegram/Simulator.ts"
import * as Raw from "./RawClient.ts"

const chat_id = 7001
const unchanged =
  "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"

/** A test in which a person has said "hello" as message 1, and the bot "hi" as message 2. */
const spoken = <A, E>(test: (simulator: TelegramSimulator) => Effect.Effect<A, E, Raw.Network>) =>
  Raw.withSimulator({}, (simulator) =>
    Raw.say(simulator, "hello").pipe(
      Effect.zipRight(Raw.sent("sendMessage", { chat_id, text: "hi" })),
      Effect.zipRight(test(simulator))
    )
  )

describe("an edit", () => {
  it.scoped("puts a new text where the old one was, dated, and people see the new one", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        const seen = yield* Raw.begun(Stream.runHead(simulator.saying))
        yield* TestClock.adjust("5 seconds")
        const message = yield* Raw.sent("editMessageText", { chat_id, message_id: 2, text: "better" })
        expect(message).toMatchObject({ message_id: 2, text: "better", date: 0, edit_date: 5 })
        expect(yield* simulator.said).toMatchObject([{ id: "2", text: "better", at: 0 }])
        expect(yield* seen.await).toMatchObject({ value: { value: { id: "2", text: "better" } } })
        expect(yield* simulator.messages("chat:7001")).toMatchObject([{ text: "hello" }, { text: "better" }])
      })
    )
  )

  it.scoped("that changes nothing is refused; one that changes only what is marked, or only the buttons, is not", () =>
    spoken(() =>
      Effect.gen(function* () {
        const edit = (more: object) => Raw.refused("editMessageText", { chat_id, message_id: 2, text: "hi", ...more })
        expect(yield* edit({})).toBe(unchanged)
        expect(yield* edit({ text: " hi " })).toBe(unchanged)
        const entities = [{ type: "bold", offset: 0, length: 2 }]
        expect(yield* edit({ entities })).toBeUndefined()
        expect(yield* edit({ text: "<b>hi</b>", parse_mode: "HTML" })).toBe(unchanged)
        const reply_markup = { inline_keyboard: [[{ text: "yes", callback_data: "y" }]] }
        expect(yield* edit({ entities, reply_markup })).toBeUndefined()
        expect(yield* edit({ entities, reply_markup })).toBe(unchanged)
        expect(yield* edit({ entities })).toBeUndefined()
      })
    )
  )

  const refusals: ReadonlyArray<readonly [string, string, object, string]> = [
    ["of nothing", "editMessageText", { message_id: 99, text: "x" }, "Bad Request: message to edit not found"],
    ["of a person's message", "editMessageText", { message_id: 1, text: "x" }, "Bad Request: message can't be edited"],
    ["to nothing", "editMessageText", { message_id: 2, text: "" }, "Bad Request: message text is empty"],
    ["to too much", "editMessageText", { message_id: 2, text: "x".repeat(4097) }, "Bad Request: message is too long"],
    [
      "of a caption that is not there",
      "editMessageCaption",
      { message_id: 2, caption: "x" },
      "Bad Request: there is no caption in the message to edit"
    ]
  ]
  it.scoped.each(refusals)("%s is refused", ([, method, args, description]) =>
    spoken(() => Effect.map(Raw.refused(method, { chat_id, ...args }), (refusal) => expect(refusal).toBe(description)))
  )

  it.scoped("of a picture changes its caption, and not a text", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        yield* Raw.sent("sendPhoto", { chat_id, photo: "https://example.com/a.jpg", caption: "a" })
        const at = { chat_id, message_id: 3 }
        expect(yield* Raw.sent("editMessageCaption", { ...at, caption: "b" })).toMatchObject({ caption: "b" })
        expect(yield* Raw.refused("editMessageCaption", { ...at, caption: "b" })).toBe(unchanged)
        expect(yield* Raw.refused("editMessageCaption", { ...at, caption: "x".repeat(1025) })).toBe(
          "Bad Request: message caption is too long"
        )
        expect(yield* Raw.refused("editMessageText", { ...at, text: "x" })).toBe(
          "Bad Request: there is no text in the message to edit"
        )
        expect((yield* simulator.said).map(({ text }) => text)).toEqual(["hi", "b"])
      })
    )
  )

  it.scoped("of a person's own message is told to the bot", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("5 seconds")
        yield* simulator.edit({ conversation: "chat:7001", message: "1", text: "hello!" })
        expect(yield* Raw.poll({ offset: -1 })).toMatchObject([
          { edited_message: { message_id: 1, text: "hello!", date: 0, edit_date: 5 } }
        ])
      })
    )
  )
})

describe("a message that is deleted", () => {
  it.scoped("is seen no more, and cannot be deleted again, edited or replied to", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        const at = { chat_id, message_id: 2 }
        expect(yield* Raw.refused("deleteMessage", at)).toBeUndefined()
        expect(yield* simulator.said).toEqual([])
        expect(yield* Raw.refused("deleteMessage", at)).toBe("Bad Request: message to delete not found")
        expect(yield* Raw.refused("editMessageText", { ...at, text: "x" })).toBe(
          "Bad Request: message to edit not found"
        )
        expect(yield* Raw.refused("sendMessage", { chat_id, text: "x", reply_parameters: { message_id: 2 } })).toBe(
          "Bad Request: message to be replied not found"
        )
      })
    )
  )

  it.scoped("is not after 48 hours, and in a group not another's", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        yield* simulator.hear({ conversation: "chat:-5", text: "mine" })
        expect(yield* Raw.refused("deleteMessage", { chat_id: -5, message_id: 1 })).toBe(
          "Bad Request: message can't be deleted"
        )
        yield* TestClock.adjust("49 hours")
        expect(yield* Raw.refused("deleteMessage", { chat_id, message_id: 2 })).toBe(
          "Bad Request: message can't be deleted for everyone"
        )
      })
    )
  )
})

describe("a button", () => {
  it.scoped("that is pressed is told with its message, and answered once", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        const id = yield* simulator.press({ conversation: "chat:7001", data: "yes" })
        expect(yield* Raw.poll({ offset: -1 })).toMatchObject([
          { callback_query: { id, data: "yes", from: { id: 7001 }, message: { message_id: 2, text: "hi" } } }
        ])
        expect(yield* simulator.acknowledged).toEqual([])
        expect(yield* Raw.refused("answerCallbackQuery", { callback_query_id: id })).toBeUndefined()
        expect(yield* simulator.acknowledged).toEqual([id])
        expect(yield* Raw.refused("answerCallbackQuery", { callback_query_id: id })).toContain("query is too old")
      })
    )
  )

  it.scoped("is answered too late after a while, and told no more", () =>
    spoken((simulator) =>
      Effect.gen(function* () {
        const callback_query_id = yield* simulator.press({ conversation: "chat:7001", data: "yes", message: "77" })
        expect(yield* Raw.poll({ offset: -1 })).toMatchObject([
          { callback_query: { message: { message_id: 77, date: 0 } } }
        ])
        yield* TestClock.adjust("151 seconds")
        expect(yield* Raw.poll()).toEqual([])
        expect(yield* Raw.refused("answerCallbackQuery", { callback_query_id })).toBe(
          "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
      })
    )
  )
})
