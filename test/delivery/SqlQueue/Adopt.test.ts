import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Schema, Scope, TestClock } from "effect"
import * as Sqlite from "../../../src/cli/Sqlite.ts"
import { dead, done } from "../../../src/delivery/KeyedQueue.ts"
import { Leases } from "../../../src/delivery/Leases.ts"
import * as SqlQueue from "../../../src/delivery/SqlQueue.ts"
import { SqlStore } from "../../../src/delivery/SqlStore.ts"
import { aWhile, eventually, hire, ids, item, items, recorder } from "../../../src/testing/QueueSuite/Fixture.ts"
import { next } from "../SqlStore/Owned.ts"
import { file } from "../SqlStore/Sqlite.ts"

/** An empty queue of whose accounts these are owned and none is taken up, and what it takes one up with. */
const make = (...accounts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = SqlStore.layer.pipe(Layer.provide(Sqlite.layer(yield* file)))
    const context = yield* Layer.build(Leases.layer.pipe(Layer.provide(next), Layer.provideMerge(store)))
    return yield* Effect.gen(function* () {
      const fed = yield* SqlQueue.make({ name: "fed", capacity: 1000, dead: 100 }, Schema.String)
      const queue = yield* SqlQueue.makeFeeding({ name: "queue", capacity: 1000, dead: 100 }, Schema.String, fed)
      const leases = yield* Leases
      for (const account of accounts) yield* leases.take({ account })
      const adopt = (account: string) =>
        Effect.gen(function* () {
          const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
          yield* Scope.extend(Effect.zipRight(fed.adopt(account), queue.adopt(account)), scope)
          return Scope.close(scope, Exit.void)
        })
      return { queue, fed, adopt }
    }).pipe(Effect.provide(context))
  })

describe("an account of a queue", () => {
  it.scoped("that is not taken up is refused by name, with all that is offered with it", () =>
    Effect.gen(function* () {
      const { adopt, queue } = yield* make("a", "b")
      yield* adopt("a")
      const refused = yield* Effect.flip(queue.offer([item("a", 0), item("b", 0)]))
      expect(refused.message).toBe("queue: b is not taken up by this process")
      expect(yield* queue.depth).toMatchObject({ waiting: 0 })
      expect((yield* queue.offer([item("a", 0)])).kept).toBe(1)
    })
  )

  it.scoped("that is not owned is not taken up", () =>
    Effect.gen(function* () {
      const { queue } = yield* make("a")
      expect((yield* Effect.flip(Effect.scoped(queue.adopt("b")))).message).toContain("b is not taken up")
    })
  )

  it.scoped(
    "that is let go of is worked on no more, stays kept, and goes on where it was when it is taken up again",
    () =>
      Effect.gen(function* () {
        const { adopt, queue } = yield* make("a", "b")
        const letGo = yield* adopt("a")
        yield* adopt("b")
        yield* queue.offer([...items("a", 3), ...items("b", 1)])
        yield* letGo
        const { job, seen } = recorder()
        yield* hire(queue, job)
        yield* queue.idle
        expect(seen).toEqual(["b#0"])
        expect(yield* queue.depth).toMatchObject({ waiting: 0 })
        expect((yield* Effect.flip(queue.offer(items("a", 1, 3)))).cause).toContain("a is not taken up")
        yield* adopt("a")
        yield* queue.offer(items("a", 1, 3))
        yield* queue.idle
        expect(seen).toEqual(["b#0", ...ids(items("a", 4))])
      })
  )

  it.scoped("that is let go of waits for what is at work on it to settle", () =>
    Effect.gen(function* () {
      const { adopt, fed, queue } = yield* make("a")
      const letGo = yield* adopt("a")
      const gate = yield* Effect.makeLatch()
      const { job, seen } = recorder()
      yield* queue.offer(items("a", 2))
      yield* hire(queue, (work) =>
        gate.await.pipe(Effect.zipRight(job(work)), Effect.as(done([{ ...work, id: "reply" }])))
      )
      yield* aWhile
      const gone = yield* Effect.fork(letGo)
      yield* aWhile
      expect((yield* Fiber.poll(gone))._tag).toBe("None")
      yield* gate.open
      yield* Fiber.join(gone)
      expect(seen).toEqual(["a#0"])
      yield* adopt("a")
      expect(yield* fed.depth).toMatchObject({ waiting: 1 })
    })
  )

  it.scoped(
    "that is let go of has back within two seconds what is stuck, whose outcome is ignored then (F17, F57)",
    () =>
      Effect.gen(function* () {
        const { adopt, fed, queue } = yield* make("a", "b")
        const letGo = yield* adopt("a")
        yield* adopt("b")
        const gate = yield* Effect.makeLatch()
        yield* Effect.addFinalizer(() => gate.open)
        let stuck = 0
        let came = 0
        yield* queue.offer(items("a", 2))
        const hang = Effect.sync(() => stuck++).pipe(
          Effect.zipRight(gate.await),
          Effect.zipRight(Effect.sync(() => came++)),
          Effect.uninterruptible
        )
        const { job, seen } = recorder()
        yield* hire(
          queue,
          (work) =>
            work.key === "a" && stuck === 0 ? Effect.as(hang, done([{ ...work, id: "too late" }])) : job(work),
          1
        )
        yield* eventually(() => stuck === 1)
        const gone = yield* Effect.fork(letGo)
        yield* aWhile
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(gone)
        // its place is filled
        yield* queue.offer([item("b", 0)])
        yield* eventually(() => seen.length === 1)
        yield* gate.open
        yield* eventually(() => came === 1)
        yield* aWhile
        yield* adopt("a")
        yield* queue.idle
        expect(seen).toEqual(["b#0", "a#0", "a#1"])
        expect(yield* fed.depth).toMatchObject({ waiting: 0 })
      })
  )

  it.scoped("keeps its dead to whoever has it: they are not listed, retried or dropped by others", () =>
    Effect.gen(function* () {
      const { adopt, queue } = yield* make("a")
      const letGo = yield* adopt("a")
      yield* queue.offer([item("a", 0)])
      yield* Effect.scoped(
        Effect.zipRight(
          hire(queue, () => Effect.succeed(dead("poison"))),
          queue.idle
        )
      )
      yield* letGo
      expect(yield* queue.dead).toEqual([])
      expect(yield* queue.retry("a#0")).toBe(false)
      expect(yield* queue.drop("a#0")).toBe(false)
      yield* adopt("a")
      expect(yield* queue.depth).toMatchObject({ dead: 1 })
      expect(yield* queue.retry("a#0")).toBe(true)
    })
  )
})
