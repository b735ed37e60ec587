import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Option, type Scope, Stream, TestClock } from "effect"
import * as ButtonData from "../../../../src/adapter/ButtonData.ts"
import { ResumeStore } from "../../../../src/adapter/ResumeStore.ts"
import type { Conversation } from "../../../../src/domain/Address.ts"
import type { Content, Message } from "../../../../src/domain/Message.ts"
import { settings } from "../../../../src/platforms/telegram/Config.ts"
import { type SendCode, sendCodes } from "../../../../src/platforms/telegram/Protocol/SendCodes.ts"
import * as Rest from "../../../../src/platforms/telegram/Rest.ts"
import { make } from "../../../../src/platforms/telegram/Send.ts"
import * as Moved from "../../../../src/platforms/telegram/Send/Moved.ts"
import * as Simulator from "../../../../src/platforms/telegram/Simulator.ts"
import * as MemoryNetwork from "../../../../src/testing/MemoryNetwork.ts"
import { account, message, place, url } from "./asking.ts"

const ada = "chat:7001"
const circle = "chat:-77"
const topic = "chat:-1001900000001/17"

/** What one bot can say to a simulated Telegram on which these conversations exist. */
const stage = Effect.gen(function* () {
  const simulator = yield* Simulator.make({ conversations: [ada, "chat:7002", circle, topic] })
  const config = settings({ name: "main", token: Simulator.defaultBot.token })
  const network = MemoryNetwork.layer({ "api.telegram.org": simulator })
  const half = yield* Effect.gen(function* () {
    const rest = yield* Rest.make(config)
    return yield* make(config, rest, yield* Moved.make(account), yield* ButtonData.make(account))
  }).pipe(Effect.provide(Layer.merge(network, ResumeStore.layerMemory)))
  const shown = (conversation: string) => simulator.messages(conversation)
  return { ...half, simulator, shown }
})

const over = (
  title: string,
  test: (scene: Effect.Effect.Success<typeof stage>) => Effect.Effect<void, unknown, Scope.Scope>
) => it.scoped(title, () => Effect.flatMap(stage, test))

const unasked = (id: string, content: Partial<Content> = {}) => message(id, content, {})
const changing = (id: string, edits: string, content: Partial<Content> = {}) => message(id, content, { edits })

/** The answer that finds this row. */
const answerOf = ({ action, mark, status }: SendCode) => ({
  _tag: "Answer" as const,
  path: "/send",
  status,
  body:
    status < 403 || mark !== undefined
      ? JSON.stringify({
          ok: false,
          error_code: status,
          description: action === "moved" ? "Bad Request: no" : `Bad Request: ${mark}`,
          ...(action === "moved" ? { parameters: { migrate_to_chat_id: -1005 } } : undefined)
        })
      : "<html>no</html>"
})

const reasons = new Map([
  ["account", "Unreachable"],
  ["uncertain", "Uncertain"],
  ["later", "RateLimited"]
])

describe("Telegram Send, over its simulator", () => {
  over("what is said is shown: in its topic, in its form, as an answer", ({ send, shown, simulator }) =>
    Effect.gen(function* () {
      const heard = yield* simulator.hear({ conversation: topic, from: "7001", text: "hi" })
      const receipt = yield* send(message(topic, { text: "so **bold**", format: "markdown" }, { anchor: heard }))
      expect(yield* simulator.said).toMatchObject([
        { id: receipt.platformId, conversation: topic, text: "so bold", replyTo: heard }
      ])
      expect((yield* shown(topic)).at(-1)).toMatchObject({ entities: [{ type: "bold", offset: 3, length: 4 }] })
    })
  )

  over("every refusal of the table, on the wire, comes to what the table says (F31)", ({ send, simulator }) =>
    Effect.gen(function* () {
      for (const row of sendCodes) {
        yield* simulator.fault(answerOf(row))
        const error = yield* Effect.flip(send(message(ada, { text: "**hi**", format: "markdown" })))
        expect(error, `${row.status} ${row.mark}`).toMatchObject({
          reason: reasons.get(row.action) ?? "Rejected",
          code: row.status
        })
        yield* simulator.heal
      }
      expect(yield* simulator.said).toEqual([])
    })
  )

  over("the platform's own refusals are told from each other (F31)", ({ send, simulator }) =>
    Effect.gen(function* () {
      const refused = (one: Message) => Effect.map(Effect.flip(send(one)), ({ cause, reason }) => `${reason}: ${cause}`)
      const media = { kind: "image", source: url("https://x.example/a.png") } as const
      yield* simulator.fault({ _tag: "BlockedBy", chat: ada })
      expect(yield* refused(unasked(ada))).toMatch(/^Rejected: .*blocked by the user/)
      expect(yield* refused(unasked("chat:999"))).toMatch(/^Rejected: .*chat not found/)
      expect(yield* refused(unasked("chat:-1001900000001/18"))).toMatch(/^Rejected: the topic is gone/)
      expect(yield* refused(unasked(circle, { text: "" }))).toMatch(/^Rejected: there is no text/)
      expect(yield* refused(unasked(circle, { text: "a".repeat(4097) }))).toMatch(/^Rejected: the text is too long/)
      yield* simulator.fault({ _tag: "DropFetch" })
      yield* send(unasked(circle, { media }))
      expect((yield* simulator.said).at(-1)).toMatchObject({ text: "pong\nhttps://x.example/a.png" })
      yield* simulator.fault({ _tag: "Unauthorized", code: 401, times: 1 })
      expect(yield* refused(unasked(circle))).toMatch(/^Unreachable: /)
      yield* send(unasked(circle))
      yield* simulator.heal
      yield* send(unasked(ada))
      expect(yield* simulator.said).toHaveLength(3)
    })
  )

  over("a picture too large for one is shown as a file", ({ send, shown }) =>
    Effect.gen(function* () {
      const source = { _tag: "Bytes", bytes: new Uint8Array(10 * 2 ** 20 + 1) } as const
      yield* send(unasked(ada, { text: "large", media: { kind: "image", source } }))
      expect((yield* shown(ada)).at(-1)).toMatchObject({ caption: "large", document: { file_size: 10 * 2 ** 20 + 1 } })
    })
  )

  over("a flood in one chat says how long, and is that chat's alone (F85)", ({ send, simulator }) =>
    Effect.gen(function* () {
      yield* simulator.fault({ _tag: "Flood", retryAfter: 7, chat: ada })
      expect(yield* Effect.flip(send(unasked(ada)))).toMatchObject({ reason: "RateLimited", until: 7000, code: 429 })
      yield* send(unasked("chat:7002"))
      expect(yield* simulator.said).toHaveLength(1)
    })
  )

  over("an answer that is lost leaves it uncertain, and it was said once (F81, F82)", ({ send, simulator }) =>
    Effect.gen(function* () {
      yield* simulator.fault({ _tag: "LoseAnswer", path: "/sendMessage", times: 1 })
      const sending = yield* Effect.fork(Effect.flip(send(unasked(ada))))
      yield* TestClock.adjust("20 seconds")
      expect((yield* Fiber.join(sending)).reason).toBe("Uncertain")
      expect(yield* simulator.said).toHaveLength(1)
      yield* simulator.fault({ _tag: "Refuse", as: "refused", times: 1 })
      expect((yield* Effect.flip(send(unasked(ada)))).reason).toBe("Unreachable")
      expect(yield* simulator.said).toHaveLength(1)
    })
  )

  over("a message to a group that became a supergroup is said there, and nowhere else", ({ send, shown, simulator }) =>
    Effect.gen(function* () {
      const heard = yield* simulator.hear({ conversation: circle, from: "7001", text: "before" })
      const grown = yield* simulator.migrate(circle)
      const receipt = yield* send(message(circle, { text: "after" }, { anchor: heard }))
      yield* send(changing(circle, receipt.platformId, { text: "changed" }))
      yield* send(unasked(circle, { text: "later" }))
      const said = (yield* shown(grown)).map(({ reply_to_message, text }) => [text, reply_to_message])
      expect(said.slice(-2)).toEqual([
        ["changed", undefined],
        ["later", undefined]
      ])
    })
  )

  over("a text and a caption can be changed, twice alike as well (F96)", ({ send, shown }) =>
    Effect.gen(function* () {
      const { platformId: text } = yield* send(unasked(ada))
      yield* send(changing(ada, text, { text: "done" }))
      yield* send(changing(ada, text, { text: "done" }))
      const media = { kind: "image", source: { _tag: "Bytes", bytes: new Uint8Array([1]) } } as const
      const { platformId: picture } = yield* send(unasked(ada, { media }))
      yield* send(changing(ada, picture, { text: "seen" }))
      expect((yield* shown(ada)).map((one) => one["text"] ?? one["caption"])).toEqual(["done", "seen"])
      expect((yield* Effect.flip(send(changing(ada, "99")))).reason).toBe("Rejected")
    })
  )

  over("what is uploaded can be fetched again, byte by byte, and sent on by its name", ({ download, send, shown }) =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      for (const [kind, field] of [
        ["image", "photo"],
        ["video", "video"],
        ["voice", "voice"],
        ["file", "document"]
      ] as const) {
        yield* send(unasked(ada, { media: { kind, source: { _tag: "Bytes", bytes }, name: 'näh "x".bin' } }))
        const shownAs = (yield* shown(ada)).at(-1)?.[field]
        const id = JSON.stringify(shownAs).match(/.*"file_id":"([^"]+)"/)?.[1] ?? ""
        const again = `telegram:${id}`
        const pieces = yield* Stream.runCollect(download({ kind, url: again }))
        expect(
          Array.from(pieces).flatMap((piece) => Array.from(piece)),
          kind
        ).toEqual(Array.from(bytes))
        yield* send(unasked("chat:7002", { text: "", media: { kind, source: url(again) } }))
        expect((yield* shown("chat:7002")).at(-1)).toHaveProperty(field)
      }
      const exit = yield* Effect.exit(Stream.runDrain(download({ kind: "file", url: "telegram:nothing" })))
      expect(Exit.isFailure(exit) && Option.isSome(Cause.failureOption(exit.cause))).toBe(true)
    })
  )

  over("typing is shown, and what fails of it is not (F85)", ({ simulator, typing }) =>
    Effect.gen(function* () {
      const show = (one: Conversation) => Effect.zipRight(typing(one), typing(one))
      yield* show(place(ada))
      yield* show(place(topic, "group"))
      yield* show(place("chat:999"))
      expect((yield* simulator.gestures()).map(({ action, conversation }) => [conversation, action])).toEqual([
        [ada, "typing"],
        [topic, "typing"]
      ])
    })
  )
})
