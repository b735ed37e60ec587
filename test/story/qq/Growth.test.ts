import { expect } from "@effect/vitest"
import { Effect, Option, Schedule, Schema, Stream } from "effect"
import type { Recorded } from "../../../src/adapter/Simulator.ts"
import { type Handler, piece } from "../../../src/handler/Handler.ts"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const { conversation } = qq
const group = "group:C9F778FE"

/** A word every 100 ms, so many of them. */
const slowly =
  (count: number): Handler =>
  (event) =>
    event._tag === "MessageReceived"
      ? Stream.range(0, count - 1).pipe(
          Stream.schedule(Schedule.spaced("100 millis")),
          Stream.map((n) => piece(`word${n} `, "plain"))
        )
      : Stream.empty

const whole = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(" ")

const Call = Schema.Struct({ path: Schema.String, body: Schema.parseJson(Schema.Unknown) })
const Step = Schema.Struct({
  index: Schema.Int,
  input_state: Schema.Int,
  msg_seq: Schema.Int,
  content_raw: Schema.String
})

/** What was posted to paths that end like this, in order. */
const posted = (record: ReadonlyArray<Recorded>, end: string) =>
  record.flatMap(({ detail, what }) => {
    const call = Option.getOrUndefined(Schema.decodeUnknownOption(Call)(detail))
    return what === "request" && call?.path.endsWith(end) ? [call.body] : []
  })

const steps = (record: ReadonlyArray<Recorded>) =>
  posted(record, "/stream_messages").flatMap((body) => Option.toArray(Schema.decodeUnknownOption(Step)(body)))

story(
  qq,
  "a reply to a person is streamed, one message in steps that each go on from the last, and whole in a group",
  { handler: slowly(60) },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const asked = yield* simulator.hear({ conversation, text: "tell" })
      yield* Effect.sleep("1 minute")
      const all = steps(yield* simulator.record)
      expect(all.map(({ index }) => index)).toEqual(all.map((_, index) => index))
      expect(all.length).toBeGreaterThan(8)
      expect(all.length).toBeLessThan(14)
      expect(all.map(({ input_state }) => input_state)).toEqual(all.map((_, n) => (n < all.length - 1 ? 1 : 10)))
      expect(new Set(all.map(({ msg_seq }) => msg_seq))).toEqual(new Set([2_000_000]))
      expect((yield* simulator.said).map(({ replyTo, text }) => [replyTo, text.trim()])).toEqual([[asked, whole(60)]])
      yield* simulator.hear({ conversation: group, text: "tell" })
      yield* Effect.sleep("5 seconds")
      expect(yield* texts).toHaveLength(1)
      yield* Effect.sleep("1 minute")
      expect((yield* texts).map((text) => text.trim())).toEqual([whole(60), whole(60)])
      expect(posted(yield* simulator.record, "/messages")).toHaveLength(1)
    })
)

story(
  qq,
  "a long one is streamed in its first half, ends as long as it may be, and goes on in messages behind it",
  { handler: slowly(900) },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.hear({ conversation, text: "tell" })
      yield* Effect.sleep("3 minutes")
      const shown = steps(yield* simulator.record).map(({ content_raw }) => content_raw.length)
      expect(Math.max(...shown.slice(0, -1))).toBeLessThanOrEqual(2000)
      expect(shown.at(-1)).toBeGreaterThan(3900)
      expect((yield* texts).join(" ").trim()).toBe(whole(900))
      expect(yield* texts).toHaveLength(2)
    })
)

const faults = [
  ["the bot may not stream", 400, 11253, ["whole"]],
  ["a step is one too many for QQ", 400, 50002, ["whole"]],
  ["QQ is out of step", 400, 40034018, ["part", "whole"]]
] as const
for (const [what, status, code, expected] of faults)
  story(
    qq,
    `where ${what} the person has the whole text all the same`,
    { handler: slowly(30) },
    ({ connected, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        const body = JSON.stringify({ code, err_code: code, message: "no" })
        const refuse = simulator.fault({ _tag: "Answer", path: "/stream_messages", status, body })
        if (code !== 40034018) yield* refuse
        yield* simulator.hear({ conversation, text: "tell" })
        yield* Effect.sleep("1 second")
        if (code === 40034018) yield* refuse
        yield* Effect.sleep("1 second")
        if (code === 50002) yield* simulator.heal
        yield* Effect.sleep("1 minute")
        const told = (yield* texts).map((text) => (text.trim() === whole(30) ? "whole" : "part"))
        expect(told).toEqual(expected)
      })
  )

story(
  qq,
  "answers that are lost leave one message with the whole text (F81, F82)",
  { handler: slowly(30) },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      for (const times of [1, 2, 3]) {
        yield* simulator.hear({ conversation, text: "tell" })
        yield* Effect.sleep("2500 millis")
        yield* simulator.fault({ _tag: "LoseAnswer", path: "/stream_messages", times })
        yield* Effect.sleep("5 minutes")
      }
      expect((yield* texts).map((text) => text.trim())).toEqual([whole(30), whole(30), whole(30)])
    })
)
