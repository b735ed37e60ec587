import { describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { expect } from "vitest"
import { before, during } from "../../src/adapter/Deadline.ts"

const within = before(Duration.seconds(5), () => "late" as const)

describe("Deadline", () => {
  it.effect("what ends in time ends as it does", () =>
    Effect.gen(function* () {
      expect(yield* within(Effect.succeed(1))).toBe(1)
      expect(yield* Effect.exit(within(Effect.fail("broken")))).toEqual(Exit.fail("broken"))
      expect(yield* Effect.exit(within(Effect.die("broken")))).toEqual(Exit.die("broken"))
      yield* TestClock.adjust("5 seconds")
    })
  )

  it.effect("what cannot be interrupted is left behind when its time is over (F14)", () =>
    Effect.gen(function* () {
      const caller = yield* Effect.fork(
        Effect.uninterruptible(Effect.exit(within(Effect.uninterruptible(Effect.never))))
      )
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(caller)).toEqual(Exit.fail("late"))
    })
  )

  it.effect(
    "what can be interrupted is, when its time is over and when its caller is, and nobody waits for it (F14)",
    () =>
      Effect.gen(function* () {
        let interrupted = 0
        const one = within(Effect.onInterrupt(Effect.never, () => Effect.sync(() => void (interrupted += 1))))
        const [late, left] = [yield* Effect.fork(Effect.exit(one)), yield* Effect.fork(one)]
        yield* Effect.yieldNow()
        expect(Exit.isInterrupted(yield* Fiber.interrupt(left))).toBe(true)
        yield* TestClock.adjust("5 seconds")
        expect(yield* Fiber.join(late)).toEqual(Exit.fail("late"))
        yield* Effect.yieldNow()
        expect(interrupted).toBe(2)
      })
  )

  it.effect("an end that giving up brings about comes too late", () =>
    Effect.gen(function* () {
      const begin = (ends: (exit: Exit.Exit<never, "broken">) => void) => () => ends(Exit.fail("broken"))
      const caller = yield* Effect.fork(Effect.exit(during(begin, Duration.seconds(5), () => "late" as const)))
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(caller)).toEqual(Exit.fail("late"))
    })
  )

  it.effect("many deadlines are one timer, and each passes in its own time, whatever becomes of the others", () =>
    Effect.gen(function* () {
      const late: Array<string> = []
      const begin = (name: string, ends: Effect.Effect<unknown>) =>
        Effect.fork(Effect.catchAll(within(ends), () => Effect.sync(() => void late.push(name))))
      yield* begin("first", Effect.never)
      yield* TestClock.adjust("1 second")
      yield* begin("in time", Effect.sleep("4 seconds"))
      yield* begin("second", Effect.never)
      yield* TestClock.adjust("1 second")
      expect(yield* TestClock.sleeps()).toHaveLength(2)
      yield* TestClock.adjust("3 seconds")
      expect(late).toEqual(["first"])
      yield* TestClock.adjust("1 second")
      expect(late).toEqual(["first", "second"])
      yield* begin("later", Effect.never)
      yield* TestClock.adjust("4999 millis")
      expect(late).toEqual(["first", "second"])
      yield* TestClock.adjust("1 millis")
      expect(late).toEqual(["first", "second", "later"])
    })
  )

  it.effect("no fiber is left of what has ended, and what comes next has its deadline too (F47)", () =>
    Effect.gen(function* () {
      const before = (yield* Fiber.roots).length
      for (let round = 0; round < 3; round++) {
        const caller = yield* Effect.fork(within(Effect.sleep("1 second")))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(caller)
        yield* Effect.yieldNow()
        expect(yield* Fiber.roots).toHaveLength(before)
      }
      const late = yield* Effect.fork(Effect.flip(within(Effect.never)))
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(late)).toBe("late")
    })
  )
})
