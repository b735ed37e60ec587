import { expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/TestClock"
import { leftBehind } from "../../adapter/Teardown.ts"
import { again, dead, done, type Outcome, type Work } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, ids, item, items, type Job, type Make, recorder, turning } from "./Fixture.ts"

const within = Duration.seconds(10)

/** A deadline, and what came to it. */
const deadline = (outcome: (work: Work<string>) => Outcome<string> = () => dead("late")) => {
  const missed: Array<string> = []
  const late = (work: Work<string>) => Effect.sync(() => (missed.push(work.id), outcome(work)))
  const options = { deadline: { within, late } }
  return { missed, options }
}

const stuckOn =
  (id: string, job: Job, stuck: Effect.Effect<unknown> = Effect.never): Job =>
  (work) =>
    work.id === id ? Effect.zipRight(stuck, job(work)) : job(work)

/** What becomes of work that takes too long. */
export const deadlines = <E>(make: Make<E>): void => {
  it.scoped("gives up work that is late, once, settles what is made of it, and its key goes on", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const { job, seen } = recorder()
      const { missed, options } = deadline((work) => done([{ ...work, id: `${work.id}/late` }]))
      yield* queue.offer(items("a", 3))
      yield* hire(queue, stuckOn("a#0", job), 2, options)
      yield* TestClock.adjust("9999 millis")
      yield* aWhile
      expect(missed).toEqual([])
      yield* TestClock.adjust("1 millis")
      yield* queue.idle
      yield* TestClock.adjust("1 hour")
      expect(missed).toEqual(["a#0"])
      expect(seen).toEqual(["a#1", "a#2"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
      expect(yield* fed.depth).toMatchObject({ waiting: 1 })
    })
  )

  it.scoped("interrupts work that is late", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      let interrupted = false
      const stuck = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interrupted = true)))
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, () => stuck, 1, deadline().options)
      yield* aWhile
      yield* TestClock.adjust(within)
      yield* eventually(() => interrupted)
    })
  )

  it.scoped("counts from when each piece of work was taken up, not from when its worker or its key began", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      const { missed, options } = deadline()
      let begun = 0
      const begin = Effect.sync(() => begun++)
      const sixSeconds = Effect.zipRight(begin, Effect.sleep("6 seconds"))
      yield* hire(queue, (work) => Effect.zipRight(sixSeconds, job(work)), 1, options)
      yield* TestClock.adjust("1 minute")
      yield* queue.offer([...items("a", 3), ...items("b", 2)])
      for (let n = 1; n <= 5; n++) {
        yield* eventually(() => begun === n)
        yield* TestClock.adjust("6 seconds")
      }
      yield* queue.idle
      expect(seen).toHaveLength(5)
      expect(missed).toEqual([])
    })
  )

  it.scoped("tells what is made of late work how often that was tried, and tries again if that is the word", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const attempts: Array<number> = []
      const { missed, options } = deadline(({ attempts: before }) => {
        attempts.push(before)
        return before === 2 ? dead("late") : again(0, { spent: true, cause: "late" })
      })
      let started = 0
      const stuck = Effect.zipRight(
        Effect.sync(() => started++),
        Effect.never
      )
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, () => stuck, 1, options)
      for (let n = 1; n <= 3; n++) {
        yield* eventually(() => started === n)
        yield* Effect.zipRight(aWhile, TestClock.adjust(within))
      }
      yield* queue.idle
      expect(missed).toHaveLength(3)
      expect(attempts).toEqual([0, 1, 2])
      expect(yield* queue.dead).toMatchObject([{ id: "a#0", attempts: 2, reason: "late" }])
    })
  )

  it.scoped("goes on with all its workers, however many pieces of work never end", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { missed, options } = deadline()
      let started = 0
      const stuck = Effect.zipRight(
        Effect.sync(() => started++),
        Effect.never
      )
      yield* queue.offer(Array.from({ length: 12 }, (_, n) => item(`k${n}`, 0)))
      yield* hire(queue, () => stuck, 3, options)
      for (let round = 1; round <= 4; round++) {
        yield* eventually(() => started >= 3 * round)
        yield* aWhile
        expect(started).toBe(3 * round)
        yield* TestClock.adjust(within)
        yield* eventually(() => missed.length === 3 * round)
      }
      yield* queue.idle
      expect(yield* queue.depth).toMatchObject({ waiting: 0 })
    })
  )

  it.scoped("leaves behind, and counts, late work that cannot be interrupted, and ignores what it comes to (F17)", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const { job, seen } = recorder()
      const { missed, options } = deadline()
      const gate = yield* Effect.makeLatch()
      const came: Array<string> = []
      const counted = Effect.map(Metric.value(leftBehind.of()), ({ count }) => count)
      const before = yield* counted
      yield* Effect.addFinalizer(() => gate.open)
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      const stuck = Effect.uninterruptible(
        Effect.zipRight(
          gate.await,
          Effect.sync(() => came.push("back"))
        )
      )
      yield* hire(
        queue,
        (work) => (work.id === "a#0" ? Effect.as(stuck, done([{ ...work, id: "too late" }])) : job(work)),
        1,
        options
      )
      yield* aWhile
      yield* TestClock.adjust(within)
      yield* queue.idle
      expect(missed).toEqual(["a#0"])
      expect(seen.toSorted()).toEqual(["a#1", "b#0", "b#1"])
      yield* TestClock.adjust("2 seconds")
      expect((yield* counted) - before).toBe(1)
      const settled = yield* queue.depth
      yield* gate.open
      yield* eventually(() => came.length === 1)
      yield* queue.offer(items("c", 3))
      yield* queue.idle
      expect(yield* queue.depth).toEqual(settled)
      expect(yield* fed.depth).toMatchObject({ waiting: 0 })
      expect(ids(yield* queue.dead)).toEqual(["a#0"])
      expect(seen).toHaveLength(6)
    })
  )

  it.scoped("fills each place at once, whoever else cannot be interrupted (F17)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { missed, options } = deadline()
      const gate = yield* Effect.makeLatch()
      yield* Effect.addFinalizer(() => gate.open)
      yield* queue.offer(["a", "b", "c"].map((key) => item(key, 0)))
      yield* hire(queue, () => Effect.as(Effect.uninterruptible(gate.await), done()), 3, options)
      yield* aWhile
      yield* TestClock.adjust(within)
      yield* queue.idle
      expect(missed.toSorted()).toEqual(["a#0", "b#0", "c#0"])
    })
  )

  it.scoped("settles once what comes back in the very moment in which it is given up", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const { job, seen } = recorder()
      const { missed, options } = deadline()
      let comeBack = () => {}
      const stuck = Effect.async<void>((resume) => {
        comeBack = () => resume(Effect.void)
      })
      const late = (work: Work<string>) => Effect.suspend(() => (comeBack(), options.deadline.late(work)))
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      yield* hire(
        queue,
        (work) =>
          work.id === "a#0"
            ? Effect.as(stuck, done([{ ...work, id: "too late" }]))
            : Effect.zipRight(aWhile, job(work)),
        1,
        { deadline: { within, late } }
      )
      yield* aWhile
      yield* TestClock.adjust(within)
      yield* queue.idle
      expect(missed).toEqual(["a#0"])
      expect(ids(yield* queue.dead)).toEqual(["a#0"])
      expect(yield* fed.depth).toMatchObject({ waiting: 0 })
      expect(seen.toSorted()).toEqual(["a#1", "b#0", "b#1"])
    })
  )

  it.scoped("puts aside late work of which nothing can be made", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      const late = () => Effect.die(new TypeError("no such method"))
      yield* queue.offer(items("a", 2))
      yield* hire(queue, stuckOn("a#0", job), 1, { deadline: { within, late } })
      yield* aWhile
      yield* TestClock.adjust(within)
      yield* queue.idle
      expect(seen).toEqual(["a#1"])
      expect((yield* queue.dead)[0]?.reason).toContain("no such method")
    })
  )

  it.scoped("does not take for late what is done and waits for room in the queue that it feeds", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make({ capacity: 2 })
      const { missed, options } = deadline()
      yield* fed.offer([item("x", 0)])
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, (work) => Effect.succeed(done([work])), 1, options)
      yield* TestClock.adjust("15 seconds")
      yield* aWhile
      expect(missed).toEqual([])
      expect(yield* queue.depth).toMatchObject({ waiting: 1, dead: 0 })
      yield* Effect.forkScoped(fed.work(() => Effect.succeed(done()), { concurrency: 1 }))
      yield* turning(queue.idle)
      expect(missed).toEqual([])
    })
  )

  it.scoped("makes room for its group with what it gives up", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      const { options } = deadline()
      yield* queue.offer([item("a/0", 0), item("a/1", 0), item("a/2", 0)])
      yield* hire(queue, stuckOn("a/0#0", job), 4, { ...options, perGroup: 1 })
      yield* aWhile
      expect(seen).toEqual([])
      yield* TestClock.adjust(within)
      yield* queue.idle
      expect(seen).toEqual(["a/1#0", "a/2#0"])
    })
  )

  it.scoped(
    "lets go within two seconds when it is interrupted, gives back what cannot be, and ignores its outcome (F17)",
    () =>
      Effect.gen(function* () {
        const { queue } = yield* make(ample)
        const { job, seen } = recorder()
        const gate = yield* Effect.makeLatch()
        let came = false
        yield* Effect.addFinalizer(() => gate.open)
        yield* queue.offer(items("a", 2))
        const stuck = Effect.uninterruptible(
          Effect.zipRight(
            gate.await,
            Effect.sync(() => (came = true))
          )
        )
        const fiber = yield* hire(queue, () => Effect.as(stuck, done()), 2)
        yield* aWhile
        const letGo = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(letGo)
        expect(yield* queue.depth).toMatchObject({ waiting: 2 })
        const { options } = deadline()
        yield* hire(queue, stuckOn("a#0", job), 2, options)
        yield* gate.open
        yield* eventually(() => came)
        yield* aWhile
        expect(yield* queue.depth).toMatchObject({ waiting: 2 })
        yield* TestClock.adjust(within)
        yield* queue.idle
        expect(seen).toEqual(["a#1"])
      })
  )
}
