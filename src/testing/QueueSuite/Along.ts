import { expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { dead, done, type Outcome } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, eventually, hire, ids, item, items, type Make, recorder } from "./Fixture.ts"

/** The oldest of key `a` comes to `outcome`, with two of those behind it; everything else is done. */
const withTwo = (outcome: Outcome<string>) => {
  const { job, seen } = recorder()
  const first = ({ id }: { readonly id: string }) => (id === "a#0" && outcome._tag !== "Again" ? outcome : undefined)
  return {
    seen,
    job: (work: Parameters<typeof job>[0]) =>
      Effect.map(job(work), (): Outcome<string> => {
        const own = first(work)
        return own === undefined ? done() : { ...own, along: 2 }
      })
  }
}

/** What waits behind work, and what shares its fate. */
export const along = <E>(make: Make<E>, outlives: boolean): void => {
  it.scoped("tells what waits behind the oldest of a key, in order, and since when", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      const start = yield* Clock.currentTimeMillis
      yield* queue.offer([...items("a", 2), item("b", 0)])
      yield* TestClock.adjust("5 seconds")
      yield* queue.offer(items("a", 3, 2))
      const behind = yield* queue.behind("a", 3)
      expect(behind.map(({ id, keptAt, value }) => [id, keptAt - start, value])).toEqual([
        ["a#1", 0, "a#1"],
        ["a#2", 5000, "a#2"],
        ["a#3", 5000, "a#3"]
      ])
      expect(yield* queue.behind("b", 3)).toEqual([])
      expect(yield* queue.behind("c", 3)).toEqual([])
    })
  )

  it.scoped("tells it while the oldest is worked on, and what comes meanwhile too", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      let begun = false
      yield* hire(queue, () =>
        Effect.zipRight(
          Effect.sync(() => (begun = true)),
          Effect.never
        )
      )
      yield* queue.offer(items("a", 2))
      yield* eventually(() => begun)
      yield* queue.offer(items("a", 1, 2))
      expect(ids(yield* queue.behind("a", 9))).toEqual(["a#1", "a#2"])
    })
  )

  it.scoped("settles with the oldest as many of those behind it as it is told, in one commit with what it offers", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      yield* queue.offer([...items("a", 4), item("b", 0)])
      const { job, seen } = withTwo(done([item("a", 100)], "proof"))
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen.toSorted()).toEqual(["a#0", "a#3", "b#0"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
      expect(yield* fed.depth).toMatchObject({ waiting: 1 })
      for (const n of [0, 1, 2]) expect(yield* queue.fate(`a#${n}`)).toEqual({ _tag: "Settled", proof: "proof" })
      expect((yield* queue.offer(items("a", 4))).repeats).toHaveLength(4)
    })
  )

  it.scoped("settles no more than there are", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer(items("a", 2))
      const { job, seen } = withTwo(done())
      yield* hire(queue, job)
      yield* queue.idle
      yield* queue.offer([item("a", 9)])
      yield* queue.idle
      expect(seen).toEqual(["a#0", "a#9"])
      expect(yield* queue.depth).toEqual({ waiting: 0, dead: 0, oldest: undefined })
    })
  )

  it.scoped("puts aside with the oldest those behind it, each of which may be given another life", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer(items("a", 4))
      const { job, seen } = withTwo(dead("poison"))
      yield* hire(queue, job)
      yield* queue.idle
      const all = yield* queue.dead
      expect(all.map(({ id, reason }) => [id, reason]).toSorted()).toEqual(
        ["a#0", "a#1", "a#2"].map((id) => [id, "poison"])
      )
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 3 })
      expect(yield* queue.retry("a#2")).toBe(true)
      yield* queue.idle
      expect(seen).toEqual(["a#0", "a#3", "a#2"])
    })
  )

  it.scoped.skipIf(!outlives)(
    "tells in the next process what waits behind, and leaves nothing of what was settled",
    () =>
      Effect.gen(function* () {
        const { died, queue } = yield* make(ample)
        yield* queue.offer(items("a", 6))
        const { job, seen } = withTwo(done())
        yield* hire(queue, (work) => (work.id === "a#3" ? Effect.never : job(work)))
        yield* aWhile
        yield* Effect.iterate(yield* queue.fate("a#2"), {
          while: ({ _tag }) => _tag === "Waiting",
          body: () => queue.fate("a#2")
        })
        const next = yield* died
        expect(ids(yield* next.queue.behind("a", 9))).toEqual(["a#4", "a#5"])
        expect((yield* next.queue.behind("a", 1)).map(({ value }) => value)).toEqual(["a#4"])
        expect(seen).toEqual(["a#0"])
      })
  )
}
