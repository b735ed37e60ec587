import { expect, it } from "@effect/vitest"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { dead, done, type Work } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, ids, item, items, type Make, recorder, turning } from "./Fixture.ts"

const replies = (work: Work<string>, count: number) =>
  done(Array.makeBy(count, (n) => ({ id: `${work.id}/${n}`, key: work.key, value: work.value })))

const notice = (key: string) => [{ id: `${key}#notice`, key, value: "it was put aside" }]

/** What one queue feeds another in the commit that settles. */
export const settling = <E>(make: Make<E>): void => {
  it.scoped("offers what work settles with, in order and under its key, once", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* hire(queue, (work) => Effect.succeed(replies(work, 2)))
      yield* Effect.forkScoped(fed.work((work) => Effect.as(job(work), done()), { concurrency: 8 }))
      yield* queue.offer(items("a", 3))
      yield* queue.idle
      yield* fed.idle
      expect(seen).toEqual(["a#0/0", "a#0/1", "a#1/0", "a#1/1", "a#2/0", "a#2/1"])
    })
  )

  it.scoped("offers nothing for work that is interrupted before its commit, and all of it when it is done again", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      let started = false
      yield* queue.offer([item("a", 0)])
      const fiber = yield* hire(queue, (work) =>
        Effect.sync(() => (started = true)).pipe(Effect.zipRight(Effect.never), Effect.as(replies(work, 2)))
      )
      yield* eventually(() => started)
      yield* Fiber.interrupt(fiber)
      expect(yield* queue.depth).toMatchObject({ waiting: 1 })
      expect(yield* fed.depth).toMatchObject({ waiting: 0 })
      yield* hire(queue, (work) => Effect.succeed(replies(work, 2)))
      yield* queue.idle
      expect(yield* queue.depth).toMatchObject({ waiting: 0 })
      expect(yield* fed.depth).toMatchObject({ waiting: 2 })
    })
  )

  it.scoped("offers for work that is put aside what it was put aside with, and nothing else", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0)])
      yield* hire(queue, ({ key }) => Effect.succeed(key === "a" ? dead("poison", notice(key)) : dead("poison")))
      yield* queue.idle
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 2 })
      expect(yield* fed.depth).toMatchObject({ waiting: 1 })
    })
  )

  it.scoped("offers it once, however often the same work is put aside", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, ({ key }) => Effect.succeed(dead("poison", notice(key))))
      yield* Effect.forkScoped(fed.work((work) => Effect.as(job(work), done()), { concurrency: 1 }))
      yield* queue.idle
      yield* fed.idle
      expect(yield* queue.retry("a#0")).toBe(true)
      yield* queue.idle
      yield* fed.idle
      expect(seen).toEqual(["a#notice"])
      expect(yield* queue.depth).toMatchObject({ dead: 1 })
    })
  )

  it.scoped("settles what there was no room for as soon as there is, whatever its worker does meanwhile (F71)", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make({ capacity: 4 })
      let busy = false
      yield* fed.offer(items("a", 2, 8))
      yield* queue.offer([item("a", 0)])
      yield* hire(
        queue,
        (work) =>
          work.key === "a"
            ? Effect.succeed(replies(work, 1))
            : Effect.zipRight(
                Effect.sync(() => (busy = true)),
                Effect.never
              ),
        1
      )
      yield* aWhile
      yield* queue.offer([item("b", 0)])
      yield* aWhile
      const { job, seen } = recorder()
      yield* Effect.forkScoped(fed.work((work) => Effect.as(job(work), done()), { concurrency: 1 }))
      yield* turning(Effect.repeat(Effect.yieldNow(), { until: () => seen.length === 3 }))
      expect(seen).toEqual(["a#8", "a#9", "a#0/0"])
      yield* turning(Effect.repeat(Effect.yieldNow(), { until: () => busy }))
      expect(yield* queue.depth).toMatchObject({ waiting: 1 })
    })
  )

  it.scoped("puts nothing aside before there is room for what it is put aside with", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make({ capacity: 2 })
      let runs = 0
      yield* fed.offer([item("x", 0)])
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, ({ key }) => Effect.sync(() => (runs++, dead("poison", notice(key)))))
      yield* eventually(() => runs === 1)
      yield* TestClock.adjust("2 seconds")
      yield* aWhile
      expect(yield* queue.depth).toMatchObject({ waiting: 1, dead: 0 })
      yield* Effect.forkScoped(fed.work(() => Effect.succeed(done()), { concurrency: 1 }))
      yield* turning(queue.idle)
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 1 })
      expect(runs).toBe(1)
    })
  )

  it.scoped("ignores a repeat among what is settled with, and settles all the same", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      yield* fed.offer([{ id: "a#0/0", key: "a", value: "said early" }])
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, (work) => Effect.succeed(replies(work, 2)))
      yield* queue.idle
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
      const { job, seen } = recorder()
      const values: Array<string> = []
      yield* Effect.forkScoped(
        fed.work(
          (work) => Effect.sync(() => values.push(work.value)).pipe(Effect.zipRight(job(work)), Effect.as(done())),
          {
            concurrency: 1
          }
        )
      )
      yield* fed.idle
      expect(seen).toEqual(["a#0/0", "a#0/1"])
      expect(values[0]).toBe("said early")
    })
  )

  it.scoped(
    "waits with the outcome in hand while the queue that it feeds is full, and settles when there is room",
    () =>
      Effect.gen(function* () {
        const { fed, queue } = yield* make({ capacity: 4 })
        let runs = 0
        yield* fed.offer(items("x", 2))
        yield* queue.offer([item("a", 0), item("a", 1)])
        yield* hire(queue, (work) => Effect.sync(() => (runs++, replies(work, 2))))
        yield* eventually(() => runs === 1)
        yield* TestClock.adjust("2 seconds")
        yield* aWhile
        expect(runs).toBe(1)
        expect(yield* queue.depth).toMatchObject({ waiting: 2 })
        expect(yield* fed.depth).toMatchObject({ waiting: 2 })
        const said: Array<Work<string>> = []
        yield* Effect.forkScoped(fed.work((work) => Effect.sync(() => (said.push(work), done())), { concurrency: 1 }))
        yield* turning(queue.idle)
        yield* fed.idle
        expect(runs).toBe(2)
        expect(ids(said)).toEqual(["x#0", "x#1", "a#0/0", "a#0/1", "a#1/0", "a#1/1"])
      })
  )

  it.scoped("keeps work whose commit is refused when it is interrupted while it waits for room", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make({ capacity: 2 })
      let runs = 0
      yield* fed.offer([item("x", 0)])
      yield* queue.offer([item("a", 0)])
      const fiber = yield* hire(queue, (work) => Effect.sync(() => (runs++, replies(work, 1))))
      yield* eventually(() => runs === 1)
      yield* aWhile
      yield* Fiber.interrupt(fiber)
      expect(yield* queue.depth).toMatchObject({ waiting: 1, dead: 0 })
    })
  )
}
