import { describe, expect, it } from "@effect/vitest"
import { Effect, Logger, Random, TestClock } from "effect"
import * as Circuit from "../../src/handler/Circuit.ts"

const seeded = Effect.withRandom(Random.make("circuit"))

/** Asks once, and has it end like this. */
const asked = (circuit: Circuit.Circuit, end: (pass: Circuit.Pass) => Effect.Effect<unknown>) =>
  Effect.flatMap(circuit.enter, end)
const fails = (circuit: Circuit.Circuit, times = 1, cause = "refused") =>
  Effect.repeatN(
    asked(circuit, (pass) => pass.failed(cause)),
    times - 1
  )
const turnedAway = (circuit: Circuit.Circuit) => Effect.flip(circuit.enter)

describe("Circuit", () => {
  it.effect("lets everybody ask while fewer than five in a row have failed", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      yield* fails(circuit, 4)
      yield* asked(circuit, ({ well }) => well)
      yield* fails(circuit, 4)
      expect(yield* circuit.health).toEqual({ handler: "webhook", state: "working", since: 0 })
      yield* circuit.enter
    })
  )

  it.effect("after five in a row nobody may ask, and the event waits at no attempt's cost", () =>
    seeded(
      Effect.gen(function* () {
        const circuit = yield* Circuit.make("webhook")
        yield* fails(circuit, 5)
        const failure = yield* turnedAway(circuit)
        expect(failure).toMatchObject({ retryable: true, cause: expect.stringContaining("refused") })
        expect(failure.until).toBeGreaterThanOrEqual(500)
        expect(failure.until).toBeLessThanOrEqual(2_000)
        expect(yield* circuit.health).toMatchObject({ state: "failing", since: 0, cause: "refused" })
      })
    )
  )

  it.effect("failing on the same thing again and again says nothing of the rest; failing on five does", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      const over = (event: string) => asked(circuit, (pass) => pass.failed("500", { over: event }))
      for (let index = 0; index < 20; index++) yield* over("poison")
      for (const event of ["e2", "e3", "e4"]) yield* over(event)
      yield* circuit.enter
      yield* over("e5")
      yield* turnedAway(circuit)
    })
  )

  it.effect("a try that hangs leaves room for another after five seconds", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      yield* fails(circuit, 5)
      yield* TestClock.adjust("1 second")
      yield* circuit.enter
      yield* TestClock.adjust("4 seconds")
      yield* turnedAway(circuit)
      yield* TestClock.adjust("1 second")
      const { well } = yield* circuit.enter
      yield* well
      yield* circuit.enter
    })
  )

  it.effect("when it is time one may try, and only one", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      yield* fails(circuit, 5)
      yield* TestClock.adjust("1 second")
      const pass = yield* circuit.enter
      yield* turnedAway(circuit)
      yield* pass.left
      yield* circuit.enter
    })
  )

  it.effect("a try that fails makes the next later, at most a quarter of a minute", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      yield* fails(circuit, 5)
      const waits: Array<number> = []
      for (let index = 0; index < 12; index++) {
        yield* TestClock.adjust("15 seconds")
        const now = yield* TestClock.currentTimeMillis
        waits.push((yield* Effect.flatMap(circuit.enter, (pass) => pass.failed("refused"))) - now)
      }
      expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
      expect(Math.max(...waits.slice(-6))).toBeGreaterThan(3_000)
    })
  )

  it.effect("a try that begins to be answered lets the others ask; one that breaks off then closes the way again", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      yield* fails(circuit, 5)
      yield* TestClock.adjust("1 second")
      const pass = yield* circuit.enter
      yield* pass.answered
      yield* circuit.enter
      expect(yield* circuit.health).toMatchObject({ state: "failing" })
      yield* pass.failed("cut off")
      yield* turnedAway(circuit)
    })
  )

  it.effect("what was asked before it opened tells nothing new when it fails", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      const passes = yield* Effect.replicateEffect(circuit.enter, 100)
      for (const pass of passes) yield* pass.failed("reset")
      const { next = 0 } = yield* circuit.health
      expect(next).toBeLessThanOrEqual(1_000)
    })
  )

  it.effect("is asked no sooner than it wants to be", () =>
    Effect.gen(function* () {
      const circuit = yield* Circuit.make("webhook")
      expect(yield* asked(circuit, (pass) => pass.failed("429", { notBefore: 60_000 }))).toBe(60_000)
      yield* fails(circuit, 3)
      yield* asked(circuit, (pass) => pass.failed("429", { notBefore: 90_000 }))
      yield* TestClock.adjust("89 seconds")
      yield* turnedAway(circuit)
      yield* TestClock.adjust("1 second")
      yield* circuit.enter
    })
  )

  it.effect(
    "is logged once when it begins to fail, and once when it is well again, with how it began and how long it was",
    () => {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
      return Effect.gen(function* () {
        const circuit = yield* Circuit.make("webhook")
        yield* fails(circuit, 1, "first")
        yield* fails(circuit, 4, "later")
        for (let index = 0; index < 3; index++) {
          yield* TestClock.adjust("15 seconds")
          yield* fails(circuit, 1, "later")
        }
        yield* TestClock.adjust("15 seconds")
        yield* asked(circuit, ({ well }) => well)
        yield* asked(circuit, ({ well }) => well)
        expect(lines).toEqual([
          expect.stringMatching(/^WARN the handler webhook failed 5 times in a row: .* every 15s: later$/),
          "INFO the handler webhook answers again after 1m and 8 failures; the first was: first"
        ])
        expect(yield* circuit.health).toEqual({ handler: "webhook", state: "working", since: 60_000 })
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    }
  )
})
