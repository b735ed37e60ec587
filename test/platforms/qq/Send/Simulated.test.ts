import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, TestClock, type Scope } from "effect"
import type { Content, Media, Message } from "../../../../src/domain/Message.ts"
import { make as makeRest } from "../../../../src/platforms/qq/Rest.ts"
import { make } from "../../../../src/platforms/qq/Send.ts"
import type { QQSimulatorOptions } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "../Simulator/RawClient.ts"
import { main } from "../wire.ts"
import { digest, message, unasked } from "./asking.ts"

const known = { conversations: ["c2c:U1", "group:G1", "channel:98/16", "dm:187"] }

/** What one bot can say to a simulated QQ on which these conversations exist, and where its line is open. */
const stage = (options: Partial<QQSimulatorOptions> = {}) =>
  Effect.gen(function* () {
    const { network, simulator } = yield* Raw.platform({ ...known, ...options })
    const context = yield* Layer.build(network)
    const credential = yield* Effect.provide(Raw.getToken(), context)
    yield* Effect.provide(Raw.identified(credential), context)
    const token = { get: Effect.succeed(Redacted.make(credential.replace("QQBot ", ""))), drop: () => Effect.void }
    const again = Effect.map(Effect.provide(makeRest(main, token), context), (rest) => make(main, rest, digest))
    const { send } = yield* again
    return { again, send, simulator }
  })

const over = (
  title: string,
  test: (scene: Effect.Effect.Success<ReturnType<typeof stage>>) => Effect.Effect<void, unknown, Scope.Scope>,
  options: Partial<QQSimulatorOptions> = {}
) => it.scoped(title, () => Effect.flatMap(stage(options), test))

const saying = (bare: Message, content: Partial<Content>): Message => ({
  ...bare,
  content: { ...bare.content, ...content }
})

describe("QQ Send, over its simulator", () => {
  const drawn = (size: number): Media => ({
    kind: "image",
    source: { _tag: "Bytes", bytes: new Uint8Array(size).fill(7) }
  })

  over(
    "a picture's bytes are shown in guilds, beside their words",
    ({ send, simulator }) =>
      Effect.gen(function* () {
        yield* send(saying(unasked("channel:98/16"), { text: "a < b", media: drawn(100) }))
        yield* send(saying(unasked("dm:187"), { text: "", media: drawn(100) }))
        expect(yield* simulator.said).toMatchObject([
          { conversation: "channel:98/16", text: "a < b", shows: "image" },
          { conversation: "dm:187", text: "", shows: "image" }
        ])
        const error = yield* Effect.flip(send(saying(unasked("dm:187"), { media: drawn(101) })))
        expect(error).toMatchObject({ reason: "Rejected", code: 304020 })
      }),
    { fileLimit: 100 }
  )

  const large = (size: number): Media => ({
    kind: "file",
    name: "report.pdf",
    source: { _tag: "Bytes", bytes: Uint8Array.from({ length: size }, (_, at) => at % 251) }
  })

  over(
    "a file too large to come along is brought in parts, each as it is, to persons and to groups",
    ({ send, simulator }) =>
      Effect.gen(function* () {
        for (const [index, size] of [10_000_001, 10_002_433, 12_000_000].entries()) {
          const id = index === 0 ? "group:G1" : "c2c:U1"
          yield* send(saying({ ...unasked(id), id: `key-${index}` }, { text: "here", media: large(size) }))
        }
        expect((yield* simulator.said).map(({ shows, text }) => [shows, text])).toEqual(
          Array.from({ length: 3 }, () => ["file", "here"])
        )
        const puts = JSON.stringify(yield* simulator.record).match(/"method":"PUT"/g)
        expect(puts?.length).toBeGreaterThan(8)
      }),
    { digest, blockSize: 4_000_000, fileLimit: 10_000_000 }
  )

  over(
    "a part is waited for until QQ has seen it, and brought again where it got lost",
    ({ send, simulator }) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Answer", path: "/parts/", status: 503, body: "", times: 1 })
        yield* simulator.fault({ _tag: "LoseAnswer", path: "/upload_part_finish", times: 1 })
        const sending = yield* Effect.fork(send(saying(unasked("c2c:U1"), { text: "here", media: large(10_000_001) })))
        yield* TestClock.adjust("2 minutes")
        yield* Fiber.join(sending)
        expect(yield* simulator.said).toMatchObject([{ text: "here", shows: "file" }])
      }),
    { digest, partSeenAfter: "3 seconds" }
  )

  over("buttons stand in channels of guilds, and are words where the guild has no markdown", ({ send, simulator }) =>
    Effect.gen(function* () {
      const buttons = [[{ _tag: "Press", label: "yes, please do", data: "y" }]] as const
      yield* send(saying(unasked("channel:98/16"), { text: "a < b?", buttons }))
      yield* send(saying({ ...unasked("dm:187"), id: "other" }, { text: "a < b?", buttons }))
      expect(yield* simulator.said).toMatchObject([
        {
          conversation: "channel:98/16",
          text: String.raw`a \< b?` + "\n• yes, please do",
          buttons: [[{ label: "yes, plea…", data: "y" }]]
        },
        { conversation: "dm:187", text: "a < b?\n• yes, please do" }
      ])
    })
  )

  for (const streamIndex of ["next", "later"] as const) {
    over(
      `a message that an earlier process streamed is ended in its place, where QQ counts on (${streamIndex})`,
      ({ again, send, simulator }) =>
        Effect.gen(function* () {
          const anchor = yield* simulator.hear({ conversation: "c2c:U1", text: "hi" })
          const bare = message("c2c:U1", { anchor })
          const draft = (text: string, edits?: string): Message => ({
            ...saying({ ...bare, id: "draft", ...(edits === undefined ? undefined : { edits }) }, { text }),
            grows: true
          })
          const { platformId } = yield* send(draft("one"))
          for (const text of ["one two", "one two three"]) {
            yield* TestClock.adjust("700 millis")
            yield* send(draft(text, platformId))
          }
          yield* TestClock.adjust("3 seconds")
          const restarted = yield* again
          yield* restarted.send(saying({ ...bare, edits: platformId }, { text: "one two three four" }))
          expect(yield* simulator.said).toMatchObject([{ text: "one two three four", replyTo: anchor }])
          const other = saying({ ...bare, edits: platformId }, { text: "other" })
          expect((yield* Effect.flip(restarted.send(other))).reason).toBe("Rejected")
        }),
      { streamIndex }
    )
  }

  over(
    "a link to a site that nobody registered is told as words",
    ({ send, simulator }) =>
      Effect.gen(function* () {
        const buttons = [[{ _tag: "Link", label: "more", url: "https://b.example" }]] as const
        yield* send(saying(unasked("group:G1"), { text: "see https://a.example/x", buttons }))
        expect(yield* simulator.said).toMatchObject([{ text: "see a。example/x\n• more: b。example" }])
      }),
    { domains: ["c.example"] }
  )
})
