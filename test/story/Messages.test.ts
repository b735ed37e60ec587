import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type { Fault } from "../../src/adapter/Simulator.ts"
import { words } from "../../src/gateway/Notices.ts"
import { HandlerFailed } from "../../src/handler/Handler.ts"
import { everywhere } from "./Story.ts"

everywhere(
  "what is said during an outage of minutes is answered after it, once and in order (F73, F75, F78)",
  {},
  ({ connected, outage, recovers, simulator, status, texts }, { conversation }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* outage({ _tag: "Refuse", as: "dns" })
      const said = Array.from({ length: 5 }, (_, index) => `message ${index}`)
      for (const text of said) {
        yield* Effect.sleep("30 seconds")
        yield* simulator.hear({ conversation, text })
      }
      expect(yield* texts).toEqual([])
      yield* recovers()
      yield* Effect.sleep("1 minute")
      expect(yield* texts).toEqual(said)
      expect((yield* status()).gaps).toEqual([])
    })
)

for (const [what, times] of [
  ["twice", 1],
  ["twice, each of three", 3]
] as const) {
  everywhere(
    `what is delivered ${what} is answered once (F75)`,
    {},
    ({ connected, simulator, texts }, { conversation }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* simulator.fault({ _tag: "Duplicate", times })
        for (const text of ["one", "two", "three"]) yield* simulator.hear({ conversation, text })
        yield* Effect.sleep("1 minute")
        expect(yield* texts).toEqual(["one", "two", "three"])
      })
  )
}

everywhere(
  "what is delivered again because its line was lost is not answered again (F47, F75)",
  {},
  ({ connected, simulator, texts }, { conversation }) =>
    Effect.gen(function* () {
      yield* connected()
      for (let time = 0; time < 20; time++) {
        yield* simulator.hear({ conversation: `${conversation}${time}`, text: `message ${time}` })
        // no status that HTTP knows: where lines are polls, they are reset
        yield* simulator.fault({ _tag: "Close", code: 4009 })
        yield* connected("2 minutes")
        yield* Effect.sleep("1 minute")
      }
      expect(yield* texts).toEqual(Array.from({ length: 20 }, (_, time) => `message ${time}`))
    })
)

everywhere(
  "a send whose answer is lost is not said twice (F81, F82)",
  {},
  ({ connected, converses, simulator, texts }, { conversation, paths }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "LoseAnswer", path: paths.send, times: 2 })
      yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["hello"])
      yield* converses("again")
    })
)

everywhere(
  "who gets no answer is told so, once, in answer to what they said, also where the telling meets a lost answer (F80, F81)",
  { handler: () => Stream.fail(new HandlerFailed({ cause: "no", retryable: true })) },
  ({ connected, simulator }, { conversation, paths }) =>
    Effect.gen(function* () {
      yield* connected()
      const first = yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("5 minutes")
      yield* simulator.fault({ _tag: "LoseAnswer", path: paths.send, times: 2 })
      const second = yield* simulator.hear({ conversation, text: "hello?" })
      yield* Effect.sleep("5 minutes")
      const said = yield* simulator.said
      expect(said.map(({ replyTo, text }) => [text, replyTo])).toEqual([
        [words.en.failed, first],
        [words.en.failed, second]
      ])
    })
)

const weather: ReadonlyArray<readonly [what: string, fault: (path: string) => Fault]> = [
  ["an answer of 429", (path) => ({ _tag: "Answer", path, status: 429, body: "{}", times: 3 })],
  ["a network that refuses", () => ({ _tag: "Refuse", as: "refused", times: 3 })]
]

for (const [what, fault] of weather) {
  everywhere(
    `a send that meets ${what} waits for better weather, and is said once (F80, F83, F95)`,
    {},
    ({ connected, simulator, texts }, { conversation, paths }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* simulator.fault(fault(paths.send))
        yield* simulator.hear({ conversation, text: "hello" })
        yield* Effect.sleep("5 minutes")
        expect(yield* texts).toEqual(["hello"])
      })
  )
}
