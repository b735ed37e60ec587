import { describe, expect, it } from "@effect/vitest"
import { type Clock, Effect, Fiber, Logger, TestClock } from "effect"
import { again, dead, done, type Item } from "../../src/delivery/KeyedQueue.ts"
import * as MemoryQueue from "../../src/delivery/MemoryQueue.ts"
import * as QueueSuite from "../../src/testing/QueueSuite.ts"

const bounds: MemoryQueue.Bounds = { name: "queue", capacity: 200_000, dead: 3, remember: 50 }

QueueSuite.suite(
  "MemoryQueue",
  ({ capacity }) =>
    Effect.gen(function* () {
      const fed = yield* MemoryQueue.make<string>({ ...bounds, name: "fed", capacity })
      const queue = yield* MemoryQueue.makeFeeding<string, string>({ ...bounds, capacity }, fed)
      return { queue, fed }
    }),
  { remembers: bounds.remember }
)

const item = (key: string, n: number): Item<number> => ({ id: `${key}#${n}`, key, value: n })

/** Runs `effect`, and what it logged. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
  return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), lines)
}

describe("MemoryQueue", () => {
  it.scoped("names itself, what it holds and what was offered when it refuses", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>({ ...bounds, name: "outbox", capacity: 2 })
      yield* queue.offer([item("a", 0)])
      const refused = yield* Effect.flip(queue.offer([item("a", 1), item("a", 2)]))
      expect(refused.message).toBe("outbox: full: 1 of at most 2 wait, so none of the 2 offered was kept")
    })
  )

  it.scoped("lets the oldest of the dead make room, says so, and still tells it apart (F52)", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      const lines = yield* logged(
        Effect.gen(function* () {
          yield* Effect.forkScoped(queue.work(() => Effect.succeed(dead("poison")), { concurrency: 1 }))
          for (let n = 0; n < 5; n++) yield* queue.offer([item("a", n)])
          yield* queue.idle
        })
      )
      expect((yield* queue.dead).map(({ id }) => id)).toEqual(["a#2", "a#3", "a#4"])
      expect(lines).toHaveLength(2)
      expect(lines[1]).toMatch(/^WARN queue: .*a#1.*2 so far/)
      expect((yield* queue.offer([item("a", 0)])).repeats).toEqual(["a#0"])
    })
  )

  it.scoped("runs 100 000 follow-ups, each offered by the one before it, in constant stack (F88)", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      const last = 100_000
      let ran = 0
      yield* queue.offer([item("a", 0)])
      yield* Effect.forkScoped(
        queue.work(
          ({ value }) => {
            ran = value
            return value === last
              ? Effect.succeed(done())
              : Effect.as(Effect.orDie(queue.offer([item("a", value + 1)])), done())
          },
          { concurrency: 2 }
        )
      )
      yield* queue.idle
      expect(ran).toBe(last)
      expect(yield* queue.depth).toEqual({ waiting: 0, dead: 0, oldest: undefined })
    })
  )

  it.scoped("warns once, and not for each item and each try, while the queue that it feeds is full", () =>
    Effect.gen(function* () {
      const fed = yield* MemoryQueue.make<number>({ ...bounds, name: "fed", capacity: 1 })
      const queue = yield* MemoryQueue.makeFeeding<number, number>(bounds, fed)
      yield* fed.offer([item("full", 0)])
      yield* queue.offer(["a", "b", "c"].map((key) => item(key, 0)))
      const lines = yield* logged(
        Effect.gen(function* () {
          yield* Effect.forkScoped(
            queue.work(({ id, key }) => Effect.succeed(done([{ id: `${id}/0`, key, value: 0 }])), { concurrency: 3 })
          )
          yield* TestClock.adjust("2 seconds")
        })
      )
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/^WARN queue: a#0 .*fed: full/)
    })
  )

  it.scoped("waits as long as it was asked to when the wall clock is set back meanwhile (F39)", () =>
    Effect.gen(function* () {
      const clock = yield* Effect.clock
      let setBack = 0
      const wall: Clock.Clock = Object.assign(Object.create(clock), {
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() - setBack
      })
      const queue = yield* MemoryQueue.make<number>(bounds)
      let runs = 0
      yield* queue.offer([item("a", 0)])
      const working = queue.work(
        () => Effect.sync(() => (++runs === 1 ? again(5000, { spent: false, cause: "busy" }) : done())),
        { concurrency: 1 }
      )
      yield* Effect.forkScoped(Effect.withClock(working, wall))
      yield* queue.idle
      setBack = 3_600_000
      yield* TestClock.adjust("4999 millis")
      yield* queue.idle
      expect(runs).toBe(1)
      yield* TestClock.adjust("1 millis")
      yield* queue.idle
      expect(runs).toBe(2)
    })
  )

  it.scoped("gives back at once what is put off until a time that is not a number", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      let runs = 0
      yield* queue.offer([item("a", 0)])
      yield* Effect.forkScoped(
        queue.work(
          () =>
            Effect.sync(() => (++runs === 1 ? again(Number.NaN, { spent: false, cause: "a broken header" }) : done())),
          { concurrency: 1 }
        )
      )
      yield* queue.idle
      expect(runs).toBe(2)
    })
  )

  it.scoped("hands work on when the one that was called to it is interrupted before it came", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      const seen: Array<string> = []
      const worker = (name: string) =>
        Effect.forkScoped(
          queue.work(({ id }) => Effect.sync(() => (seen.push(`${name} ${id}`), done())), { concurrency: 1 })
        )
      const first = yield* worker("first")
      yield* worker("second")
      yield* Effect.repeatN(Effect.yieldNow(), 20)
      yield* Effect.zipRight(queue.offer([item("a", 0)]), Fiber.interruptFork(first))
      yield* Fiber.interrupt(first)
      yield* queue.idle
      yield* queue.offer([item("a", 1)])
      yield* queue.idle
      expect(seen.at(-1)).toBe("second a#1")
    })
  )
})
