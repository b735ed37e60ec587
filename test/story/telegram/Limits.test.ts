import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { isRecord } from "../../../src/adapter/Fields.ts"
import { due } from "../../../src/gateway/Status.ts"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = telegram

for (const retryAfter of [5, 40, 600]) {
  story(
    telegram,
    `polls that are too many wait the ${retryAfter} s that they are told to, say so, and spend no adapter (F32, F85)`,
    {},
    ({ connected, converses, fatals, simulator, until }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("2 minutes")
        yield* simulator.fault({ _tag: "Flood", retryAfter, path: "getupdates", times: 4 })
        const from = (yield* simulator.record).length
        yield* simulator.fault({ _tag: "Cut" })
        const limited = yield* until(({ state }) => state._tag === "RateLimited", "5 seconds")
        expect(Math.round(((due(limited.state) ?? 0) - (yield* Clock.currentTimeMillis)) / 1000)).toBe(retryAfter)
        yield* connected(`${retryAfter * 4 + 40} seconds`)
        const polls = (yield* simulator.record)
          .slice(from)
          .flatMap(({ at, detail, what }) =>
            what === "request" && isRecord(detail) && detail["method"] === "getupdates" ? [at] : []
          )
        const waits = polls.slice(1, 5).map((at, index) => at - (polls[index] ?? 0))
        expect(Math.min(...waits)).toBeGreaterThanOrEqual(retryAfter * 1000)
        expect(fatals).toEqual([])
        yield* converses("are you there?")
      })
  )
}

story(
  telegram,
  "sends that are too many hold up neither the polls nor other chats (F72, F85)",
  {},
  ({ connected, simulator, status, texts }) =>
    Effect.gen(function* () {
      const up = yield* connected()
      yield* simulator.fault({ _tag: "Flood", retryAfter: 300, path: "sendmessage", chat: conversation, times: 1 })
      yield* simulator.hear({ conversation, text: "one" })
      yield* Effect.sleep("5 seconds")
      yield* simulator.hear({ conversation: `${conversation}2`, text: "two" })
      yield* Effect.sleep("4 minutes")
      expect(yield* texts).toEqual(["two"])
      const sent = (yield* simulator.record).filter(
        ({ detail, what }) => what === "request" && isRecord(detail) && detail["method"] === "sendmessage"
      )
      expect(sent).toHaveLength(2)
      yield* Effect.sleep("2 minutes")
      expect(yield* texts).toEqual(["two", "one"])
      expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
    })
)
