import { describe, expect, it } from "@effect/vitest"
import { Array, type Clock, Duration, Effect, Fiber, Logger, TestClock } from "effect"
import { again, dead, done, type Item, type Outcome, type Work } from "../../src/delivery/KeyedQueue.ts"
import * as MemoryQueue from "../../src/delivery/MemoryQueue.ts"
import * as QueueSuite from "../../src/testing/QueueSuite.ts"

const bounds: MemoryQueue.Bounds = { name: "queue", capacity: 200_000, dead: 3, remember: 50 }

QueueSuite.suite(
  "MemoryQueue",
  ({ capacity }) =>
    Effect.gen(function* () {
      const fed = yield* MemoryQueue.make<string>({ ...bounds, name: "fed", capacity })
      const queue = yield* MemoryQueue.makeFeeding<string, string>({ ...bounds, capacity }, fed)
      return { queue, fed, died: QueueSuite.nothingLeft }
    }),
  { outlives: false, remembers: bounds.remember }
)

const item = (key: string, n: number): Item<number> => ({ id: `${key}#${n}`, key, value: n })

const busy = { spent: false, cause: "busy" }

/** Runs `effect`, and what it logged. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
  return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), lines)
}

describe("MemoryQueue", () => {
  it.scoped("names itself, the group, what that holds and what was offered when it refuses", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>({ ...bounds, name: "outbox", capacity: 6 })
      yield* queue.offer([item("qq:main/a", 0), item("qq:main/b", 0)])
      const refused = yield* Effect.flip(queue.offer([item("qq:main/a", 1), item("qq:main/a", 2)]))
      expect(refused.message).toBe(
        "outbox: full for qq:main: it would have 4 waiting and leave 2 of 6 places for the others, so nothing of the 2 offered was kept"
      )
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
      const fed = yield* MemoryQueue.make<number>({ ...bounds, name: "fed", capacity: 2 })
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
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() - setBack,
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
      })
      const queue = yield* MemoryQueue.make<number>(bounds)
      let runs = 0
      yield* queue.offer([item("a", 0)])
      const working = queue.work(() => Effect.sync(() => (++runs === 1 ? again(5000, busy) : done())), {
        concurrency: 1
      })
      yield* Effect.forkScoped(Effect.withClock(working, wall))
      yield* queue.idle
      setBack = 3_600_000
      yield* TestClock.adjust("4999 millis")
      yield* Effect.withClock(queue.idle, wall)
      expect(runs).toBe(1)
      yield* TestClock.adjust("1 millis")
      yield* Effect.withClock(queue.idle, wall)
      expect(runs).toBe(2)
    })
  )

  it.scoped("sleeps no longer at a time than a timer lasts", () =>
    Effect.gen(function* () {
      const sleeps: Array<number> = []
      const clock: Clock.Clock = Object.assign(Object.create(yield* Effect.clock), {
        sleep: (duration: Duration.Duration) => {
          sleeps.push(Duration.toMillis(duration))
          return Effect.never
        }
      })
      const queue = yield* MemoryQueue.make<number>(bounds)
      yield* queue.offer([item("a", 0)])
      const working = queue.work(() => Effect.succeed(again(1e15, busy)), { concurrency: 1 })
      yield* Effect.forkScoped(Effect.withClock(working, clock))
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      expect(sleeps).toEqual([2 ** 31 - 1])
    })
  )

  it.scoped("gives back at once what is put off until a time that is not a number", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      let runs = 0
      yield* queue.offer([item("a", 0)])
      yield* Effect.forkScoped(
        queue.work(() => Effect.sync(() => (++runs === 1 ? again(Number.NaN, busy) : done())), { concurrency: 1 })
      )
      yield* queue.idle
      expect(runs).toBe(2)
    })
  )

  it.scoped("hands work on when the one that was called to it is interrupted before it came", () =>
    Effect.gen(function* () {
      const queue = yield* MemoryQueue.make<number>(bounds)
      const work = queue.work(() => Effect.succeed(done()), { concurrency: 1 })
      for (let patience = 0; patience < 30; patience++) {
        const first = yield* Effect.forkScoped(work)
        yield* Effect.repeatN(Effect.yieldNow(), 10)
        const second = yield* Effect.forkScoped(work)
        yield* Effect.repeatN(Effect.yieldNow(), 10)
        yield* Fiber.interruptFork(first)
        yield* Effect.repeatN(Effect.yieldNow(), patience)
        yield* queue.offer([item("a", patience), item("b", patience)])
        yield* queue.idle
        yield* Fiber.interrupt(second)
      }
      expect((yield* queue.depth).waiting).toBe(0)
    })
  )

  describe("wherever the scheduler makes a fiber yield, which it does after 2048 steps", () => {
    const steps = (count: number) => {
      let left = count
      return Effect.whileLoop({ while: () => left-- > 0, body: () => Effect.void, step: () => {} })
    }
    const around = Array.makeBy(150, (n) => 1930 + n)

    it.scoped("does not sleep over work that comes before a worker has sat down", () =>
      Effect.gen(function* () {
        const queue = yield* MemoryQueue.make<number>(bounds)
        yield* Effect.forkScoped(queue.work(({ value }) => Effect.as(steps(value), done()), { concurrency: 1 }))
        for (const count of around) {
          yield* queue.offer([item("a", count)])
          yield* queue.idle
        }
        expect((yield* queue.depth).waiting).toBe(0)
      })
    )

    it.scoped("works once on what is settled when its worker is interrupted", () =>
      Effect.gen(function* () {
        const queue = yield* MemoryQueue.make<number>(bounds)
        const seen: Array<number> = []
        const workers: Array<Fiber.Fiber<unknown, unknown>> = []
        const job = ({ value }: Work<number>) =>
          Effect.withFiberRuntime<Outcome<never>>((worker) => {
            seen.push(value)
            workers.push(worker)
            return Effect.as(steps(value), done())
          })
        for (const count of around) {
          yield* queue.offer([item("a", count)])
          const fiber = yield* Effect.forkScoped(queue.work(job, { concurrency: 1 }))
          yield* queue.idle
          yield* Fiber.interruptAll(workers)
          yield* Fiber.interrupt(fiber)
        }
        expect(seen).toEqual(around)
      })
    )

    it.scoped("tells one who waits for rest, although it comes before that one listens", () =>
      Effect.gen(function* () {
        const queue = yield* MemoryQueue.make<number>(bounds)
        yield* Effect.forkScoped(queue.work(() => Effect.succeed(done()), { concurrency: 1 }))
        for (const count of around) {
          yield* Effect.repeatN(Effect.yieldNow(), 5)
          yield* queue.offer([item("a", count)]).pipe(Effect.zipRight(steps(count)), Effect.zipRight(queue.idle))
        }
        expect((yield* queue.depth).waiting).toBe(0)
      })
    )
  })
})
