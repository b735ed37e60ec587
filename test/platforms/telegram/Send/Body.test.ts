import { describe, expect } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { answersTo, message, opened, sends, taken, url } from "./asking.ts"

describe("Telegram Body", () => {
  sends(
    "a text goes to its chat and topic, as an answer to what it answers",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* TestClock.setTime(5000)
      const receipt = yield* send(message("chat:7001"))
      expect(receipt).toEqual({ message: "telegram:main/e#0", platformId: "57", at: 5000 })
      yield* send(message("chat:-1001900000001/17", {}, {}))
      yield* send(message("chat:-1001900000001/1", {}, { anchor: "not a number" }))
      expect(asked.map(({ method, params }) => [method, params])).toEqual([
        ["sendMessage", { chat_id: "7001", reply_parameters: answersTo(40), text: "pong" }],
        ["sendMessage", { chat_id: "-1001900000001", message_thread_id: 17, text: "pong" }],
        ["sendMessage", { chat_id: "-1001900000001", text: "pong" }]
      ])
    })
  )

  sends(
    "markdown goes as text and entities, never by a parse mode; plain text goes letter for letter",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* send(message("chat:1", { text: "so **bold**", format: "markdown" }, {}))
      yield* send(message("chat:1", { text: "so **plain**" }, {}))
      expect(asked.map(({ params }) => params)).toEqual([
        { chat_id: "1", text: "so bold", entities: [{ type: "bold", offset: 3, length: 4 }] },
        { chat_id: "1", text: "so **plain**" }
      ])
    })
  )

  sends(
    "each kind has its method, by address, by what Telegram has already, and by its bytes",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const bytes = { _tag: "Bytes", bytes: new Uint8Array([1, 2]) } as const
      const text = "**so**"
      const format = "markdown"
      yield* send(
        message("chat:1/9", { text, format, media: { kind: "image", source: url("https://x.example/a.png") } })
      )
      yield* send(message("chat:1", { text: "", media: { kind: "voice", source: url("telegram:AwAC") } }, {}))
      yield* send(message("chat:1", { text, format, media: { kind: "video", source: bytes } }, {}))
      const file = { kind: "file", source: bytes, name: "r.pdf", mediaType: "application/pdf" } as const
      yield* send(message("chat:1", { text: "", media: file }, {}))
      const caption = { caption: "so", caption_entities: [{ type: "bold", offset: 0, length: 2 }] }
      expect(asked.map(({ method, params }) => [method, params])).toEqual([
        [
          "sendPhoto",
          {
            chat_id: "1",
            message_thread_id: 9,
            reply_parameters: answersTo(40),
            ...caption,
            photo: "https://x.example/a.png"
          }
        ],
        ["sendVoice", { chat_id: "1", voice: "AwAC" }],
        ["sendVideo", { chat_id: "1", ...caption }],
        ["sendDocument", { chat_id: "1" }]
      ])
      expect(asked.map(({ options }) => options.upload)).toEqual([
        undefined,
        undefined,
        { field: "video", bytes: bytes.bytes, name: "video.mp4", mediaType: undefined },
        { field: "document", bytes: bytes.bytes, name: "r.pdf", mediaType: "application/pdf" }
      ])
    })
  )

  sends(
    "nobody's disk is read: only addresses on the web are passed on",
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      for (const address of [
        "file:///etc/passwd",
        "/etc/passwd",
        "attach://x",
        "telegram:file:///etc/passwd",
        "ftp://x.example/a"
      ]) {
        const media = { kind: "file", source: url(address) } as const
        expect((yield* Effect.flip(send(message("chat:1", { media })))).reason, address).toBe("Rejected")
      }
      expect(asked).toEqual([])
    })
  )
})
