import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { again, dead, done, StoreRefused } from "../../delivery/KeyedQueue.ts"
import { ample, eventually, hire, ids, item, items, type Make, recorder } from "./Fixture.ts"

/** What an offer keeps, and what it does not. */
export const keeping = <E>(make: Make<E>, remembers: number): void => {
  const small = { capacity: 10 }

  it.scoped("keeps what nobody works on yet, and says so", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      expect(yield* queue.offer(items("a", 3))).toEqual({ kept: 3, repeats: [] })
      expect((yield* queue.depth).waiting).toBe(3)
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen).toEqual(ids(items("a", 3)))
    })
  )

  it.scoped("tells how much of each group waits, since when, and how much is dead", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("qq:main/a", 0), item("qq:test/a", 0), item("qq:test/b", 0)])
      const { job } = recorder()
      const worker = yield* hire(queue, (work) =>
        work.key.startsWith("qq:test/") ? Effect.succeed(dead("gone")) : job(work)
      )
      yield* queue.idle
      yield* Fiber.interrupt(worker)
      yield* TestClock.adjust("1 minute")
      yield* queue.offer([item("qq:main/a", 1), item("qq:main/b", 1)])
      yield* TestClock.adjust("1 minute")
      yield* queue.offer([item("qq:main/a", 2)])
      const all = yield* queue.depths
      expect(all.get("qq:main")).toEqual({ waiting: 3, dead: 0, oldest: 60_000 })
      expect(all.get("qq:test")).toEqual({ waiting: 0, dead: 2, oldest: undefined })
      expect(all.size).toBe(2)
    })
  )

  it.scoped("keeps no part of what is known already, however many parts it has now", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const [first, ...others] = items("a", 3)
      const all = (count: number) => [
        ...(first === undefined ? [] : [first]),
        ...others.slice(0, count - 1).map(({ id, key, value }) => ({ id, key, value, partOf: "a#0" }))
      ]
      expect(yield* queue.offer(all(2))).toEqual({ kept: 2, repeats: [] })
      expect(yield* queue.offer(all(3))).toEqual({ kept: 0, repeats: ["a#0", "a#1", "a#2"] })
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(yield* queue.offer(all(3))).toMatchObject({ kept: 0 })
      expect(seen).toEqual(["a#0", "a#1"])
    })
  )

  it.scoped("refuses a chunk beyond its capacity, says whose, and keeps none of it", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(small)
      yield* queue.offer(items("qq:main/a", 4))
      const refused = yield* Effect.flip(queue.offer([item("qq:main/b", 0), item("qq:main/c", 0)]))
      expect(refused).toBeInstanceOf(StoreRefused)
      expect(refused.cause).toContain("qq:main")
      expect((yield* queue.depth).waiting).toBe(4)
      expect(yield* queue.offer([item("qq:main/b", 0)])).toEqual({ kept: 1, repeats: [] })
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen).not.toContain("qq:main/c#0")
    })
  )

  it.scoped("has room for another group, however many are full (F71)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(small)
      for (const [group, room] of [
        ["a", 5],
        ["b", 2],
        ["c", 1],
        ["d", 1]
      ] as const) {
        for (const one of items(`${group}/1`, room)) yield* queue.offer([one])
        expect((yield* Effect.flip(queue.offer([item(`${group}/2`, 0)]))).cause).toContain(group)
      }
      expect((yield* queue.depth).waiting).toBe(9)
    })
  )

  it.scoped("keeps nothing of a chunk that is too much for one of its groups", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(small)
      yield* queue.offer(items("a/1", 5))
      yield* Effect.flip(queue.offer([item("b/1", 0), item("a/1", 5)]))
      expect(yield* queue.offer([item("b/1", 0)])).toEqual({ kept: 1, repeats: [] })
    })
  )

  it.scoped("has room again for as much as was settled", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(small)
      yield* queue.offer(items("a", 5))
      yield* Effect.flip(queue.offer(items("a", 1, 5)))
      yield* hire(queue, ({ id }) =>
        Effect.succeed(id === "a#3" ? again(60_000, { spent: false, cause: "busy" }) : done())
      )
      yield* queue.idle
      yield* Effect.flip(queue.offer(items("a", 4, 5)))
      expect((yield* queue.offer(items("a", 3, 5))).kept).toBe(3)
    })
  )

  it.scoped("takes repeats although it is full, because they need no room", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(small)
      yield* queue.offer(items("a", 4))
      const chunk = [...items("a", 4), item("a", 4), item("a", 4)]
      expect(yield* queue.offer(chunk)).toEqual({ kept: 1, repeats: [...ids(items("a", 4)), "a#4"] })
      expect((yield* queue.offer(items("a", 5))).kept).toBe(0)
    })
  )

  it.scoped("ignores a repeat within a chunk, while it waits, while it is worked on, and after it was settled", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const gate = yield* Effect.makeLatch()
      const { job, seen } = recorder()
      expect(yield* queue.offer([item("a", 0), item("a", 0)])).toEqual({ kept: 1, repeats: ["a#0"] })
      expect(yield* queue.offer([item("a", 0)])).toEqual({ kept: 0, repeats: ["a#0"] })
      let started = false
      yield* hire(queue, (work) =>
        Effect.sync(() => (started = true)).pipe(Effect.zipRight(gate.await), Effect.zipRight(job(work)))
      )
      yield* eventually(() => started)
      expect(yield* queue.offer([item("a", 0)])).toEqual({ kept: 0, repeats: ["a#0"] })
      yield* gate.open
      yield* queue.idle
      expect(yield* queue.offer([item("a", 0), item("a", 1)])).toEqual({ kept: 1, repeats: ["a#0"] })
      yield* queue.idle
      expect(seen).toEqual(["a#0", "a#1"])
    })
  )

  it.scoped("tells a repeat by its id, whatever key and value it brings", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("a", 0)])
      expect((yield* queue.offer([{ id: "a#0", key: "b", value: "other" }])).repeats).toEqual(["a#0"])
    })
  )

  it.scoped("ignores a repeat of what is put off, and of what is dead", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0)])
      yield* hire(queue, ({ key }) =>
        Effect.succeed(key === "a" ? again(60_000, { spent: true, cause: "busy" }) : dead("poison"))
      )
      yield* queue.idle
      expect(yield* queue.offer([item("a", 0), item("b", 0)])).toEqual({ kept: 0, repeats: ["a#0", "b#0"] })
      yield* queue.drop("b#0")
      expect(yield* queue.offer([item("b", 0)])).toEqual({ kept: 0, repeats: ["b#0"] })
    })
  )

  it.scoped("says how much waits, how much is dead, and since when the oldest waits", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      expect(yield* queue.depth).toEqual({ waiting: 0, dead: 0, oldest: undefined })
      yield* TestClock.adjust("5 seconds")
      yield* queue.offer([item("dead", 0), item("slow", 0)])
      yield* TestClock.adjust("2 seconds")
      yield* queue.offer([item("a", 0), item("slow", 1)])
      expect(yield* queue.depth).toEqual({ waiting: 4, dead: 0, oldest: 5000 })
      yield* hire(queue, ({ id, key }) =>
        key === "dead"
          ? Effect.succeed(dead("poison"))
          : Effect.succeed(id === "slow#1" ? again(60_000, { spent: false, cause: "busy" }) : done())
      )
      yield* queue.idle
      expect(yield* queue.depth).toEqual({ waiting: 1, dead: 1, oldest: 7000 })
    })
  )

  it.scoped("is idle when it is empty, and not while something is worked on or nobody works on what is there", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.idle
      yield* queue.offer([item("a", 0)])
      let idle = false
      yield* Effect.forkScoped(
        Effect.zipRight(
          queue.idle,
          Effect.sync(() => (idle = true))
        )
      )
      const gate = yield* Effect.makeLatch()
      yield* Effect.repeatN(Effect.yieldNow(), 20)
      expect(idle).toBe(false)
      yield* hire(queue, () => Effect.as(gate.await, done()))
      yield* Effect.repeatN(Effect.yieldNow(), 20)
      expect(idle).toBe(false)
      yield* gate.open
      yield* eventually(() => idle)
    })
  )

  it.scoped.skipIf(!Number.isFinite(remembers))("remembers so many settled ids and no more (F52)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const settled = items("a", remembers + 3)
      yield* hire(queue, recorder().job)
      for (const one of settled) yield* queue.offer([one])
      yield* queue.idle
      expect((yield* queue.offer(settled.slice(3))).kept).toBe(0)
      expect((yield* queue.offer(settled.slice(0, 3))).kept).toBe(3)
    })
  )

  it.scoped.skipIf(!Number.isFinite(remembers))("never forgets the id of what waits or is dead (F52)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([item("waiting", 0), item("dead", 0)])
      yield* hire(queue, (work) => {
        if (work.key === "dead") return Effect.succeed(dead("poison"))
        return work.key === "waiting" ? Effect.never : job(work)
      })
      yield* queue.offer(items("a", remembers * 3))
      yield* eventually(() => seen.length === remembers * 3)
      expect((yield* queue.offer([item("waiting", 0), item("dead", 0)])).kept).toBe(0)
    })
  )
}
