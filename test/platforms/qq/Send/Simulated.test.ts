import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, type Scope } from "effect"
import type { Content, Media, Message } from "../../../../src/domain/Message.ts"
import { make as makeRest } from "../../../../src/platforms/qq/Rest.ts"
import { make } from "../../../../src/platforms/qq/Send.ts"
import type { QQSimulatorOptions } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "../Simulator/RawClient.ts"
import { main } from "../wire.ts"
import { unasked } from "./asking.ts"

const known = { conversations: ["c2c:U1", "group:G1", "channel:98/16", "dm:187"] }

/** What one bot can say to a simulated QQ on which these conversations exist, and where its line is open. */
const stage = (options: Partial<QQSimulatorOptions> = {}) =>
  Effect.gen(function* () {
    const { network, simulator } = yield* Raw.platform({ ...known, ...options })
    const context = yield* Layer.build(network)
    const credential = yield* Effect.provide(Raw.getToken(), context)
    yield* Effect.provide(Raw.identified(credential), context)
    const token = { get: Effect.succeed(Redacted.make(credential.replace("QQBot ", ""))), drop: () => Effect.void }
    const again = Effect.map(Effect.provide(makeRest(main, token), context), (rest) => make(main, rest))
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
})
