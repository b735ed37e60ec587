import { expect } from "@effect/vitest"
import { Array as Arrays, Effect, Schedule, Stream } from "effect"
import { isRecord } from "../../../src/adapter/Fields.ts"
import type { Recorded } from "../../../src/adapter/Simulator.ts"
import { type Handler, piece } from "../../../src/handler/Handler.ts"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = telegram
const group = "chat:-77"

const words = Array.from({ length: 600 }, (_, n) => `word${n} `)
const whole = words.join("").trim()

/** A word every 100 ms, for a minute. */
const slowly: Handler = (event) =>
  event._tag === "MessageReceived"
    ? Stream.map(Stream.schedule(Stream.fromIterable(words), Schedule.spaced("100 millis")), (word) =>
        piece(word, "plain")
      )
    : Stream.empty

/** When each call of these methods came, in milliseconds. */
const calls = (record: ReadonlyArray<Recorded>, ...methods: ReadonlyArray<string>) =>
  record.flatMap(({ at, detail, what }) =>
    what === "request" && isRecord(detail) && methods.includes(String(detail["method"])) ? [at] : []
  )

const changed = ({ detail, what }: Recorded): string | undefined =>
  what === "request" && isRecord(detail) && detail["method"] === "editmessagetext"
    ? /"message_id":(\d+)/.exec(String(detail["body"]))?.[1]
    : undefined

/** The times from one change of a message to its next, without the last, which is its end. */
const spans = (record: ReadonlyArray<Recorded>): ReadonlyArray<number> => {
  const changes = record.filter((entry) => changed(entry) !== undefined)
  return Object.values(Arrays.groupBy(changes, (entry) => changed(entry) ?? "")).flatMap((of) =>
    of.slice(1, -1).map(({ at }, index) => at - (of[index]?.at ?? 0))
  )
}

story(
  telegram,
  "a reply grows in as many messages as it takes, changed as often as people may be written to, and ends in its whole text (F85)",
  {
    handler: slowly,
    // one a second, and a short burst for the end
    simulator: { pace: { chat: { sends: 5, per: "3 seconds" }, group: { sends: 20, per: "1 minute" } } }
  },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      for (const [where, least, most] of [
        [conversation, 1000, 60],
        [group, 4000, 16]
      ] as const) {
        const from = (yield* simulator.record).length
        yield* simulator.hear({ conversation: where, text: "/tell" })
        yield* Effect.sleep("30 seconds")
        const part = (yield* texts).at(-1) ?? ""
        expect(whole.startsWith(part.trim()) && part.length > 1000 && part.length < whole.length).toBe(true)
        yield* Effect.sleep("1 minute")
        const record = (yield* simulator.record).slice(from)
        expect(calls(record, "sendmessage")).toHaveLength(2)
        const changes = calls(record, "editmessagetext")
        expect(changes.length).toBeGreaterThan(10)
        expect(changes.length).toBeLessThanOrEqual(most)
        expect(Math.min(...spans(record))).toBeGreaterThanOrEqual(least)
        const tooMany = record.filter(({ detail }) => isRecord(detail) && detail["status"] === 429)
        expect(tooMany).toEqual([])
      }
      const said = (yield* texts).map((text) => text.trim())
      expect(said).toHaveLength(4)
      expect([said.slice(0, 2).join(" "), said.slice(2).join(" ")]).toEqual([whole, whole])
    })
)

const refusals = [
  ["cannot be changed any more", "message can't be edited"],
  ["is gone", "message to edit not found"]
] as const
for (const [what, description] of refusals)
  story(
    telegram,
    `a message that ${what} while it grows is followed by the whole text, once`,
    { handler: (event) => Stream.take(slowly(event), 50) },
    ({ connected, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        const body = JSON.stringify({ ok: false, error_code: 400, description: `Bad Request: ${description}` })
        yield* simulator.fault({ _tag: "Answer", path: "/editMessageText", status: 400, body })
        yield* simulator.hear({ conversation, text: "tell" })
        yield* Effect.sleep("1 minute")
        expect((yield* texts).map((text) => text.trim())).toEqual(["word0", words.slice(0, 50).join("").trim()])
      })
  )

story(
  telegram,
  "an answer that is lost leaves one message with the whole text, and a flood delays it as long as Telegram asks (F81, F85)",
  { handler: (event) => Stream.take(slowly(event), 30) },
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const tell = Effect.zipRight(simulator.hear({ conversation, text: "tell" }), Effect.sleep("5 seconds"))
      const text = words.slice(0, 30).join("").trim()
      yield* simulator.fault({ _tag: "LoseAnswer", path: "/editMessageText", times: 8 })
      yield* tell
      yield* Effect.sleep("10 minutes")
      yield* simulator.heal
      expect((yield* texts).map((text) => text.trim())).toEqual([text])
      yield* simulator.fault({ _tag: "Flood", retryAfter: 40, path: "editmessagetext", times: 1 })
      yield* tell
      expect((yield* texts).at(-1)?.trim()).toBe("word0")
      yield* Effect.sleep("40 seconds")
      expect((yield* texts).map((text) => text.trim())).toEqual([text, text])
    })
)
