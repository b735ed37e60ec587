import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
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

  it.effect("of another connection, or that answer nothing, are refused without a request", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      for (const one of [draft("a", stream), whole("a"), { ...unasked("c2c:A"), grows: true as const }])
        expect(yield* Effect.flip(send(one))).toMatchObject({ reason: "Rejected" })
      expect(asked).toEqual([])
    })
  )

  const lost: Reaction = { status: 502, raw: "<html>Bad Gateway</html>" }
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
