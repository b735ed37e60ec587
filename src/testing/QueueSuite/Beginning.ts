import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { again, dead, done, type Outcome, type Work } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, ids, item, items, type Make } from "./Fixture.ts"

/** Begins everything, and lets `then` say what comes of it. */
const beginning =
  (then: (work: Work<string>) => Effect.Effect<Outcome<string>>) =>
  (work: Work<string>): Effect.Effect<Outcome<string>> =>
    Effect.zipRight(Effect.orDie(work.begin), then(work))

const failed = { spent: true, cause: "failed" }
const free = { spent: false, cause: "busy" }

/** What is on record of work that was begun; `outlives`: whether the store is there after its process. */
export const beginnings = <E>(make: Make<E>, outlives: boolean): void => {
  it.scoped("counts what was begun once if it was spent, and not at all if it was not (F95)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const attempts: Array<number> = []
      yield* queue.offer([item("a", 0)])
      yield* hire(
        queue,
        beginning((work) =>
          Effect.sync(() => {
            attempts.push(work.attempts)
            return attempts.length === 6 ? done() : again(0, attempts.length % 2 === 0 ? failed : free)
          })
        )
      )
      yield* queue.idle
      expect(attempts).toEqual([0, 0, 1, 1, 2, 2])
    })
  )

  it.scoped("may be told twice that work is begun, and after it is settled, without anything coming of it", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const works: Array<Work<string>> = []
      yield* queue.offer(items("a", 2))
      yield* hire(
        queue,
        beginning((work) => Effect.as(Effect.orDie(work.begin), (works.push(work), done())))
      )
      yield* queue.idle
      yield* Effect.forEach(works, ({ begin }) => Effect.exit(begin))
      expect(ids(works)).toEqual(["a#0", "a#1"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
    })
  )

  it.scoped("counts, for who works next, what was broken off in this process and not given back (F81)", () =>
    Effect.gen(function* () {
      const { died, queue } = yield* make(ample)
      yield* queue.offer([item("a", 0)])
      const attempts: Array<number> = []
      for (const isHarmless of [true, false, true, false, true]) {
        const before = attempts.length
        const fiber = yield* hire(queue, (work) => {
          attempts.push(work.attempts)
          work.brokenOff(() => isHarmless)
          return Effect.zipRight(Effect.orDie(work.begin), Effect.never)
        })
        yield* eventually(() => attempts.length > before)
        yield* aWhile
        yield* Fiber.interrupt(fiber)
      }
      const last = outlives ? (yield* died).queue : queue
      yield* hire(last, (work) => Effect.succeed(dead(String(work.attempts))))
      yield* last.idle
      expect(attempts).toEqual([0, 0, 1, 1, 2])
      expect(yield* last.dead).toMatchObject([{ attempts: 2, reason: "2" }])
      expect(yield* last.retry("a#0")).toBe(true)
      yield* last.idle
      expect(yield* last.dead).toMatchObject([{ attempts: 0, reason: "0" }])
    })
  )

  it.scoped.skipIf(!outlives)("counts, for the next process, what this one died of, and nothing else (F86)", () =>
    Effect.gen(function* () {
      const { died, queue } = yield* make(ample)
      let begun = 0
      yield* queue.offer([...items("deadly", 2), item("read", 0), ...items("waiting", 2)])
      yield* hire(queue, (work) => {
        if (work.key === "waiting") return Effect.succeed(again(1e9, free))
        const begin = work.key === "deadly" ? Effect.orDie(work.begin) : Effect.void
        return begin.pipe(
          Effect.tap(() => Effect.sync(() => begun++)),
          Effect.zipRight(Effect.never)
        )
      })
      yield* eventually(() => begun === 2)
      const works: Array<Work<string>> = []
      const next = yield* died
      yield* hire(next.queue, (work) => Effect.sync(() => (works.push(work), done())))
      yield* next.queue.wake("")
      yield* next.queue.idle
      const tried = (work: Work<string>) => [work.id, work.attempts]
      expect(works.map(tried).toSorted()).toEqual([
        ["deadly#0", 1],
        ["deadly#1", 0],
        ["read#0", 0],
        ["waiting#0", 0],
        ["waiting#1", 0]
      ])
    })
  )

  it.scoped.skipIf(!outlives)("counts every process that dies of the same work (F86)", () =>
    Effect.gen(function* () {
      let queues = yield* make(ample)
      yield* queues.queue.offer([item("a", 0)])
      const attempts: Array<number> = []
      for (let process = 1; process <= 4; process++) {
        yield* hire(
          queues.queue,
          beginning((work) =>
            Effect.zipRight(
              Effect.sync(() => attempts.push(work.attempts)),
              Effect.never
            )
          )
        )
        yield* eventually(() => attempts.length === process)
        queues = yield* queues.died
      }
      expect(attempts).toEqual([0, 1, 2, 3])
      yield* hire(queues.queue, () => Effect.succeed(dead("deadly")))
      yield* queues.queue.idle
      expect(yield* queues.queue.dead).toMatchObject([{ id: "a#0", attempts: 4 }])
    })
  )

  it.scoped.skipIf(!outlives)("does not count what was given back, whatever it counted before (F86, F95)", () =>
    Effect.gen(function* () {
      let queues = yield* make(ample)
      yield* queues.queue.offer([item("a", 0)])
      const attempts: Array<number> = []
      for (const kept of [false, true, true, false]) {
        let interrupted = false
        const before = attempts.length
        const fiber = yield* hire(
          queues.queue,
          beginning((work) =>
            Effect.suspend(() => {
              attempts.push(work.attempts)
              work.brokenOff(() => {
                interrupted = true
                return !kept
              })
              return Effect.never
            })
          )
        )
        yield* eventually(() => attempts.length > before)
        yield* Fiber.interrupt(fiber)
        expect(interrupted).toBe(true)
        queues = yield* queues.died
      }
      expect(attempts).toEqual([0, 0, 1, 2])
      yield* hire(queues.queue, () => Effect.succeed(dead("enough")))
      yield* queues.queue.idle
      expect(yield* queues.queue.dead).toMatchObject([{ attempts: 2 }])
    })
  )

  it.scoped.skipIf(!outlives)("has no beginning left of what was put off, settled or put aside (F76, F95)", () =>
    Effect.gen(function* () {
      const { died, queue } = yield* make(ample)
      const ends: Readonly<Record<string, Outcome<string>>> = {
        free: again(1e9, free),
        failed: again(1e9, failed),
        dead: dead("poison")
      }
      yield* queue.offer([item("free", 0), item("failed", 0), item("dead", 0), item("done", 0)])
      yield* hire(
        queue,
        beginning(({ key }) => Effect.succeed(ends[key] ?? done()))
      )
      yield* queue.idle
      const next = yield* died
      const attempts: Record<string, number> = {}
      expect(yield* next.queue.depth).toMatchObject({ waiting: 2, dead: 1 })
      expect(yield* next.queue.retry("dead#0")).toBe(true)
      yield* hire(next.queue, (work) => Effect.sync(() => ((attempts[work.key] = work.attempts), done())))
      yield* next.queue.wake("")
      yield* next.queue.idle
      expect(attempts).toEqual({ free: 0, failed: 1, dead: 0 })
    })
  )
}
