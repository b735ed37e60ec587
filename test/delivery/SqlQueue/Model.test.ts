import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Random, Scope, TestClock } from "effect"
import { again, dead, done, type Item, type Outcome, type Work } from "../../../src/delivery/KeyedQueue.ts"
import { aWhile, ids, turning } from "../../../src/testing/QueueSuite/Fixture.ts"
import { baySize } from "../../../src/delivery/SqlStore/Bays.ts"
import { file, open, remains } from "../SqlStore/Sqlite.ts"

const keys = ["a/1", "a/2", "b/1"]

/** What is fixed about an item by its number: whether it dies, and how often it fails before. */
const fateOf = ({ value }: Item<string>): "dead" | "done" => (Number(value) % 21 < 7 ? "dead" : "done")

const chance = (one: number) => Effect.map(Random.nextIntBetween(0, one), (drawn) => drawn === 0)

describe("any story of offers, outcomes, waits and deaths of the process", () => {
  /** how many shared the fate of one before them, in all stories */
  let together = 0

  it.scoped.each(Array.from({ length: 12 }, (_, seed) => seed))(
    "loses nothing that was kept, settles it once, and keeps every key in order, from seed %i",
    (seed) =>
      Effect.gen(function* () {
        const first = yield* file
        // in every other story hardly two ids stand together
        const bay = seed % 2 === 0 ? baySize : 2
        let path = first
        let life = yield* Scope.make()
        let store = yield* Scope.extend(open(path, { bay }), life)
        let made = 0
        /** what was told to have been kept, in order, and is therefore never lost */
        const kept: Array<Item<string>> = []
        /** what was run in this life of the process, by key */
        let runs: Array<Work<string>> = []
        const attempts = new Map<string, number>()
        /** what may be on record as begun in this life of the process: its outcome may die with it */
        const begun = new Set<string>()
        const spend = (id: string) => attempts.set(id, (attempts.get(id) ?? 0) + 1)

        const job = (work: Work<string>): Effect.Effect<Outcome<string>> =>
          Effect.gen(function* () {
            runs.push(work)
            expect(work.attempts).toBeLessThanOrEqual(attempts.get(work.id) ?? 0)
            if (yield* chance(2)) {
              begun.add(work.id)
              yield* Effect.orDie(work.begin)
            }
            yield* Effect.repeatN(Effect.yieldNow(), yield* Random.nextIntBetween(0, 4))
            const now = yield* Clock.currentTimeMillis
            if (yield* chance(4)) {
              const spent = yield* Random.nextBoolean
              if (spent) spend(work.id)
              return again(now + (yield* Random.nextIntBetween(0, 3000)), { spent, cause: "busy" })
            }
            const shared = (yield* chance(3)) ? yield* sharing(work) : []
            const along = shared.length
            if (fateOf(work) === "dead") return { ...dead(work.value), along }
            const said = [work, ...shared].map(({ id, key, value }) => ({ id: `${id}#0`, key, value }))
            return { ...done(said), along }
          })

        /** Those right behind it that are fated as it is. */
        const sharing = (work: Work<string>) =>
          Effect.map(Effect.orDie(store.queue.behind(work.key, 3)), (behind) => {
            const other = behind.findIndex((one) => fateOf(one) !== fateOf(work))
            const shared = other < 0 ? behind : behind.slice(0, other)
            together += shared.length
            return shared
          })

        const hire = Effect.suspend(() => store.queue.work(job, { concurrency: 3, perGroup: 2 }))
        let crew = yield* Effect.fork(hire)

        const offer = Effect.gen(function* () {
          const count = yield* Random.nextIntBetween(1, 6)
          const chunk: Array<Item<string>> = []
          for (let n = 0; n < count; n++) {
            const repeat = kept[yield* Random.nextIntBetween(0, Math.max(1, kept.length))]
            if (repeat !== undefined && (yield* chance(3))) chunk.push(repeat)
            else {
              const key = keys[yield* Random.nextIntBetween(0, keys.length)] ?? "a/1"
              chunk.push({ id: `${key}#${made}`, key, value: String(made++) })
            }
          }
          const known = new Set(ids(kept))
          const { repeats } = yield* store.queue.offer(chunk)
          for (const { id } of chunk) if (known.has(id)) expect(repeats).toContain(id)
          for (const one of chunk) if (!known.has(one.id)) kept.push(one)
        })

        const die = Effect.gen(function* () {
          path = remains(path, "x")
          yield* Fiber.interrupt(crew)
          yield* Scope.close(life, Exit.void)
          life = yield* Scope.make()
          store = yield* Scope.extend(open(path, { bay }), life)
          runs = []
          for (const id of begun) spend(id)
          begun.clear()
          crew = yield* Effect.fork(hire)
        })

        /** Within one life, what a key ran is in the order in which it was kept. */
        const inOrder = Effect.sync(() => {
          for (const key of keys) {
            const ran = runs.filter((work) => work.key === key).map((work) => Number(work.value))
            expect(ran).toEqual(ran.toSorted((a, b) => a - b))
          }
        })

        for (let step = 0; step < 40; step++) {
          const drawn = yield* Random.nextIntBetween(0, 10)
          if (drawn < 4) yield* offer
          else if (drawn < 7) yield* Effect.repeatN(Effect.yieldNow(), drawn * 7)
          else if (drawn < 9) yield* TestClock.adjust("700 millis")
          else yield* die
          yield* inOrder
        }
        yield* turning(
          Effect.repeat(Effect.zipRight(aWhile, store.queue.depth), { until: ({ waiting }) => waiting === 0 })
        )
        yield* Fiber.interrupt(crew)

        expect((yield* store.queue.offer(kept)).kept).toBe(0)
        const fates = (which: "dead" | "done") => kept.filter((one) => fateOf(one) === which)
        expect(ids(yield* store.queue.dead).toSorted()).toEqual(ids(fates("dead")).toSorted())
        const said: Array<Work<string>> = []
        yield* Effect.fork(store.fed.work((work) => Effect.sync(() => (said.push(work), done())), { concurrency: 1 }))
        yield* store.fed.idle
        for (const key of keys) {
          const values = (of: ReadonlyArray<Item<string>>) =>
            of.filter((one) => one.key === key).map(({ value }) => value)
          expect(values(said)).toEqual(values(fates("done")))
        }
        yield* Scope.close(life, Exit.void)
      }).pipe(Effect.withRandom(Random.make(seed)))
  )

  it("has had work share its fate with what was behind it", () => {
    expect(together).toBeGreaterThan(12)
  })
})
