import { describe, expect, it } from "@effect/vitest"
import { Context, Duration, Effect, Either, Fiber, Stream, TestClock } from "effect"
import { Handler } from "../../src/index.ts"
import { pressed, said, written } from "./heard.ts"

const says =
  (...texts: ReadonlyArray<string>): Handler.Handler =>
  () =>
    Stream.fromIterable(texts.map(Handler.plain))
const failure = new Handler.HandlerFailed({ cause: "no", retryable: true })
const fails: Handler.Handler = () => Stream.fail(failure)
const throws: Handler.Handler = () => {
  throw new Error("a defect")
}
const breaks =
  (handler: Handler.Handler): Handler.Handler =>
  (event) =>
    Stream.concat(says("half")(event), handler(event))

const failing: Handler.HandlerHealth = { handler: "far", state: "failing", since: 0, cause: "gone" }
const far: Handler.Handler = Object.assign(says("far"), { health: Effect.succeed([failing]) })
const model = Handler.nondeterministic(says("model"))

class Weather extends Context.Tag("test/Weather")<Weather, string>() {}
const weather: Handler.Handler<Weather> = () => Effect.map(Weather, Handler.plain)

describe("Handler.route", () => {
  const routed = Handler.route(
    [Handler.Match.command("weather"), weather],
    [Handler.Match.pressed, model],
    [Handler.Match.prefix("far"), far]
  )
  it.effect("the first route that matches answers, with what its handler needs", () =>
    Effect.gen(function* () {
      const texts = ["/weather Berlin", "far away", "else"]
      const all = yield* Effect.forEach(texts, (text) => said(routed, written(text)))
      expect(all).toEqual([["rain"], ["far"], []])
    }).pipe(Effect.provideService(Weather, "rain"))
  )

  it("is nondeterministic for those events alone whose handler is", () => {
    expect(routed.nondeterministic?.(pressed("x"))).toBe(true)
    expect(routed.nondeterministic?.(written("/weather"))).toBe(false)
    expect(Handler.route([Handler.Match.always, far]).nondeterministic).toBe(undefined)
  })

  it.effect("tells how what stands behind its handlers does, of each once", () =>
    Effect.gen(function* () {
      const twice = Handler.route([Handler.Match.pressed, far], [Handler.Match.always, Handler.fallback(far, model)])
      expect(yield* twice.health ?? Effect.succeed([])).toEqual([failing, failing])
      expect(yield* routed.health ?? Effect.succeed([])).toEqual([failing])
      expect(Handler.route([Handler.Match.always, model]).health).toBe(undefined)
    })
  )
})

describe("Handler.fallback", () => {
  it.effect.each<readonly [string, Handler.Handler, ReadonlyArray<string>]>([
    ["fails", fails, ["second"]],
    ["throws", throws, ["second"]],
    ["dies", () => Stream.die("a defect"), ["second"]],
    ["says nothing", says(), []],
    ["answers", says("first"), ["first"]]
  ])("where the first %s before it has said anything, the right one answers", ([, first, wanted]) =>
    Effect.gen(function* () {
      expect(yield* said(Handler.fallback(first, says("second")), written("x"))).toEqual(wanted)
    })
  )

  it.effect("what fails after it has said something fails, and nobody else answers", () =>
    Effect.gen(function* () {
      expect(yield* Effect.either(said(Handler.fallback(breaks(fails), says("second")), written("x")))).toEqual(
        Either.left(failure)
      )
    })
  )

  it("may answer differently each time", () => {
    expect(Handler.fallback(says(), says()).nondeterministic?.(written("x"))).toBe(true)
  })
})

describe("Handler.timeout", () => {
  it.effect.each<readonly [string, Handler.Handler]>([
    ["never answers", () => Stream.never],
    ["has said something and goes on for ever", breaks(() => Stream.never)],
    ["is an effect that never ends", () => Effect.never]
  ])("a handler that %s fails when its time is up, and not before (F70)", ([, handler]) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.flip(said(Handler.timeout(handler, "30 seconds"), written("x"))))
      yield* TestClock.adjust("29 seconds")
      expect(fiber.unsafePoll()).toBe(null)
      yield* TestClock.adjust("1 second")
      const { cause, retryable } = yield* Fiber.join(fiber)
      expect([cause, retryable]).toEqual(["it has not ended within 30s", false])
    })
  )

  it.effect("one that ends in time is as it was, its traits included", () =>
    Effect.gen(function* () {
      expect(yield* said(Handler.timeout(says("a", "b"), "1 second"), written("x"))).toEqual(["a", "b"])
      expect(Handler.timeout(model, "1 second").nondeterministic?.(written("x"))).toBe(true)
      expect(Handler.timeout(far, "1 second").health).toBe(far.health)
    })
  )
})

describe("Handler.onError", () => {
  const sorry: Handler.Handler = Handler.onError(breaks(fails), ({ cause }, { id }) =>
    Effect.succeed(Handler.plain(`sorry about ${id}: ${cause}`))
  )
  it.effect("what is said instead of failing comes after what was said before", () =>
    Effect.gen(function* () {
      expect(yield* said(sorry, written("x"))).toEqual(["half", "sorry about e1: no"])
    })
  )

  it.effect("a handler that throws fails for good", () =>
    Effect.gen(function* () {
      const told = Handler.onError(throws, ({ retryable }) => Effect.succeed(Handler.plain(String(retryable))))
      expect(yield* said(told, written("x"))).toEqual(["false"])
    })
  )

  it.effect("a failure that is handed on is one", () =>
    Effect.gen(function* () {
      const handed = Handler.onError(fails, (failed) => Stream.fail(failed))
      expect(yield* Effect.flip(said(handed, written("x")))).toEqual(failure)
    })
  )

  it.effect("what is interrupted says nothing more", () =>
    Effect.gen(function* () {
      let asked = 0
      const handler = Handler.onError(
        () => Stream.never,
        () => {
          asked += 1
          return Stream.empty
        }
      )
      const fiber = yield* Effect.fork(said(handler, written("x")))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      expect(asked).toBe(0)
    })
  )
})

describe("which try it is", () => {
  const counting: Handler.Handler = (_, attempt = 1) => Effect.succeed(Handler.plain(String(attempt)))
  const all: ReadonlyArray<readonly [string, Handler.Handler]> = [
    ["route", Handler.route([Handler.Match.always, counting])],
    ["fallback", Handler.fallback(counting, fails)],
    ["fallback, of the second", Handler.fallback(fails, counting)],
    ["timeout", Handler.timeout(counting, "1 minute")],
    ["onError", Handler.onError(counting, () => Stream.empty)],
    ["nondeterministic", Handler.nondeterministic(counting)],
    ["rateLimited", Handler.rateLimited(counting, { account: { count: 9, per: Duration.minutes(1) } })]
  ]
  it.effect.each(all)("is known to a handler behind %s, and is 1 where nobody says", ([, handler]) =>
    Effect.gen(function* () {
      const heard = (attempt?: number) =>
        Effect.map(Stream.runCollect(handler(written("x"), attempt)), (replies) => [...replies])
      expect(yield* heard(3)).toEqual([Handler.plain("3")])
      expect(yield* heard()).toEqual([Handler.plain("1")])
    })
  )
})
