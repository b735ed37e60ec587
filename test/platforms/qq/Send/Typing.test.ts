import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { accountId, type Conversation } from "../../../../src/domain/Address.ts"
import { opened, refused, taken } from "./asking.ts"

const at = (id: string): Conversation => ({ account: accountId("qq", "main"), kind: "direct", id })
const anchor = "ROBOT1.0_x!"

describe("QQ typing", () => {
  it.effect(
    "is shown beside the message that is being answered, under numbers that no reply has, every eight seconds",
    () =>
      Effect.gen(function* () {
        const { asked, typing } = yield* opened(() => taken)
        for (let second = 0; second < 20; second++) {
          yield* typing(at("c2c:A"), anchor)
          yield* TestClock.adjust("1 second")
        }
        expect(asked.map(({ body, url }) => [new URL(url).pathname, body])).toEqual(
          [0, 8, 16].map((second) => [
            "/v2/users/A/messages",
            {
              msg_type: 6,
              input_notify: { input_type: 1, input_second: 10 },
              msg_id: anchor,
              msg_seq: 3_000_000 + second
            }
          ])
        )
      })
  )

  it.effect("is not shown to groups and guilds, nor for what is no message", () =>
    Effect.gen(function* () {
      const { asked, typing } = yield* opened(() => taken)
      for (const id of ["group:A", "channel:A/1", "dm:A"]) yield* typing(at(id), anchor)
      yield* typing(at("c2c:A"))
      yield* typing(at("c2c:A"), "e:FRIEND_ADD:1")
      expect(asked).toEqual([])
    })
  )

  it.effect("where QQ does not take it, or does not answer, is left alone for a minute, there alone", () =>
    Effect.gen(function* () {
      for (const reaction of [refused(50059), { status: 429, raw: "" }, { fault: new Error("ECONNRESET") }] as const) {
        const { asked, typing } = yield* opened(() => reaction)
        for (let second = 0; second < 60; second += 10) {
          yield* typing(at("c2c:A"), anchor)
          yield* TestClock.adjust("10 seconds")
        }
        expect(asked).toHaveLength(1)
        yield* typing(at("c2c:B"), anchor)
        expect(asked).toHaveLength(2)
      }
    })
  )
})
