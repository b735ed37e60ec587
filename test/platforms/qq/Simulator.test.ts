import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Raw from "./Simulator/RawClient.ts"

it.scoped("a bot that identifies hears what people say and its answer is seen", () =>
  Raw.withSimulator({}, (simulator) =>
    Effect.gen(function* () {
      const token = yield* Raw.getToken()
      const line = yield* Raw.identified(token)
      expect(line.frames.map(({ op, s, t }) => [op, s, t])).toEqual([
        [10, undefined, undefined],
        [0, 1, "READY"]
      ])
      const id = yield* simulator.hear({ conversation: "c2c:7C0E", text: "hello" })
      yield* Raw.settle
      expect(line.frames[2]).toMatchObject({ op: 0, s: 2, t: "C2C_MESSAGE_CREATE", d: { id, content: "hello" } })
      const sent = yield* Raw.call("POST", "/v2/users/7C0E/messages", { content: "hi", msg_id: id }, token)
      expect(sent.status).toBe(200)
      expect(yield* simulator.said).toMatchObject([{ conversation: "c2c:7C0E", text: "hi", replyTo: id }])
      yield* TestClock.adjust("44 seconds")
      yield* line.send({ op: 1, d: 2 })
      expect(line.frames[3]).toEqual({ op: 11 })
      expect(yield* simulator.connections).toMatchObject([{ id: 1, state: "ready" }])
    })
  )
)
