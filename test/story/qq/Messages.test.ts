import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

const { conversation, paths } = qq

story(
  qq,
  "a send whose answer is lost is sent again, and known as a repeat by its number (F81, F82)",
  {},
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "LoseAnswer", path: paths.send, times: 2 })
      yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["hello"])
      const answers = (yield* simulator.record).filter(
        ({ detail, what }) => what === "answer" && JSON.stringify(detail).includes("40054005")
      )
      expect(answers.length).toBeGreaterThan(0)
    })
)

story(
  qq,
  "a send that meets 502 waits for better weather, and is said once (F80, F83, F95)",
  {},
  ({ connected, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "Answer", path: paths.send, status: 502, body: "<html>", times: 3 })
      yield* simulator.hear({ conversation, text: "hello" })
      yield* Effect.sleep("5 minutes")
      expect(yield* texts).toEqual(["hello"])
    })
)

story(
  qq,
  "an answer that could not leave within its window is said after it all the same, once and unasked (F80, F84)",
  {},
  ({ connected, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "Refuse", as: "refused" })
      yield* simulator.hear({ conversation: "group:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5", text: "hello" })
      yield* Effect.sleep("6 minutes")
      yield* simulator.heal
      yield* connected("2 minutes")
      yield* Effect.sleep("1 minute")
      const said = yield* simulator.said
      expect(said.map(({ replyTo, text }) => [text, replyTo])).toEqual([["hello", undefined]])
      const refusals = (yield* simulator.record).filter(({ detail }) => JSON.stringify(detail).includes("40034005"))
      expect(refusals).toEqual([])
    })
)

story(
  qq,
  "a frame that means nothing is survived, and so is what follows it (F09, F31)",
  {},
  ({ connected, converses, simulator, status }) =>
    Effect.gen(function* () {
      const up = yield* connected()
      for (const text of [
        "",
        "{",
        "null",
        "[]",
        `{"op":99}`,
        `{"op":0,"t":"C2C_MESSAGE_CREATE","s":2,"d":null}`,
        "\u0000"
      ]) {
        yield* simulator.fault({ _tag: "Malformed", text })
      }
      yield* converses("are you there?")
      expect(yield* status()).toMatchObject({ since: up.since, generation: 1 })
    })
)
