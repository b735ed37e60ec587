import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { story } from "./Story.ts"

const conversation = "c2c:7C0E5A9D"

story(
  "what is said during an outage shorter than the resume window is answered after it, once and in order (F73, F75, F78)",
  {},
  ({ connected, outage, recovers, simulator, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* outage({ _tag: "Refuse", as: "dns" })
      const texts = Array.from({ length: 5 }, (_, index) => `message ${index}`)
      for (const text of texts) {
        yield* Effect.sleep("30 seconds")
        yield* simulator.hear({ conversation, text })
      }
      expect(yield* simulator.said).toEqual([])
      yield* recovers()
      yield* Effect.sleep("1 minute")
      expect((yield* simulator.said).map(({ text }) => text)).toEqual(texts)
      expect((yield* status()).gaps).toEqual([])
    })
)

story(
  "a gap that nobody can fill stands in the status, from the last sign of life to the new session (F73)",
  {},
  ({ connected, converses, outage, recovers, simulator, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      const { lastLife } = yield* status()
      const from = yield* Clock.currentTimeMillis
      yield* outage({ _tag: "Refuse", as: "refused" })
      yield* Effect.sleep("20 minutes")
      yield* simulator.hear({ conversation, text: "lost" })
      const up = yield* recovers()
      expect(up.gaps).toEqual([{ from: lastLife, to: yield* Clock.currentTimeMillis }])
      expect(from - (lastLife ?? 0)).toBeLessThanOrEqual(10_000)
      yield* converses("found")
      expect((yield* simulator.said).map(({ text }) => text)).toEqual(["found"])
    })
)

for (const [what, times] of [
  ["twice", 1],
  ["twice, each of three", 3]
] as const) {
  story(`what is delivered ${what} is answered once (F75)`, {}, ({ connected, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "Duplicate", times })
      for (const text of ["one", "two", "three"]) yield* simulator.hear({ conversation, text })
      yield* Effect.sleep("1 minute")
      expect((yield* simulator.said).map(({ text }) => text)).toEqual(["one", "two", "three"])
    })
  )
}

story("what a resume delivers again is not answered again (F47, F75)", {}, ({ connected, simulator }) =>
  Effect.gen(function* () {
    yield* connected()
    for (let time = 0; time < 20; time++) {
      yield* simulator.hear({ conversation: `${conversation}${time}`, text: `message ${time}` })
      yield* simulator.fault({ _tag: "Close", code: 4009 })
      yield* connected("2 minutes")
      yield* Effect.sleep("1 minute")
    }
    expect((yield* simulator.said).map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, time) => `message ${time}`)
    )
  })
)

story("a send whose answer is lost is not said twice (F81, F82)", {}, ({ connected, converses, simulator }) =>
  Effect.gen(function* () {
    yield* connected()
    yield* simulator.fault({ _tag: "LoseAnswer", path: "/messages", times: 2 })
    yield* simulator.hear({ conversation, text: "hello" })
    yield* Effect.sleep("5 minutes")
    expect((yield* simulator.said).map(({ text }) => text)).toEqual(["hello"])
    const answers = (yield* simulator.record).filter(
      ({ detail, what }) => what === "answer" && JSON.stringify(detail).includes("40054005")
    )
    expect(answers.length).toBeGreaterThan(0)
    yield* converses("again")
  })
)

for (const fault of [
  { _tag: "Answer", path: "/messages", status: 502, body: "<html>" },
  { _tag: "Answer", path: "/messages", status: 429, body: "{}" },
  { _tag: "Refuse", as: "refused" }
] as const) {
  const { _tag, ...rest } = fault
  story(
    `a send that meets ${_tag} ${Object.values(rest).slice(-2, -1).join("")} waits for better weather, and is said once (F80, F83, F95)`,
    {},
    ({ connected, simulator }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* simulator.fault({ ...fault, times: 3 })
        yield* simulator.hear({ conversation, text: "hello" })
        yield* Effect.sleep("5 minutes")
        expect((yield* simulator.said).map(({ text }) => text)).toEqual(["hello"])
      })
  )
}

story(
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
