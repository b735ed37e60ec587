import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { done } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, ids, item, items, type Make, recorder } from "./Fixture.ts"

/** Who is worked on when. */
export const order = <E>(make: Make<E>, chain: number): void => {
  it.scoped("works in order within a key, however long each piece takes", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([item("a", 0), item("b", 0), item("a", 1), item("b", 1)])
      yield* hire(queue, (work) => Effect.zipRight(Effect.repeatN(Effect.yieldNow(), (seen.length * 7) % 5), job(work)))
      for (let n = 2; n < 20; n += 2) yield* queue.offer([...items("b", 2, n), ...items("a", 2, n)])
      yield* queue.idle
      expect(seen.filter((id) => id.startsWith("a"))).toEqual(ids(items("a", 20)))
      expect(seen.filter((id) => id.startsWith("b"))).toEqual(ids(items("b", 20)))
    })
  )

  it.scoped("works on one item of a key at a time, also when two work on the queue (F86)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const active = new Map<string, number>()
      let most = 0
      const enter = (key: string, by: number) => Effect.sync(() => active.set(key, (active.get(key) ?? 0) + by))
      for (const _ of [1, 2]) {
        yield* hire(queue, ({ key }) =>
          enter(key, 1).pipe(
            Effect.tap(() => (most = Math.max(most, active.get(key) ?? 0))),
            Effect.tap(() => Effect.repeatN(Effect.yieldNow(), 3)),
            Effect.zipRight(enter(key, -1)),
            Effect.as(done())
          )
        )
      }
      yield* queue.offer([...items("a", 30), ...items("b", 30), ...items("c", 30)])
      yield* queue.idle
      expect(most).toBe(1)
    })
  )

  it.scoped("never delays a key by another whose work does not end", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer([...items("stuck", 3), ...items("a", 3), ...items("b", 3)])
      yield* hire(queue, (work) => (work.key === "stuck" ? Effect.never : job(work)), 2)
      yield* eventually(() => seen.length === 6)
      yield* queue.offer(items("c", 3))
      yield* eventually(() => seen.length === 9)
      expect(seen).not.toContain("stuck#0")
    })
  )

  it.scoped("works on no more keys at once than it was told", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const started: Array<string> = []
      const gate = yield* Effect.makeLatch()
      yield* queue.offer(["a", "b", "c", "d", "e"].map((key) => item(key, 0)))
      yield* hire(
        queue,
        ({ id }) => Effect.sync(() => started.push(id)).pipe(Effect.zipRight(gate.await), Effect.as(done())),
        3
      )
      yield* eventually(() => started.length >= 3)
      yield* aWhile
      expect(started).toHaveLength(3)
      yield* gate.open
      yield* queue.idle
      expect(started).toHaveLength(5)
    })
  )

  it.scoped("wakes as many as are needed for work that came while all were resting", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const started: Array<string> = []
      yield* hire(
        queue,
        ({ id }) =>
          Effect.zipRight(
            Effect.sync(() => started.push(id)),
            Effect.never
          ),
        4
      )
      yield* aWhile
      yield* queue.offer(["a", "b", "c", "d"].map((key) => item(key, 0)))
      yield* eventually(() => started.length === 4)
    })
  )

  it.scoped("keeps what was worked on when the work is interrupted, and gives it to the next worker (F86)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      let started = 0
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      const fiber = yield* hire(queue, () =>
        Effect.zipRight(
          Effect.sync(() => started++),
          Effect.never
        )
      )
      yield* eventually(() => started === 2)
      yield* Fiber.interrupt(fiber)
      expect((yield* queue.depth).waiting).toBe(4)
      yield* hire(queue, (work) => {
        expect(work.attempts).toBe(0)
        return job(work)
      })
      yield* queue.idle
      expect(seen.filter((id) => id.startsWith("a"))).toEqual(["a#0", "a#1"])
      expect(seen.filter((id) => id.startsWith("b"))).toEqual(["b#0", "b#1"])
    })
  )

  it.scoped("loses nothing and doubles no commit, whenever the work is interrupted", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      const all = ["a", "b", "c"].flatMap((key) => items(key, 20))
      yield* queue.offer(all)
      for (let patience = 0; patience < 40; patience++) {
        const fiber = yield* hire(queue, (work) =>
          Effect.as(Effect.yieldNow(), done([{ ...work, id: `${work.id}/0` }]))
        )
        yield* Effect.repeatN(Effect.yieldNow(), patience)
        yield* Fiber.interrupt(fiber)
        expect((yield* queue.depth).waiting + (yield* fed.depth).waiting).toBe(all.length)
      }
      yield* hire(queue, (work) => Effect.succeed(done([{ ...work, id: `${work.id}/0` }])))
      yield* queue.idle
      expect(yield* fed.depth).toMatchObject({ waiting: all.length })
    })
  )

  it.scoped(`works through ${chain} items of one key, in order and in constant stack (F88)`, () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      let next = 0
      let inOrder = true
      yield* hire(queue, ({ id }) => {
        inOrder &&= id === `a#${next++}`
        return Effect.succeed(done())
      })
      for (let n = 0; n < chain; n += 1000) yield* queue.offer(items("a", 1000, n))
      yield* queue.idle
      expect(next).toBe(chain)
      expect(inOrder).toBe(true)
    })
  )
}
