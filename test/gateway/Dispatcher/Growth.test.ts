import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Stream } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, nondeterministic, piece } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { lives } from "../lives.ts"

const { id } = FakeAdapter.make().account
const asked = received(FakeAdapter.said(id, "ann", "e1", "tell me"))

/** A platform that outlives the gateway: what stands in it, by its own name, and the names in order. */
const platform = () => {
  const texts = new Map<string, string>()
  const send: FakeAdapter.FakeAdapterOptions["send"] = ({ content, edits, id: message }) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      const platformId = edits ?? `p${texts.size + 1}`
      texts.set(platformId, content.text)
      return { message, platformId, at }
    })
  return {
    texts: () => [...texts.values()],
    adapter: { send, capabilities: { growth: () => ({ every: Duration.seconds(1), paced: true }) } }
  }
}

/** Says a word every second, for so many seconds, and then nothing for ever unless it is all there is. */
const telling = (life: number, seconds: number, ends: boolean): Handler => {
  const tell = Stream.mapEffect(Stream.range(1, seconds), (n) =>
    Effect.as(Effect.sleep("1 second"), piece(`${n}${life} `, "plain"))
  )
  return () => (ends ? tell : Stream.concat(tell, Stream.never))
}

describe("Dispatcher, of a reply that had begun to grow when the process ended", () => {
  const ends: ReadonlyArray<readonly [string, boolean]> = [
    ["killed", true],
    ["asked to stop", false]
  ]

  it.effect.each(ends)(
    "%s: a handler that says the same again ends it in its whole text, in the message that it began",
    ([, kill]) => {
      const { adapter, texts } = platform()
      return lives(
        (live, killed) =>
          Effect.gen(function* () {
            yield* live({ handler: telling(0, 5, false) }, (fake) =>
              Effect.gen(function* () {
                yield* fake.emit(asked)
                yield* Effect.sleep("8 seconds")
                if (kill) yield* killed
                expect(texts()).toEqual(["10 20 30 40 50 "])
              })
            )
            yield* live({ handler: telling(0, 9, true) }, () => Effect.sleep("30 seconds"))
            expect(texts()).toEqual(["10 20 30 40 50 60 70 80 90 "])
          }),
        adapter
      )
    }
  )

  it.effect.each(ends)(
    "%s: one that says something else each time leaves it as it was seen, and the person is told, once",
    ([, kill]) => {
      const { adapter, texts } = platform()
      return lives(
        (live, killed) =>
          Effect.gen(function* () {
            let runs = 0
            for (const life of [1, 2, 3])
              yield* live(
                {
                  handler: nondeterministic((event) => {
                    runs += 1
                    return telling(life, 5, false)(event)
                  })
                },
                (fake) =>
                  Effect.gen(function* () {
                    if (life === 1) yield* fake.emit(asked)
                    yield* Effect.sleep(life === 1 ? "8 seconds" : "1 minute")
                    if (kill) yield* killed
                  })
              )
            expect(runs).toBe(1)
            expect(texts()).toEqual(["11 21 31 41 51 ", words.en.cut])
          }),
        adapter
      )
    }
  )

  it.effect("killed before the first word was said, it is said in the next life, and ends there", () => {
    const { adapter, texts } = platform()
    let away = true
    const send: typeof adapter.send = (message, again) => (away ? Effect.never : adapter.send(message, again))
    return lives(
      (live, killed) =>
        Effect.gen(function* () {
          yield* live({ handler: nondeterministic(telling(1, 3, false)) }, (fake) =>
            Effect.gen(function* () {
              yield* fake.emit(asked)
              yield* Effect.sleep("1500 millis")
              yield* killed
            })
          )
          away = false
          yield* live({ handler: nondeterministic(telling(2, 3, false)) }, () => Effect.sleep("1 minute"))
          expect(texts().at(-1)).toBe(words.en.cut)
          expect(texts().join("")).not.toContain("12")
        }),
      { ...adapter, send }
    )
  })
})
