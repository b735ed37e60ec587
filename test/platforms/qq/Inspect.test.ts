import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { inspect } from "../../../src/platforms/qq/Inspect.ts"
import * as Simulator from "../../../src/platforms/qq/Simulator.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"
import { config } from "./listening.ts"

const inspected = (changes: Parameters<typeof config>[0] = {}) =>
  Effect.gen(function* () {
    const sim = yield* Simulator.make()
    const network = MemoryNetwork.layer({ "bots.qq.com": sim, "api.sgroup.qq.com": sim })
    return yield* Effect.provide(inspect(config({ access: { _tag: "Open" }, ...changes })), network)
  })

it.scoped("a bot that listens by WebSocket is told where, and how many sessions are left", () =>
  Effect.gen(function* () {
    expect((yield* inspected()).good).toEqual([
      "it is demo-bot (11409876543210987654)",
      "its gateway is wss://api.sgroup.qq.com/websocket",
      expect.stringMatching(/^1000 of 1000 sessions are left/)
    ])
  })
)

it.scoped("a bot that is posted to is told what QQ's console must have", () =>
  Effect.gen(function* () {
    expect((yield* inspected({ webhookPath: "/qq/main" })).good).toEqual([
      "it is demo-bot (11409876543210987654)",
      "it is posted to at /qq/main: the QQ bot console must have the public https address of that path"
    ])
  })
)

it.scoped("what does not work comes with what to do about it", () =>
  Effect.gen(function* () {
    const { good, problem } = yield* inspected({ appId: "102000009" })
    expect(good).toEqual([])
    expect(problem).toMatchObject({ configuration: true, remedy: expect.stringContaining("QQ_CLIENT_SECRET") })
  })
)
