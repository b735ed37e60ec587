import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Metric, Scope, TestClock } from "effect"
import { boundedInterrupt, closeBounded, closeDetached, leftBehind } from "../../src/adapter/Teardown.ts"

const counted = Effect.map(Metric.value(leftBehind.of()), ({ count }) => Number(count))

const hanging = Effect.gen(function* () {
  const scope = yield* Scope.make()
  yield* Scope.addFinalizer(scope, Effect.never)
  return scope
})

describe("Teardown", () => {
  it.effect("returns within its bound although a finaliser never does, and counts it (F17)", () =>
    Effect.gen(function* () {
      const before = yield* counted
      const closing = yield* Effect.fork(closeBounded(yield* hanging, Exit.void))
      yield* TestClock.adjust("1999 millis")
      expect(yield* Fiber.poll(closing)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(closing)
      expect((yield* counted) - before).toBe(1)
    })
  )

  it.effect("returns within its bound inside a region that cannot be interrupted (F17)", () =>
    Effect.gen(function* () {
      const scope = yield* hanging
      const closing = yield* Effect.fork(Effect.uninterruptible(closeBounded(scope, Exit.void)))
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(closing)
    })
  )

  it.effect("waits for a finaliser that returns in time, and counts nothing", () =>
    Effect.gen(function* () {
      const before = yield* counted
      const scope = yield* Scope.make()
      const closed = yield* Deferred.make<void>()
      yield* Scope.addFinalizer(scope, Effect.zipRight(Effect.sleep("1 second"), Deferred.succeed(closed, undefined)))
      const closing = yield* Effect.fork(closeBounded(scope, Exit.void))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(closing)
      expect(yield* Deferred.isDone(closed)).toBe(true)
      expect((yield* counted) - before).toBe(0)
    })
  )

  it.effect("does not wait at all when it closes detached (F16)", () =>
    Effect.gen(function* () {
      yield* closeDetached(yield* hanging, Exit.void)
    })
  )

  it.effect("lets go of work that cannot be interrupted (F14)", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(boundedInterrupt(Effect.uninterruptible(Effect.never)))
      yield* TestClock.adjust("1 second")
      const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("2 seconds")
      expect(Exit.isInterrupted(yield* Fiber.join(interrupting))).toBe(true)
    })
  )

  it.effect("passes on what bounded work comes to", () =>
    Effect.gen(function* () {
      expect(yield* boundedInterrupt(Effect.succeed(1))).toBe(1)
      expect(yield* Effect.flip(boundedInterrupt(Effect.fail("no")))).toBe("no")
    })
  )
})
