import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { again, dead, done, type Outcome, type Work } from "../../delivery/KeyedQueue.ts"
import { ample, eventually, hire, item, items, type Job, type Make, recorder } from "./Fixture.ts"

const busy = { spent: false, cause: "busy" }

/** Puts off what `which` names until `at`, once, and lets `job` do the rest. */
const puttingOff = (which: Readonly<Record<string, number>>, job: Job): Job => {
  const put = new Set<string>()
  return (work) => {
    const at = which[work.id]
    if (at === undefined || put.has(work.id)) return job(work)
    put.add(work.id)
    return Effect.succeed(again(at, busy))
  }
}

const poisoned: Job = () => Effect.succeed(dead("poison"))

/** What becomes of work that is not done. */
export const outcomes = <E>(make: Make<E>): void => {
  it.scoped("keeps what is put off ahead of what follows it, and holds up its own key only", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* hire(queue, puttingOff({ "a#0": 10_000 }, job))
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      yield* queue.idle
      yield* queue.offer([item("a", 2)])
      yield* TestClock.adjust("9 seconds")
      yield* queue.idle
      expect(seen).toEqual(["b#0", "b#1"])
      yield* TestClock.adjust("1 second")
      yield* queue.idle
      expect(seen.slice(2)).toEqual(["a#0", "a#1", "a#2"])
    })
  )

  it.scoped("gives back each of those put off when it is due, whichever was put off first", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* hire(queue, puttingOff({ "a#0": 9000, "b#0": 3000, "c#0": 6000, "d#0": 6000 }, job))
      for (const key of ["a", "b", "c", "d"]) {
        yield* queue.offer([item(key, 0)])
        yield* queue.idle
      }
      yield* TestClock.adjust("3 seconds")
      yield* queue.idle
      expect(seen).toEqual(["b#0"])
      yield* TestClock.adjust("3 seconds")
      yield* queue.idle
      expect(seen.toSorted()).toEqual(["b#0", "c#0", "d#0"])
      yield* TestClock.adjust("3 seconds")
      yield* queue.idle
      expect(seen.at(3)).toBe("a#0")
    })
  )

  it.scoped("gives back at once what is put off until a moment that is past", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* TestClock.adjust("1 minute")
      yield* hire(queue, puttingOff({ "a#0": 60_000, "b#0": 0 }, job))
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      yield* queue.idle
      expect(seen.toSorted()).toEqual(["a#0", "a#1", "b#0", "b#1"])
    })
  )

  it.scoped("gives back what was put off for longer than a timer lasts", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      const days = 26 * 24 * 3_600_000
      yield* hire(queue, puttingOff({ "a#0": days }, job))
      yield* queue.offer([item("a", 0)])
      yield* queue.idle
      yield* TestClock.setTime(days - 1)
      yield* queue.idle
      expect(seen).toEqual([])
      yield* TestClock.setTime(days)
      yield* eventually(() => seen.length === 1)
    })
  )

  it.scoped("gives back what came due while nobody worked", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([item("a", 0)])
      yield* Effect.scoped(Effect.zipRight(hire(queue, puttingOff({ "a#0": 5000 }, job)), queue.idle))
      yield* TestClock.adjust("1 hour")
      yield* hire(queue, job)
      yield* eventually(() => seen.length === 1)
    })
  )

  it.scoped("counts an attempt only where it was spent (F95)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const attempts: Array<number> = []
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, (work) =>
        Effect.sync((): Outcome<string> => {
          attempts.push(work.attempts)
          return attempts.length === 6 ? done() : again(0, { spent: attempts.length % 3 === 0, cause: "busy" })
        })
      )
      yield* queue.idle
      expect(attempts).toEqual([0, 0, 0, 1, 1, 1])
    })
  )

  it.scoped("wakes what is put off under the keys that begin with a prefix, and no other", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* hire(queue, puttingOff({ "qq:main/a#0": 60_000, "qq:main/b#0": 90_000, "qq:test/a#0": 60_000 }, job))
      yield* queue.offer([item("qq:main/a", 0), item("qq:main/b", 0), item("qq:test/a", 0)])
      yield* queue.idle
      yield* queue.wake("qq:main/")
      yield* queue.idle
      expect(seen.toSorted()).toEqual(["qq:main/a#0", "qq:main/b#0"])
      yield* TestClock.adjust("1 minute")
      yield* queue.idle
      expect(seen.at(2)).toBe("qq:test/a#0")
    })
  )

  it.scoped("wakes what is at work too: put off next, it is due at once, and the time after that it is not", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const gate = yield* Effect.makeLatch()
      const runs = { "qq:main/a": 0, "qq:test/a": 0 }
      const count = (key: string) => (key === "qq:main/a" ? ++runs["qq:main/a"] : ++runs["qq:test/a"])
      yield* hire(queue, ({ key }) =>
        Effect.sync(() => count(key)).pipe(Effect.zipRight(gate.await), Effect.as(again(60_000, busy)))
      )
      yield* queue.offer([item("qq:main/a", 0), item("qq:test/a", 0)])
      yield* eventually(() => runs["qq:main/a"] + runs["qq:test/a"] === 2)
      yield* queue.wake("qq:main/")
      yield* gate.open
      yield* queue.idle
      expect(runs).toEqual({ "qq:main/a": 2, "qq:test/a": 1 })
    })
  )

  it.scoped("puts aside what is dead with its reason, and its key goes on", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* TestClock.adjust("1 second")
      yield* queue.offer(items("a", 3))
      yield* TestClock.adjust("1 second")
      yield* hire(queue, (work) => {
        if (work.id !== "a#1") return job(work)
        return Effect.succeed(work.attempts === 0 ? again(0, { spent: true, cause: "busy" }) : dead("poison"))
      })
      yield* queue.idle
      expect(seen).toEqual(["a#0", "a#2"])
      expect(yield* queue.dead).toEqual([
        { id: "a#1", key: "a", value: "a#1", attempts: 1, keptAt: 1000, reason: "poison", diedAt: 2000 }
      ])
    })
  )

  it.scoped("gives one of the dead another life, as new and behind what its key has", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const lives: Array<Work<string>> = []
      yield* queue.offer([item("a", 0)])
      yield* Effect.scoped(Effect.zipRight(hire(queue, poisoned), queue.idle))
      yield* queue.offer([item("a", 1)])
      yield* TestClock.adjust("7 seconds")
      expect(yield* queue.retry("a#0")).toBe(true)
      expect(yield* queue.retry("a#0")).toBe(false)
      expect(yield* queue.dead).toEqual([])
      yield* hire(queue, (work) => Effect.sync(() => (lives.push(work), done())))
      yield* queue.idle
      expect(lives.map(({ id }) => id)).toEqual(["a#1", "a#0"])
      expect(lives.at(1)).toMatchObject({ attempts: 0, keptAt: 7000 })
    })
  )

  it.scoped("refuses another life while it is full, and the dead stays where it was", () =>
    Effect.gen(function* () {
      const { queue } = yield* make({ capacity: 4 })
      yield* queue.offer([item("a", 0)])
      yield* Effect.scoped(Effect.zipRight(hire(queue, poisoned), queue.idle))
      yield* queue.offer(items("a", 2, 1))
      yield* Effect.flip(queue.retry("a#0"))
      expect(yield* queue.depth).toMatchObject({ waiting: 2, dead: 1 })
    })
  )

  it.scoped("drops one of the dead once, and knows when there is none of that id", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0)])
      expect(yield* queue.drop("a#0")).toBe(false)
      expect(yield* queue.retry("a#0")).toBe(false)
      yield* hire(queue, poisoned)
      yield* queue.idle
      expect(yield* queue.drop("a#0")).toBe(true)
      expect(yield* queue.drop("a#0")).toBe(false)
      expect(yield* queue.retry("a#0")).toBe(false)
      expect((yield* queue.dead).map(({ id }) => id)).toEqual(["b#0"])
    })
  )

  it.scoped("puts aside work that dies of a defect, and goes on with everything else (F89)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      yield* hire(
        queue,
        (work) => {
          if (work.id === "a#0") return Effect.die(new TypeError("no such method"))
          if (work.id === "b#0") throw new TypeError("thrown before there was an effect")
          return job(work)
        },
        1
      )
      yield* queue.idle
      expect(seen.toSorted()).toEqual(["a#1", "b#1"])
      const reasons = (yield* queue.dead).map(({ reason }) => reason)
      expect(reasons[0]).toContain("no such method")
      expect(reasons[1]).toContain("thrown before")
    })
  )

  it.scoped("tries again, as an attempt that was spent, what was interrupted from within", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const attempts: Array<number> = []
      yield* queue.offer([item("a", 0)])
      yield* hire(queue, (work) =>
        Effect.zipRight(
          Effect.sync(() => attempts.push(work.attempts)),
          work.attempts === 0 ? Effect.interrupt : Effect.succeed(done())
        )
      )
      yield* queue.idle
      yield* TestClock.adjust("1 minute")
      yield* queue.idle
      expect(attempts).toEqual([0, 1])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
    })
  )
}
