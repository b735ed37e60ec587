import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { again, dead, done, type Fate } from "../../delivery/KeyedQueue.ts"
import { ample, aWhile, hire, item, type Make } from "./Fixture.ts"

const unknown: Fate = { _tag: "Unknown" }
const waiting: Fate = { _tag: "Waiting" }
const settled = (proof?: string): Fate => ({ _tag: "Settled", proof })
const awkward = '"A\0B" \ud800 中文'

/** What a queue tells of what became of its items. */
export const fates = <E>(make: Make<E>, outlives: boolean): void => {
  it.scoped("knows nothing of what it was never given", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      expect(yield* queue.fate("a#0")).toEqual(unknown)
    })
  )

  it.scoped("says of what is kept that it waits, also while it is worked on and while it is put off", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0), item("b", 1)])
      yield* hire(queue, ({ key }) =>
        key === "a" ? Effect.never : Effect.succeed(again(60_000, { spent: true, cause: "later" }))
      )
      yield* aWhile
      for (const id of ["a#0", "b#0", "b#1"]) expect(yield* queue.fate(id)).toEqual(waiting)
    })
  )

  it.scoped("has the proof that something was done with, letter for letter, and none of what needs none", () =>
    Effect.gen(function* () {
      const { fed, queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0), item("c", 0)])
      const proofs: Readonly<Record<string, string>> = { a: awkward, b: "" }
      yield* hire(queue, ({ id, key, value }) => Effect.succeed(done([{ id, key, value }], proofs[key])))
      yield* queue.idle
      expect(yield* queue.fate("a#0")).toEqual(settled(awkward))
      expect(yield* queue.fate("b#0")).toEqual(settled(""))
      expect(yield* queue.fate("c#0")).toEqual(settled())
      expect(yield* fed.fate("a#0")).toEqual(waiting)
    })
  )

  it.scoped("says why something is dead, and that it waits when it is given another life, and that it is dropped", () =>
    Effect.gen(function* () {
      const { queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0)])
      let fatal = true
      yield* hire(queue, () => Effect.succeed(fatal ? dead(awkward) : done([], "at last")))
      yield* queue.idle
      expect(yield* queue.fate("a#0")).toEqual({ _tag: "Dead", reason: awkward })
      fatal = false
      yield* queue.retry("a#0")
      yield* queue.idle
      expect(yield* queue.fate("a#0")).toEqual(settled("at last"))
      yield* queue.drop("b#0")
      expect(yield* queue.fate("b#0")).toEqual(settled())
    })
  )

  it.scoped.skipIf(!outlives)("knows in the next process what became of it in this one", () =>
    Effect.gen(function* () {
      const { died, queue } = yield* make(ample)
      yield* queue.offer([item("a", 0), item("b", 0)])
      yield* hire(queue, ({ key }) => (key === "a" ? Effect.succeed(done([], "proof")) : Effect.never))
      yield* aWhile
      yield* Effect.iterate(yield* queue.fate("a#0"), {
        while: ({ _tag }) => _tag === "Waiting",
        body: () => queue.fate("a#0")
      })
      const next = yield* died
      expect(yield* next.queue.fate("a#0")).toEqual(settled("proof"))
      expect(yield* next.queue.fate("b#0")).toEqual(waiting)
    })
  )
}
