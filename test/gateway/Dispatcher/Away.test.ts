import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Stream } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { echo, play, settle } from "../stage.ts"

const greeting = [FakeAdapter.connected({ silence: "7 days" })]
const { id } = FakeAdapter.make().account
const said = (where: string, event: string) => received(FakeAdapter.said(id, where, event, event))

const told = (fake: FakeAdapter.FakeAdapter) => fake.sent.map(({ content }) => content.text)

describe("a handler behind which nobody answers", () => {
  it.effect("has its events wait, at no attempt's cost and in order, however long that is", () => {
    const fake = FakeAdapter.make({ greeting })
    const ran: Array<number> = []
    const handler: Handler = (event) =>
      Clock.currentTimeMillis.pipe(
        Effect.map((now) => {
          ran.push(now)
          const until = now + 60_000
          return ran.length <= 100
            ? Stream.fail(new HandlerFailed({ cause: "away", retryable: true, until }))
            : echo(event)
        }),
        Stream.unwrap
      )
    return play(
      [fake],
      { handler, config: { handlerAttempts: 2 } },
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("ann", "first"), said("ann", "second"))
        yield* Effect.sleep("99 minutes")
        expect(told(fake)).toEqual([words.en.waiting])
        const gaps = ran.slice(1).map((at, index) => at - (ran[index] ?? 0))
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000)
        yield* Effect.sleep("2 minutes")
        expect(told(fake)).toEqual([words.en.waiting, "first", "second"])
      })
    )
  })

  it.effect("spends the attempts of an event that fails otherwise, whatever was in between", () => {
    const fake = FakeAdapter.make({ greeting })
    let ran = 0
    const attempts: Array<number | undefined> = []
    const handler: Handler = (_, attempt) => {
      ran += 1
      attempts.push(attempt)
      const until = ran % 2 === 1 ? { until: 0 } : undefined
      return Stream.fail(new HandlerFailed({ cause: "no", retryable: true, ...until }))
    }
    return play(
      [fake],
      { handler, config: { handlerAttempts: 3 } },
      Effect.gen(function* () {
        yield* settle
        yield* fake.emit(said("ann", "poison"))
        yield* Effect.sleep("1 hour")
        expect(ran).toBe(6)
        // which is told to the handler
        expect(attempts).toEqual([1, 1, 2, 2, 3, 3])
        expect(told(fake)).toEqual([expect.stringContaining("Sorry")])
      })
    )
  })
})
