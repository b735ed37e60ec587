import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { TelegramSimulator } from "../../../../src/platforms/telegram/Simulator.ts"
import * as Raw from "./RawClient.ts"

const chat_id = 7001

/** A test in which a person has said "hello" as message 1 of their private chat. */
const known = <A, E>(test: (simulator: TelegramSimulator) => Effect.Effect<A, E, Raw.Network>) =>
  Raw.withSimulator({}, (simulator) => Effect.zipRight(Raw.say(simulator, "hello"), test(simulator)))

describe("a message", () => {
  it.scoped("is taken, shown to people, and given back as the platform keeps it", () =>
    known((simulator) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1900 millis")
        const message = yield* Raw.sent("sendMessage", { chat_id, text: "hi", reply_parameters: { message_id: 1 } })
        expect(message).toMatchObject({
          message_id: 2,
          date: 1,
          text: "hi",
          from: { id: Number(Raw.firstBot.id), is_bot: true, username: "demo_bot" },
          chat: { id: 7001, type: "private" },
          reply_to_message: { message_id: 1, text: "hello" }
        })
        expect(yield* simulator.said).toEqual([
          {
            id: "2",
            account: Raw.firstBot.id,
            conversation: "chat:7001",
            text: "hi",
            replyTo: "1",
            at: 1900
          }
        ])
        expect(yield* Raw.texts()).toEqual(["hello"])
      })
    )
  )

  it.scoped("is counted in its chat, and in no other", () =>
    known((simulator) =>
      Effect.gen(function* () {
        yield* simulator.hear({ conversation: "chat:7002", text: "hello" })
        const ids: Array<unknown> = []
        for (const chat of [7001, 7001, 7002]) {
          ids.push((yield* Raw.sent("sendMessage", { chat_id: chat, text: "x" }))["message_id"])
        }
        expect(ids).toEqual([2, 3, 2])
      })
    )
  )

  it.scoped("is trimmed, and has what the platform finds in it", () =>
    known(() =>
      Effect.gen(function* () {
        const text = "\n /start see https://example.com/a. @demo_bot #tag a@b.org \n"
        expect(yield* Raw.sent("sendMessage", { chat_id, text })).toMatchObject({
          text: text.trim(),
          entities: [
            { type: "bot_command", offset: 0, length: 6 },
            { type: "url", offset: 11, length: 21 },
            { type: "mention", offset: 34, length: 9 },
            { type: "hashtag", offset: 44, length: 4 },
            { type: "email", offset: 49, length: 7 }
          ]
        })
      })
    )
  )

  const refusals: ReadonlyArray<readonly [string, object, string]> = [
    ["no text", { text: undefined }, "Bad Request: message text is empty"],
    ["an empty text", { text: "" }, "Bad Request: message text is empty"],
    ["nothing but space", { text: " \n " }, "Bad Request: text must be non-empty"],
    ["4097 characters", { text: "x".repeat(4097) }, "Bad Request: message is too long"],
    ["more than 32768 bytes", { text: "ä".repeat(16_385) }, "Bad Request: text is too long"],
    ["an unknown mode", { parse_mode: "rtf" }, "Bad Request: unsupported parse_mode"],
    ["no chat", { chat_id: undefined }, "Bad Request: chat_id is empty"],
    ["an unknown chat", { chat_id: 1234 }, "Bad Request: chat not found"],
    ["a chat that is no number", { chat_id: "what" }, "Bad Request: chat not found"],
    ["an unknown name", { chat_id: "@nobody" }, "Bad Request: chat not found"],
    ["itself", { chat_id: Number(Raw.firstBot.id) }, "Forbidden: the bot can't send messages to the bot"],
    ["an unknown topic", { message_thread_id: 99 }, "Bad Request: message thread not found"],
    ["nothing to reply to", { reply_parameters: { message_id: 99 } }, "Bad Request: message to be replied not found"],
    [
      "a quote of something else",
      { reply_parameters: { message_id: 1, quote: "bye" } },
      "Bad Request: QUOTE_TEXT_INVALID"
    ],
    [
      "too much under a button",
      { reply_markup: { inline_keyboard: [[{ text: "x", callback_data: "x".repeat(65) }]] } },
      "Bad Request: BUTTON_DATA_INVALID"
    ],
    [
      "a button that does nothing",
      { reply_markup: { inline_keyboard: [[{ text: "x" }]] } },
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    ],
    ["a keyboard that is none", { reply_markup: "{" }, "Bad Request: can't parse reply keyboard markup JSON object"]
  ]
  it.scoped.each(refusals)("with %s is refused", ([, args, description]) =>
    known((simulator) =>
      Effect.gen(function* () {
        const answer = yield* Raw.call("sendMessage", { chat_id, text: "x", ...args })
        expect(answer).toMatchObject({ ok: false, error_code: answer.status, description })
        expect(answer.status).toBe(description.startsWith("Forbidden") ? 403 : 400)
        expect(yield* simulator.said).toEqual([])
      })
    )
  )

  it.scoped("of 4096 characters outside the first plane is not too long", () =>
    known(() =>
      Effect.gen(function* () {
        expect(yield* Raw.refused("sendMessage", { chat_id, text: "😀".repeat(4096) })).toBeUndefined()
        expect(yield* Raw.refused("sendMessage", { chat_id, text: "😀".repeat(4097) })).toBe(
          "Bad Request: message is too long"
        )
      })
    )
  )

  it.scoped("whose target is gone is said without it, where that is allowed", () =>
    known((simulator) =>
      Effect.gen(function* () {
        const reply_parameters = { message_id: 99, allow_sending_without_reply: true }
        const message = yield* Raw.sent("sendMessage", { chat_id, text: "x", reply_parameters })
        expect(message).not.toHaveProperty("reply_to_message")
        expect(yield* simulator.said).not.toHaveProperty("0.replyTo")
      })
    )
  )

  it.scoped("shows the buttons that it is given", () =>
    known(() =>
      Effect.gen(function* () {
        const reply_markup = { inline_keyboard: [[{ text: "yes", callback_data: "y" }]] }
        expect(yield* Raw.sent("sendMessage", { chat_id, text: "x", reply_markup })).toMatchObject({ reply_markup })
      })
    )
  )
})

describe("a chat", () => {
  const closed: ReadonlyArray<readonly [string, (simulator: TelegramSimulator) => Effect.Effect<unknown>, string]> = [
    ["chat:7001", (sim) => sim.leave({ conversation: "chat:7001" }), "Forbidden: bot was blocked by the user"],
    ["chat:-5", (sim) => sim.leave({ conversation: "chat:-5" }), "Forbidden: bot is not a member of the group chat"],
    [
      "chat:-1001900000001",
      (sim) => sim.leave({ conversation: "chat:-1001900000001" }),
      "Forbidden: bot is not a member of the supergroup chat"
    ],
    [
      "chat:7001",
      (sim) => sim.fault({ _tag: "BlockedBy", chat: "chat:7001" }),
      "Forbidden: bot was blocked by the user"
    ],
    ["chat:-5", (sim) => sim.fault({ _tag: "Kicked", chat: "-5" }), "Forbidden: bot was kicked from the group chat"],
    [
      "chat:-1001900000001",
      (sim) => sim.fault({ _tag: "Kicked", chat: "chat:-1001900000001" }),
      "Forbidden: bot was kicked from the supergroup chat"
    ]
  ]
  it.scoped.each(closed)("%s that is closed to the bot says how", ([conversation, close, description]) =>
    Raw.withSimulator({ conversations: [conversation] }, (simulator) =>
      Effect.gen(function* () {
        const args = { chat_id: conversation.replace("chat:", ""), text: "x" }
        expect(yield* Raw.refused("sendMessage", args)).toBeUndefined()
        yield* close(simulator)
        expect(yield* Raw.call("sendMessage", args)).toMatchObject({ status: 403, description })
        // what is wrong with the text is said before anything about the chat
        expect(yield* Raw.refused("sendMessage", { ...args, text: "" })).toBe("Bad Request: message text is empty")
        // and the chat before the topic and the message replied to
        const also = { reply_parameters: { message_id: 99 }, message_thread_id: 99 }
        expect(yield* Raw.refused("sendMessage", { ...args, ...also })).toBe(description)
        yield* simulator.heal
        yield* simulator.join({ conversation })
        expect(yield* Raw.refused("sendMessage", args)).toBeUndefined()
      })
    )
  )

  it.scoped("that became a supergroup tells where it went, in words, in a number, and by messages", () =>
    Raw.withSimulator({ conversations: ["chat:-5"] }, (simulator) =>
      Effect.gen(function* () {
        const to = yield* simulator.migrate("chat:-5")
        const id = Number(to.replace("chat:", ""))
        expect(id).toBeLessThan(-(10 ** 12))
        expect(yield* Raw.call("sendMessage", { chat_id: -5, text: "x" })).toMatchObject({
          status: 400,
          description: "Bad Request: group chat was upgraded to a supergroup chat",
          parameters: { migrate_to_chat_id: id }
        })
        expect(yield* Raw.refused("sendMessage", { chat_id: id, text: "x" })).toBeUndefined()
        expect(yield* Raw.poll()).toMatchObject([
          { message: { chat: { id: -5, type: "group" }, migrate_to_chat_id: id } },
          { message: { chat: { id, type: "supergroup" }, migrate_from_chat_id: -5 } }
        ])
      })
    )
  )

  it.scoped("with topics takes a message into one that exists, and General goes without a number", () =>
    Raw.withSimulator({ conversations: ["chat:-1001900000001/17"] }, (simulator) =>
      Effect.gen(function* () {
        const chat = -1_001_900_000_001
        const message = yield* Raw.sent("sendMessage", { chat_id: chat, message_thread_id: 17, text: "x" })
        expect(message).toMatchObject({ message_thread_id: 17, is_topic_message: true, chat: { is_forum: true } })
        for (const message_thread_id of [1, 18]) {
          expect(yield* Raw.refused("sendMessage", { chat_id: chat, message_thread_id, text: "x" })).toBe(
            "Bad Request: message thread not found"
          )
        }
        expect((yield* simulator.said).map(({ conversation }) => conversation)).toEqual(["chat:-1001900000001/17"])
      })
    )
  )

  it.scoped("without topics takes no notice of one", () =>
    Raw.withSimulator({ conversations: ["chat:-5"] }, () =>
      Effect.map(Raw.sent("sendMessage", { chat_id: -5, message_thread_id: 17, text: "x" }), (message) =>
        expect(message).not.toHaveProperty("message_thread_id")
      )
    )
  )
})

describe("a pace", () => {
  it.scoped("that is exceeded is answered 429 with the seconds to wait, in the body and in the header", () =>
    Raw.withSimulator({ pace: { chat: { sends: 2, per: "10 seconds" } } }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "hello")
        const send = Raw.call("sendMessage", { chat_id, text: "x" })
        for (const _ of [1, 2]) expect((yield* send).ok).toBe(true)
        yield* TestClock.adjust("2500 millis")
        const answer = yield* send
        expect(answer).toMatchObject({
          status: 429,
          description: "Too Many Requests: retry after 8",
          parameters: { retry_after: 8 }
        })
        expect(answer.headers["retry-after"]).toBe("8")
        yield* simulator.hear({ conversation: "chat:7002", text: "x" })
        expect(yield* Raw.refused("sendMessage", { chat_id: 7002, text: "x" })).toBeUndefined()
        yield* TestClock.adjust("7500 millis")
        expect((yield* send).ok).toBe(true)
        const edit = (text: string) => Raw.call("editMessageText", { chat_id, message_id: 2, text })
        expect((yield* edit("y")).ok).toBe(true)
        expect((yield* edit("z")).status).toBe(429)
      })
    )
  )
})

describe("a gesture", () => {
  it.scoped("is noted where it is made, topics unchecked", () =>
    known((simulator) =>
      Effect.gen(function* () {
        expect((yield* Raw.call("sendChatAction", { chat_id, action: "typing", message_thread_id: 1 })).result).toBe(
          true
        )
        expect(yield* simulator.gestures()).toEqual([{ conversation: "chat:7001/1", action: "typing", at: 0 }])
        expect(yield* simulator.counts()).toMatchObject({ sends: 0 })
      })
    )
  )

  it.scoped("that does not exist is refused before the chat is looked at", () =>
    known(() =>
      Effect.gen(function* () {
        expect(yield* Raw.refused("sendChatAction", { chat_id: 1, action: "yawning" })).toBe(
          "Bad Request: wrong parameter action in request"
        )
        expect(yield* Raw.refused("sendChatAction", { chat_id: 1, action: "typing" })).toBe(
          "Bad Request: chat not found"
        )
      })
    )
  )
})
