import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Metric, Option, Scope, TestClock } from "effect"
import { ConnectionLost } from "../../src/adapter/AdapterError.ts"
import { undecodable } from "../../src/adapter/Line.ts"
import { alive } from "../../src/adapter/Signal.ts"
import { NoAnswer, UpgradeRefused } from "../../src/adapter/Simulator.ts"
import { account, farEnd, open, opening, reading } from "./farEnd.ts"

const failure = (outcome: "opened" | Cause.Cause<unknown>) =>
  outcome === "opened" ? outcome : Option.getOrUndefined(Cause.failureOption(outcome))

describe("opening a line", () => {
  it.scoped("fails with Timeout when the upgrade is never answered (F18)", () =>
    Effect.gen(function* () {
      const outcome = yield* opening(farEnd(Effect.never), "20 seconds")
      expect(failure(outcome)).toMatchObject({ _tag: "ConnectionLost", reason: "Timeout", resumable: true })
    })
  )

  it.scoped("fails with the status when the upgrade is refused", () =>
    Effect.gen(function* () {
      for (const status of [401, 429, 503]) {
        const refusal = new UpgradeRefused({ answer: { status, headers: {}, body: "" } })
        expect(failure(yield* opening(farEnd(refusal), "1 second"))).toMatchObject({ reason: "Refused", code: status })
      }
    })
  )

  it.scoped("fails with Transport when the network refuses it or does not know the name (F38)", () =>
    Effect.gen(function* () {
      for (const code of ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET"] as const) {
        const outcome = yield* opening(farEnd(new NoAnswer({ code })), "1 second")
        expect(failure(outcome)).toMatchObject({ reason: "Transport", cause: `connect ${code}` })
      }
    })
  )
})

describe("a line", () => {
  it.scoped("yields what came in order, all that waited in one chunk", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      for (const text of ["a", "b", "c"]) end.peer().send(text)
      const { chunks, read } = yield* reading(line)
      yield* TestClock.adjust("1 second")
      expect(read).toEqual(["a", "b", "c"])
      expect(chunks()).toBe(1)
    })
  )

  it.scoped(
    "survives frames that cannot be understood, and a decoder that throws; counts them, and takes them for life",
    () =>
      Effect.gen(function* () {
        const count = Effect.map(Metric.value(undecodable.of()), (state) => Number(state.count))
        const before = yield* count
        const end = farEnd()
        const { read } = yield* reading(yield* open(end))
        for (const text of ["?", "!", "a"]) end.peer().send(text)
        yield* TestClock.adjust("1 second")
        expect(read).toEqual([alive, alive, "a"])
        expect((yield* count) - before).toBe(2)
      })
  )

  it.scoped("yields what came before the loss, and then the loss with its code", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      end.peer().send("a")
      end.peer().close(4009, "Session timed out")
      const { lost, read } = yield* reading(line)
      expect(yield* lost).toMatchObject({
        account,
        reason: "Closed",
        code: 4009,
        cause: "the line was closed: Session timed out"
      })
      expect(read).toEqual(["a"])
    })
  )

  it.scoped("tells a line that was cut from one that was closed", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const { lost } = yield* reading(yield* open(end))
      end.peer().cut()
      expect(yield* lost).toMatchObject({ reason: "Transport", code: 1006 })
    })
  )

  it.scoped("does not wait, and does not throw, when it is written to after its end (F09)", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      end.peer().cut()
      yield* TestClock.adjust("1 second")
      line.send("late")
      line.ping?.()
      expect(end.heard).toEqual([])
    })
  )

  it.scoped("keeps the first word on its loss", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      const first = new ConnectionLost({ account, reason: "Silent", cause: "first", resumable: true })
      yield* line.lose(first)
      yield* line.lose(new ConnectionLost({ account, reason: "Closed", cause: "second", resumable: true }))
      end.peer().close(4001, "third")
      expect(yield* Effect.flip(line.pull)).toEqual(first)
    })
  )

  it.effect("says goodbye with a code that keeps the session, and never with 1000", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const end = farEnd()
      yield* Scope.extend(open(end), scope)
      yield* Scope.close(scope, Exit.void)
      expect(end.closed).toEqual([4000])
    })
  )

  it.scoped("is torn down within a second although the other side answers nothing (F17)", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const end = farEnd()
      yield* Scope.extend(open(end), scope)
      end.peer().hush()
      yield* Scope.close(scope, Exit.void)
      expect(end.closed).toEqual([1006])
    })
  )
})

describe("a line that nobody pulls", () => {
  const flood = (end: ReturnType<typeof farEnd>, frames: number) => {
    for (let index = 0; index < frames; index += 1) end.peer().send(String(index))
  }

  it.scoped("stops reading, and reads on when it is pulled, without losing a frame", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      const read = line.watch()
      flood(end, 10_000)
      expect(read()).toBe(false)
      yield* TestClock.adjust("29 seconds")
      const { read: frames } = yield* reading(line)
      yield* TestClock.adjust("1 minute")
      expect(frames).toEqual(Array.from({ length: 10_000 }, (_, index) => String(index)))
      expect(line.watch()()).toBe(true)
    })
  )

  it.scoped("lets go of the session after 30 s, so that it can be continued, and gives what it had (F70, F71)", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      flood(end, 10_000)
      yield* TestClock.adjust("30 seconds")
      expect(end.closed).toEqual([4000])
      const { lost, read } = yield* reading(line)
      expect(yield* lost).toMatchObject({ reason: "Held", resumable: true })
      expect(read.length).toBeGreaterThan(1000)
      expect(read.length).toBeLessThanOrEqual(4096)
      expect(read).toEqual(Array.from({ length: read.length }, (_, index) => String(index)))
    })
  )

  it.scoped("counts the 30 s anew for each pause", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const line = yield* open(end)
      for (let pause = 0; pause < 3; pause += 1) {
        flood(end, 5000)
        yield* TestClock.adjust("29 seconds")
        yield* line.pull
        yield* line.pull
      }
      expect(end.closed).toEqual([])
    })
  )
})
