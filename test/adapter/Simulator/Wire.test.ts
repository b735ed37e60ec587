import { expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { Wire } from "../../../src/adapter/Simulator/Wire.ts"

const wired = Effect.gen(function* () {
  const clock = yield* Effect.clock
  const done: Array<string> = []
  const weather = { delay: 0 }
  const peer = {
    send: (text: string) => void done.push(text),
    pong: () => void done.push("pong"),
    close: (code: number) => void done.push(`close ${code}`),
    cut: () => void done.push("cut"),
    hush: () => void done.push("hush")
  }
  const wire = yield* Wire.make(
    peer,
    () => clock.unsafeCurrentTimeMillis(),
    () => weather.delay
  )
  const run = yield* Effect.forkScoped(wire.run)
  return { done, weather, wire, run, settle: Effect.repeatN(Effect.yieldNow(), 10) }
})

it.scoped("a quick text does not overtake a slow one", () =>
  Effect.gen(function* () {
    const { done, weather, wire } = yield* wired
    weather.delay = 100
    wire.send("slow")
    weather.delay = 0
    wire.send("quick")
    yield* TestClock.adjust("99 millis")
    expect(done).toEqual([])
    yield* TestClock.adjust("1 millis")
    expect(done).toEqual(["slow", "quick"])
  })
)

it.scoped("ends when its close has been carried out, and drops what comes after", () =>
  Effect.gen(function* () {
    const { done, run, settle, wire } = yield* wired
    wire.pong()
    wire.close(4009, "")
    wire.send("too late")
    yield* settle
    yield* Fiber.join(run)
    expect(done).toEqual(["pong", "close 4009"])
  })
)

it.scoped("that is half-open carries nothing more, not even a close or a cut, until its peer has gone", () =>
  Effect.gen(function* () {
    const { done, run, settle, wire } = yield* wired
    wire.hush()
    wire.send("unheard")
    wire.close(4009, "")
    yield* settle
    expect([done, run.unsafePoll()]).toEqual([["hush"], null])
    wire.leave()
    yield* Fiber.join(run)
  })
)

it.scoped("forgets what was planned on it when it ends", () =>
  Effect.gen(function* () {
    const { done, run, settle, wire } = yield* wired
    wire.after(10, () => done.push("planned"))
    wire.after(1000, () => done.push("forgotten"))
    yield* TestClock.adjust("10 millis")
    expect(done).toEqual(["planned"])
    wire.leave()
    yield* settle
    yield* Fiber.join(run)
    yield* TestClock.adjust("1 hour")
    expect(done).toEqual(["planned"])
  })
)
