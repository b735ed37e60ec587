import { describe, expect } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { Message } from "../../../src/domain/Message.ts"
import { sendCodes } from "../../../src/platforms/telegram/Protocol/SendCodes.ts"
import { answersTo, message, opened, place, type Reaction, refused, sends, taken, url } from "./Send/asking.ts"

const upgrade = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", { migrateTo: "-1005" })
const tooMany = refused(429, "Too Many Requests: retry after 7", { retryAfter: 7000 })

/** An answer that finds this row, as the platform would give it. */
const answerOf = ({ action, mark, status }: (typeof sendCodes)[number]): Reaction =>
  action === "moved"
    ? upgrade
    : mark === undefined
      ? { sent: true, cause: "no", status }
      : refused(status, status === 400 ? `Bad Request: ${mark}` : mark)

describe("Telegram Send: second tries", () => {
  sends(
    "entities that are not taken are left out, once, and the text stays",
    Effect.gen(function* () {
      const bold = message("chat:1", { text: "**hi**", format: "markdown" })
      for (const row of sendCodes.filter(({ action }) => action === "plain")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? answerOf(row) : taken))
        yield* send(bold)
        expect(asked.map(({ params }) => params)).toEqual([
          {
            chat_id: "1",
            reply_parameters: answersTo(40),
            text: "hi",
            entities: [{ type: "bold", offset: 0, length: 2 }]
          },
          { chat_id: "1", reply_parameters: answersTo(40), text: "hi" }
        ])
        const stubborn = yield* opened(() => answerOf(row))
        expect(yield* Effect.flip(stubborn.send(bold))).toMatchObject({ reason: "Rejected", code: 400 })
        expect(stubborn.asked).toHaveLength(2)
        const unmarked = yield* opened(() => answerOf(row))
        expect((yield* Effect.flip(unmarked.send(message("chat:1")))).reason).toBe("Rejected")
        expect(unmarked.asked).toHaveLength(1)
      }
    })
  )

  sends(
    "what it answers is gone: it is sent unasked, once (F84)",
    Effect.gen(function* () {
      for (const row of sendCodes.filter(({ action }) => action === "unanchored")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? answerOf(row) : taken))
        yield* send(message("chat:1"))
        expect(asked[1]?.params).toEqual({ chat_id: "1", text: "pong" })
        const stubborn = yield* opened(() => answerOf(row))
        expect(yield* Effect.flip(stubborn.send(message("chat:1")))).toMatchObject({ reason: "Rejected" })
        expect(stubborn.asked).toHaveLength(2)
      }
    })
  )

  sends(
    "what is at an address, and Telegram does not show, is told by its address; no words are lost with it (F80)",
    Effect.gen(function* () {
      const source = url("https://x.example/a.png")
      for (const row of sendCodes.filter(({ action }) => action === "unshown")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? answerOf(row) : taken))
        yield* send(message("chat:1", { text: "**look**", format: "markdown", media: { kind: "image", source } }))
        expect(asked.map(({ method }) => method)).toEqual(["sendPhoto", "sendMessage"])
        expect(asked[1]?.params).toMatchObject({ text: `look\n${source.url}`, reply_parameters: answersTo(40) })
      }
    })
  )

  sends(
    "bytes that Telegram does not show for what they are are attached as a file, once; of a file nothing would be left",
    Effect.gen(function* () {
      const source = { _tag: "Bytes", bytes: new Uint8Array([1]) } as const
      for (const row of sendCodes.filter(({ action }) => action === "unshown")) {
        const { asked, send } = yield* opened((nth) => (nth === 1 ? answerOf(row) : taken))
        yield* send(message("chat:1", { text: "look", media: { kind: "image", source } }))
        expect(asked.map(({ method, options }) => [method, options.upload?.field, options.upload?.name])).toEqual([
          ["sendPhoto", "photo", "image.jpg"],
          ["sendDocument", "document", "image.jpg"]
        ])
        expect(asked[1]?.params["caption"]).toBe("look")
        for (const [kind, calls] of [
          ["voice", 2],
          ["file", 1]
        ] as const) {
          const stubborn = yield* opened(() => answerOf(row))
          const error = yield* Effect.flip(stubborn.send(message("chat:1", { media: { kind, source } })))
          expect(error).toMatchObject({ reason: "Rejected", cause: expect.stringContaining(row.meaning) })
          expect(stubborn.asked).toHaveLength(calls)
        }
        const known = yield* opened(() => answerOf(row))
        const own = message("chat:1", { media: { kind: "image", source: url("telegram:AgAD") } })
        expect((yield* Effect.flip(known.send(own))).reason).toBe("Rejected")
      }
    })
  )

  sends(
    "a place that cannot be written to is refused without a call",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      for (const id of ["c2c:7C0E", "chat:", "chat:ada", "7001"]) {
        expect((yield* Effect.flip(send(message(id)))).reason, id).toBe("Rejected")
      }
      expect(asked).toEqual([])
    })
  )
})

describe("Telegram Send: changes", () => {
  const change = (content: Partial<Message["content"]> = {}, edits = "57") => message("chat:-5", content, { edits })

  sends(
    "a text takes the place of another, a caption of another caption",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      expect(yield* send(change({ text: "*so*", format: "markdown" }))).toMatchObject({ platformId: "57" })
      yield* send(change({ text: "so", media: { kind: "image", source: url("https://x.example/a.png") } }))
      expect(asked.map(({ method, params }) => [method, params])).toEqual([
        [
          "editMessageText",
          { chat_id: "-5", message_id: 57, text: "so", entities: [{ type: "italic", offset: 0, length: 2 }] }
        ],
        ["editMessageCaption", { chat_id: "-5", message_id: 57, caption: "so" }]
      ])
    })
  )

  sends(
    "a change that changes nothing is done; nothing else is done by such an answer (F96)",
    Effect.gen(function* () {
      const { send } = yield* opened(() => refused(400, "Bad Request: message is not modified: exactly the same"))
      expect(yield* send(change())).toEqual({ message: "telegram:main/e#0", platformId: "57", at: 0 })
      expect((yield* Effect.flip(send(message("chat:-5")))).reason).toBe("Rejected")
    })
  )

  sends(
    "the words of what turns out to show something are changed as its caption, once",
    Effect.gen(function* () {
      const noText = refused(400, "Bad Request: there is no text in the message to edit")
      const { methods, send } = yield* opened((nth) => (nth === 1 ? noText : taken))
      yield* send(change())
      expect(methods()).toEqual(["editMessageText", "editMessageCaption"])
      const stubborn = yield* opened(() => noText)
      expect((yield* Effect.flip(stubborn.send(change()))).reason).toBe("Rejected")
      expect(stubborn.asked).toHaveLength(2)
    })
  )

  sends(
    "what is no id of a message is refused without a call",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      for (const id of ["ROBOT1.0", "-57", "1:", ":1"]) {
        expect((yield* Effect.flip(send(change({}, id)))).reason, id).toBe("Rejected")
      }
      expect(asked).toEqual([])
    })
  )
})

describe("Telegram Send: chats that move", () => {
  sends(
    "a message to a group that has become a supergroup is said there, once, and so is every later one",
    Effect.gen(function* () {
      const { asked, send, typing } = yield* opened((nth) => (nth === 1 ? upgrade : taken))
      // the new chat counts its messages anew: 40 there is somebody else's
      expect(yield* send(message("chat:-5"))).toMatchObject({ platformId: "-1005:57" })
      yield* send(message("chat:-5"))
      yield* typing(place("chat:-5", "group"))
      yield* send(message("chat:-6"))
      expect(asked.map(({ params }) => [params["chat_id"], "reply_parameters" in params])).toEqual([
        ["-5", true],
        ["-1005", false],
        ["-1005", false],
        ["-1005", false],
        ["-6", true]
      ])
      const next = yield* opened(() => taken)
      yield* next.send(message("chat:-5"))
      expect(next.asked[0]?.params["chat_id"]).toBe("-1005")
    })
  )

  sends(
    "a group that only ever moves on is rejected after one move",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => upgrade)
      expect(yield* Effect.flip(send(message("chat:-5")))).toMatchObject({ reason: "Rejected", code: 400 })
      expect(asked).toHaveLength(2)
    })
  )

  sends(
    "what was said after the move is changed where it was said, and what was said before is left alone",
    Effect.gen(function* () {
      const { asked, send } = yield* opened((nth) => (nth === 1 ? upgrade : taken))
      const after = message("chat:-5", {}, { edits: (yield* send(message("chat:-5"))).platformId })
      expect(yield* send(after)).toMatchObject({ platformId: "-1005:57" })
      expect(asked.at(-1)?.params).toMatchObject({ chat_id: "-1005", message_id: 57 })
      const before = yield* opened(() => upgrade)
      const error = yield* Effect.flip(before.send(message("chat:-5", {}, { edits: "57" })))
      expect(error).toMatchObject({ reason: "Rejected", cause: expect.stringContaining("said before") })
      expect(before.asked.map(({ params }) => params["chat_id"])).toEqual(["-5"])
    })
  )
})

describe("Telegram Send: refusals", () => {
  sends(
    "every row of the table comes to what it says, with the reason in words (F31)",
    Effect.gen(function* () {
      const reasons = new Map([
        ["account", "Unreachable"],
        ["uncertain", "Uncertain"],
        ["later", "RateLimited"]
      ])
      for (const [index, row] of sendCodes.entries()) {
        const { asked, send } = yield* opened(() => answerOf(row))
        const error = yield* Effect.flip(send(message(`chat:${index + 1}`, { text: "**hi**", format: "markdown" })))
        const reason = reasons.get(row.action) ?? "Rejected"
        expect(error, `${row.status} ${row.mark}`).toMatchObject({ reason, code: row.status })
        expect(error.cause).toContain(row.meaning)
        const again = ["moved", "plain", "unanchored"].includes(row.action)
        expect(asked, `${row.status} ${row.mark}`).toHaveLength(again ? 2 : 1)
      }
    })
  )

  sends(
    "a chat that refuses the bot is that chat's matter: the next message goes",
    Effect.gen(function* () {
      const { send } = yield* opened((_, { params }) =>
        params["chat_id"] === "1" ? refused(403, "Forbidden: bot was blocked by the user") : taken
      )
      expect(yield* Effect.flip(send(message("chat:1")))).toMatchObject({
        reason: "Rejected",
        cause: 'the bot was blocked or removed, or may not write here ("Forbidden: bot was blocked by the user")'
      })
      yield* send(message("chat:2"))
    })
  )

  sends(
    "too much says when to come back, and holds back what is only for show (F85)",
    Effect.gen(function* () {
      yield* TestClock.setTime(1000)
      const { asked, methods, send, typing } = yield* opened((nth) => (nth === 1 ? tooMany : taken))
      expect(yield* Effect.flip(send(message("chat:1")))).toMatchObject({
        reason: "RateLimited",
        until: 8000,
        code: 429
      })
      yield* typing(place("chat:1"))
      yield* typing(place("chat:2"))
      expect(asked.map(({ params }) => params["chat_id"])).toEqual(["1", "2"])
      yield* TestClock.adjust("7 seconds")
      yield* typing(place("chat:1"))
      expect(methods()).toEqual(["sendMessage", "sendChatAction", "sendChatAction"])
      const wordless = yield* opened(() => ({ sent: true, cause: "no", status: 429 }))
      expect(yield* Effect.flip(wordless.send(message("chat:1")))).toMatchObject({ until: 68_000 })
    })
  )

  sends(
    "bytes that never left are told from those that may have (F81, F95)",
    Effect.gen(function* () {
      const lost = yield* opened(() => ({ sent: false, cause: "the connection failed: ECONNREFUSED" }))
      expect((yield* Effect.flip(lost.send(message("chat:1")))).reason).toBe("Unreachable")
      const reset = yield* opened(() => ({ sent: true, cause: "the connection failed: ECONNRESET" }))
      expect((yield* Effect.flip(reset.send(message("chat:1")))).reason).toBe("Uncertain")
      for (const status of [500, 502, 503, 504, 200]) {
        const { asked, send } = yield* opened(() => ({ sent: true, cause: "no", status }))
        expect((yield* Effect.flip(send(message("chat:1")))).reason, String(status)).toBe("Uncertain")
        expect(asked).toHaveLength(1)
      }
    })
  )

  sends(
    "a success that names no message is no proof (F82)",
    Effect.gen(function* () {
      for (const result of [undefined, true, {}, { message_id: "57" }, []]) {
        const { send } = yield* opened(() => ({ result }))
        expect((yield* Effect.flip(send(message("chat:1")))).reason).toBe("Uncertain")
      }
    })
  )
})
