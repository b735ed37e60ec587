import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { Message } from "../../../../src/domain/Message.ts"
import { main, type Reaction } from "../wire.ts"
import { message, opened, refused, taken, unasked } from "./asking.ts"

const stream = "ROBOT1.0_sent!"
const draft = (text: string, edits?: string): Message => ({
  ...message("c2c:A", { text, ordinal: 2 }),
  grows: true,
  ...(edits === undefined ? undefined : { edits })
})
const whole = (text: string): Message => ({ ...message("c2c:A", { text, ordinal: 2 }), edits: stream })

const step = (index: number, content_raw: string, input_state = 1) => ({
  input_mode: "replace",
  input_state,
  index,
  content_type: "text",
  content_raw,
  msg_id: "ROBOT1.0_x!",
  msg_seq: 2_000_002,
  ...(index === 0 ? undefined : { stream_msg_id: stream })
})

const lost: Reaction = { status: 502, raw: "<html>Bad Gateway</html>" }

describe("QQ streamed messages", () => {
  it.effect("are begun, gone on with and ended under one number that no reply has, each step behind the last", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      expect((yield* send(draft("one "))).platformId).toBe(stream)
      expect((yield* send(draft("one two ", stream))).platformId).toBe(stream)
      expect((yield* send(whole("one two three"))).platformId).toBe(stream)
      expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(
        Array.from(asked, () => "/v2/users/A/stream_messages")
      )
      expect(asked.map(({ body }) => body)).toEqual([step(0, "one"), step(1, "one two"), step(2, "one two three", 10)])
    })
  )

  it.effect("are markdown where the account sends markdown, and answer events by their own name", () =>
    Effect.gen(function* () {
      for (const markdown of [true, false]) {
        const { asked, send } = yield* opened(() => taken, { ...main, markdown })
        yield* send({ ...message("c2c:A", { markdown: true, anchor: "e:FRIEND_ADD:1" }), grows: true })
        const type = markdown ? "markdown" : "text"
        expect(asked[0]?.body).toMatchObject({ content_type: type, event_id: "FRIEND_ADD:1", msg_seq: 2_000_000 })
      }
    })
  )

  it.effect("go on only from what people see, in their first half, and ask QQ for nothing else", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* send(draft("one two"))
      for (const text of ["one", "other", `one two ${"x".repeat(2000)}`]) yield* send(draft(text, stream))
      expect(asked).toHaveLength(1)
      expect(yield* Effect.flip(send(whole("one")))).toMatchObject({ reason: "Rejected" })
      expect(asked).toHaveLength(1)
    })
  )

  it.effect("of another connection that still grow, or that answer nothing, are refused without a request", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      const whole = { ...unasked("c2c:A"), edits: stream }
      for (const one of [draft("a", stream), whole, { ...unasked("c2c:A"), grows: true as const }])
        expect(yield* Effect.flip(send(one))).toMatchObject({ reason: "Rejected" })
      expect(asked).toEqual([])
    })
  )

  it.effect("whose step may have been taken go on from the one that QQ has (F81)", () =>
    Effect.gen(function* () {
      for (const arrived of [true, false]) {
        let last = -1
        const { send } = yield* opened((nth, { body }) => {
          const index = Number(Object(body).index)
          if (nth !== 2 && index !== last + 1) return refused(40034018)
          if (nth !== 2 || arrived) last = index
          return nth === 2 ? lost : taken
        })
        yield* send(draft("a"))
        expect((yield* Effect.flip(send(draft("ab", stream)))).reason).toBe("Uncertain")
        yield* send(draft("abc", stream))
        yield* send(whole("abcd"))
        expect(last).toBe(arrived ? 3 : 2)
      }
    })
  )

  it.effect(
    "that an earlier process began are ended by the first number that QQ takes, from the last that there was time for",
    () =>
      Effect.gen(function* () {
        const ended = (index: number) =>
          opened((_, { body }) => (Object(body).index === index ? taken : refused(40034018)))
        for (const [index, tried] of [
          [21, [21]],
          [18, [21, 20, 19, 18]]
        ] as const) {
          const { asked, send } = yield* ended(index)
          yield* TestClock.setTime(10_000)
          expect(yield* send(whole("one two"))).toMatchObject({ platformId: stream })
          expect(asked.map(({ body }) => body)).toEqual(tried.map((index) => step(index, "one two", 10)))
        }
        yield* TestClock.setTime(60_000)
        const { asked, send } = yield* ended(50)
        expect(yield* Effect.flip(send(whole("one two")))).toMatchObject({ reason: "Rejected", code: 40034018 })
        expect(asked).toHaveLength(30)
        expect((yield* Effect.flip(send(whole("one two"), true))).reason).toBe("Uncertain")
      })
  )

  it.effect("that an earlier process began are asked for no more once QQ says why not, or nothing", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(60_000)
      for (const [reaction, reason] of [
        [refused(40007), "Rejected"],
        [refused(40054007), "Rejected"],
        [refused(50002), "RateLimited"],
        [lost, "Uncertain"]
      ] as const) {
        const { asked, send } = yield* opened(() => reaction)
        expect((yield* Effect.flip(send(whole("one two")))).reason).toBe(reason)
        expect(asked).toHaveLength(1)
      }
    })
  )

  it.effect("that QQ has had enough of go on later, whether it has counted that step or not (F85)", () =>
    Effect.gen(function* () {
      for (const counted of [true, false]) {
        let last = -1
        const { send } = yield* opened((nth, { body }) => {
          const index = Number(Object(body).index)
          if (index !== last + 1) return refused(40034018)
          if (nth !== 2 || counted) last = index
          return nth === 2 ? refused(50002) : taken
        })
        yield* send(draft("a"))
        expect((yield* Effect.flip(send(draft("ab", stream)))).reason).toBe("RateLimited")
        yield* send(draft("abc", stream))
        yield* send(whole("abcd"))
        expect(last).toBe(counted ? 3 : 2)
      }
    })
  )

  it.effect("that may have ended, and do not go on, have ended; what QQ refuses for good is not said to be taken", () =>
    Effect.gen(function* () {
      for (const [code, ended] of [
        [40054014, true],
        [40034006, false]
      ] as const) {
        const { send } = yield* opened((nth) => (nth === 1 ? taken : nth === 2 ? lost : refused(code)))
        yield* send(draft("a"))
        expect((yield* Effect.flip(send(whole("ab")))).reason).toBe("Uncertain")
        const second = yield* Effect.either(send(whole("ab"), true))
        expect(second._tag).toBe(ended ? "Right" : "Left")
      }
    })
  )
})
