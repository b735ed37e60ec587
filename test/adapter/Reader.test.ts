import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Queue, Scope, TestClock } from "effect"
import * as Reader from "../../src/adapter/Reader.ts"

const silent = (within: Duration.Duration) => `silent for ${Duration.format(within)}`

/** A line that gives what is put into it, and counts how often it is read. */
const line = Effect.gen(function* () {
  const news = yield* Queue.unbounded<number>()
  let reads = 0
  const pull = Effect.suspend((): Effect.Effect<number, string> => {
    reads += 1
    return Queue.take(news)
  })
  const reader = yield* Reader.make(pull, silent)
  yield* reader.expect(Duration.seconds(10))
  return { news, reader, reads: () => reads }
})

describe("Reader", () => {
  it.scoped("reads nothing before it is asked, and once for each time it is (F70)", () =>
    Effect.gen(function* () {
      const { news, reader, reads } = yield* line
      yield* Queue.offerAll(news, [1, 2, 3])
      yield* TestClock.adjust("1 minute")
      expect(reads()).toBe(0)
      expect([yield* reader.next, yield* reader.next]).toEqual([1, 2])
      yield* TestClock.adjust("1 minute")
      expect(reads()).toBe(2)
    })
  )

  it.scoped("fails when nothing comes within the bound of being asked for, however long nobody asked (F06)", () =>
    Effect.gen(function* () {
      const { reader } = yield* line
      yield* TestClock.adjust("1 hour")
      const next = yield* Effect.fork(Effect.exit(reader.next))
      yield* TestClock.adjust("9 seconds")
      expect(yield* Fiber.poll(next)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(next)).toEqual(Exit.fail("silent for 10s"))
    })
  )

  it.scoped("judges silence by the newest bound", () =>
    Effect.gen(function* () {
      const { reader } = yield* line
      yield* reader.expect(Duration.seconds(2))
      const next = yield* Effect.fork(Effect.exit(reader.next))
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(next)).toEqual(Exit.fail("silent for 2s"))
    })
  )

  it.scoped("keeps for the next who asks what came when nobody waited any more", () =>
    Effect.gen(function* () {
      const { news, reader } = yield* line
      const impatient = yield* Effect.fork(reader.next)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(impatient)
      yield* Queue.offer(news, 1)
      yield* TestClock.adjust("1 second")
      expect(yield* reader.next).toBe(1)
    })
  )

  it.effect("closes at once although its pull cannot be interrupted (F17)", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const reader = yield* Scope.extend(Reader.make(Effect.uninterruptible(Effect.never), silent), scope)
      const next = yield* Effect.fork(reader.next)
      yield* Effect.yieldNow()
      yield* Scope.close(scope, Exit.void)
      yield* Fiber.interrupt(next)
    })
  )
})
