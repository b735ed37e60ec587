import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { again, done } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, item, items, type Make, recorder } from "./Fixture.ts"

const keys = (group: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => item(`${group}/${from + n}`, 0))

const groupsOf = (seen: ReadonlyArray<string>) => seen.map((id) => id.slice(0, id.indexOf("/")))

/** What one group of keys may do to another: nothing. */
export const fairness = <E>(make: Make<E>): void => {
  it.scoped("takes groups in turn, however much one of them has and however early", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer(keys("a", 50))
      yield* queue.offer([...keys("b", 3), ...items("c/0", 3)])
      yield* hire(queue, job, 1)
      yield* queue.idle
      const turns = groupsOf(seen)
      for (const turn of [0, 3, 6]) expect(turns.slice(turn, turn + 3).toSorted()).toEqual(["a", "b", "c"])
      expect(turns).toHaveLength(56)
    })
  )

  it.scoped("lets a group that comes late have the next turn", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer(keys("a", 50))
      yield* hire(
        queue,
        (work) => Effect.zipRight(seen.length === 9 ? Effect.orDie(queue.offer(keys("b", 1))) : Effect.void, job(work)),
        1
      )
      yield* queue.idle
      expect(groupsOf(seen).indexOf("b")).toBeGreaterThan(9)
      expect(groupsOf(seen).indexOf("b")).toBeLessThan(13)
    })
  )

  it.scoped("delays no group by others whose work does not end (F71)", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      let stuck = 0
      yield* queue.offer([...keys("qq:stuck", 100), ...keys("tg:stuck", 100), ...keys("qq:main", 10)])
      yield* hire(
        queue,
        (work) =>
          work.key.includes("stuck")
            ? Effect.zipRight(
                Effect.sync(() => stuck++),
                Effect.never
              )
            : job(work),
        8,
        { perGroup: 3 }
      )
      yield* eventually(() => seen.length === 10)
      yield* queue.offer([...keys("qq:stuck", 100, 100), ...keys("qq:main", 10, 10)])
      yield* eventually(() => seen.length === 20)
      yield* aWhile
      expect(stuck).toBe(6)
    })
  )

  it.scoped("works on the other keys of a group as soon as it may", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      let active = 0
      let most = 0
      const gate = yield* Effect.makeLatch()
      yield* queue.offer(keys("a", 12))
      yield* hire(
        queue,
        (work) =>
          Effect.acquireUseRelease(
            Effect.sync(() => (most = Math.max(most, ++active))),
            () => (work.attempts === 0 && work.key === "a/0" ? gate.await : Effect.yieldNow()),
            () => Effect.sync(() => active--)
          ).pipe(
            Effect.zipRight(
              work.key === "a/1" && work.attempts === 0
                ? Effect.succeed(again(0, { spent: true, cause: "busy" }))
                : job(work)
            )
          ),
        8,
        { perGroup: 2 }
      )
      yield* eventually(() => seen.length === 11)
      yield* gate.open
      yield* queue.idle
      expect(most).toBe(2)
      expect(seen).toHaveLength(12)
    })
  )

  it.scoped("counts no key that is put off among those of its group that are worked on", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const { job, seen } = recorder()
      yield* queue.offer(keys("a", 4))
      yield* hire(
        queue,
        (work) => (work.key === "a/0" ? Effect.succeed(again(60_000, { spent: false, cause: "busy" })) : job(work)),
        8,
        { perGroup: 1 }
      )
      yield* queue.idle
      expect(seen).toEqual(["a/1#0", "a/2#0", "a/3#0"])
    })
  )

  it.scoped("is not idle while what is there may not be worked on yet", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const gate = yield* Effect.makeLatch()
      let idle = false
      yield* queue.offer(keys("a", 3))
      yield* hire(queue, () => Effect.as(gate.await, done()), 8, { perGroup: 1 })
      yield* Effect.forkScoped(
        Effect.zipRight(
          queue.idle,
          Effect.sync(() => (idle = true))
        )
      )
      yield* aWhile
      expect(idle).toBe(false)
      yield* gate.open
      yield* eventually(() => idle)
      expect((yield* queue.depth).waiting).toBe(0)
    })
  )
}
