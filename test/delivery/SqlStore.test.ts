import { readFileSync, statSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Exit, Layer, Logger, Scope, TestClock } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { again, dead, done, StoreRefused, type Work } from "../../src/delivery/KeyedQueue.ts"
import { SqlStore, StoreTooNew } from "../../src/delivery/SqlStore.ts"
import { aWhile, eventually, hire, ids, item, items, recorder, turning } from "../../src/testing/QueueSuite/Fixture.ts"
import { beside, file, open, remains, say } from "./SqlStore/Sqlite.ts"

const busy = { spent: false, cause: "busy" }
const tried = { spent: true, cause: "failed" }
const replies = (work: Work<string>) => done([{ id: `${work.id}/0`, key: work.key, value: work.value }])

/** Items whose values have so many characters. */
const large = (key: string, count: number, length: number, from = 0) =>
  items(key, count, from).map(({ id }) => ({ id, key, value: "x".repeat(length) }))

/** A store for as long as `use` takes. */
const during = <A, E>(
  path: string,
  use: (opened: Effect.Effect.Success<ReturnType<typeof open>>) => Effect.Effect<A, E, Scope.Scope>
) => Effect.scoped(Effect.flatMap(open(path), use))

/** Opens a store, and gives nothing of it away. */
const refusal = (path: string) => Effect.scoped(Effect.asVoid(open(path)))

/** Runs `effect`, and what it logged. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => lines.push(`${logLevel.label} ${String(message)}`))
  return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), lines)
}

describe("a store whose process died", () => {
  it.scoped("has nothing left on record of what was given back, once the next process has settled it", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      let begun = false
      yield* queue.offer([item("a", 0)])
      const fiber = yield* hire(queue, ({ begin, brokenOff }) =>
        Effect.orDie(begin).pipe(
          Effect.tap(() => Effect.sync(() => ((begun = true), brokenOff(() => true)))),
          Effect.zipRight(Effect.never)
        )
      )
      yield* eventually(() => begun)
      yield* Fiber.interrupt(fiber)
      const left = remains(path, "died")
      const next = yield* open(left)
      yield* hire(next.queue, () => Effect.succeed(done()))
      yield* next.queue.idle
      const sql = yield* beside(left)
      expect(yield* sql.unsafe("select * from holdfast_begun")).toEqual([])
    })
  )

  it.scoped("is worked on again: what was not settled, in order, with its attempts (F76, F86)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fed, queue } = yield* open(path)
      yield* queue.offer([...items("a", 3), ...items("b", 2), ...items("c", 2)])
      yield* hire(queue, (work) => {
        if (work.id === "a#0") return Effect.succeed(work.attempts < 2 ? again(0, tried) : again(1e9, busy))
        if (work.id === "b#0") return Effect.never
        return Effect.succeed(replies(work))
      })
      yield* eventually(() => false).pipe(
        Effect.raceFirst(Effect.repeat(fed.depth, { until: ({ waiting }) => waiting === 2 }))
      )
      yield* TestClock.adjust("1 second")
      const died = yield* open(remains(path, "died"))
      expect(yield* died.queue.depth).toMatchObject({ waiting: 5 })
      expect(yield* died.fed.depth).toMatchObject({ waiting: 2 })
      const works: Array<Work<string>> = []
      yield* hire(died.queue, (work) => Effect.sync(() => (works.push(work), done())))
      yield* died.queue.idle
      expect(ids(works)).toEqual(["b#0", "b#1"])
      yield* died.queue.wake("a")
      yield* died.queue.idle
      expect(works.slice(2)).toMatchObject([
        { id: "a#0", attempts: 2, keptAt: 0, value: "a#0" },
        { id: "a#1", attempts: 0 },
        { id: "a#2", attempts: 0 }
      ])
    })
  )

  it.scoped("still tells apart what waits, what was settled and what is dead (F75, F77)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ queue }) =>
        Effect.gen(function* () {
          yield* queue.offer([item("a", 0), item("dead", 0)])
          yield* hire(queue, ({ key }) => Effect.succeed(key === "dead" ? dead("poison") : done()))
          yield* queue.idle
          yield* queue.offer([item("b", 0)])
        })
      )
      const { queue } = yield* open(path)
      expect(yield* queue.offer([item("a", 0), item("b", 0), item("dead", 0), item("c", 0)])).toEqual({
        kept: 1,
        repeats: ["a#0", "b#0", "dead#0"]
      })
      expect(yield* queue.dead).toMatchObject([{ id: "dead#0", reason: "poison", value: "dead#0" }])
    })
  )

  it.scoped("keeps what was put off waiting until it is due", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ queue }) =>
        Effect.zipRight(
          queue.offer(items("a", 2)),
          Effect.zipRight(
            hire(queue, () => Effect.succeed(again(60_000, busy))),
            queue.idle
          )
        )
      )
      yield* TestClock.adjust("30 seconds")
      const { queue } = yield* open(path)
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* TestClock.adjust("29999 millis")
      yield* queue.idle
      expect(seen).toEqual([])
      yield* TestClock.adjust("1 millis")
      yield* queue.idle
      expect(seen).toEqual(["a#0", "a#1"])
    })
  )

  it.scoped("gives one of its dead another life, once, behind what its key has", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ queue }) =>
        Effect.gen(function* () {
          yield* queue.offer(items("a", 2))
          yield* Effect.scoped(
            Effect.zipRight(
              hire(queue, () => Effect.succeed(dead("poison"))),
              queue.idle
            )
          )
          yield* queue.offer(items("a", 1, 2))
          expect(yield* queue.retry("a#0")).toBe(true)
        })
      )
      const { queue } = yield* open(path)
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen).toEqual(["a#2", "a#0"])
      expect(yield* queue.retry("a#1")).toBe(true)
      yield* queue.idle
      expect(seen).toEqual(["a#2", "a#0", "a#1"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
    })
  )

  it.scoped("puts aside what it cannot read, says what is wrong with it, and its key goes on", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ queue, sql }) =>
        Effect.zipRight(queue.offer(items("a", 2)), say(sql, "update holdfast_item set value = '7' where id = 'a#0'"))
      )
      const { queue } = yield* open(path)
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen).toEqual(["a#1"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 1 })
    })
  )

  it.scoped("has every text back as it was", () =>
    Effect.gen(function* () {
      const path = yield* file
      const odd = ['"', "\0", "\ud800", "a\udc00b", '"\\u0000"', "😀", "a/b\n'\\", ""]
      const chunk = odd.map((text, n) => ({ id: `${text}#${n}`, key: text, value: text }))
      yield* during(path, ({ queue }) => queue.offer(chunk))
      const { queue } = yield* open(path)
      const works: Array<Work<string>> = []
      yield* hire(queue, (work) => Effect.sync(() => (works.push(work), dead(work.value))), 1)
      yield* queue.idle
      expect(works.map(({ id, key, value }) => ({ id, key, value }))).toEqual(expect.arrayContaining(chunk))
      expect((yield* queue.offer(chunk)).repeats).toHaveLength(odd.length)
      expect((yield* queue.dead).map(({ reason }) => reason)).toEqual(expect.arrayContaining(odd))
    })
  )
})

describe("a store", () => {
  it.scoped(
    "is written, of each account, by its last owner only: what an earlier one writes is refused, and nothing of it is there",
    () =>
      Effect.gen(function* () {
        const path = yield* file
        const first = yield* open(path)
        yield* first.queue.offer([item("a", 0)])
        const second = yield* open(path)
        const refused = yield* Effect.flip(first.queue.offer([item("a", 1)]))
        expect(refused).toBeInstanceOf(StoreRefused)
        expect(refused.message).toMatch(/^queue: a was taken over by another process \(pid \d+ on test, since/)
        yield* hire(first.queue, recorder().job)
        yield* TestClock.adjust("1 second")
        const { job, seen } = recorder()
        yield* second.queue.offer([item("a", 1)])
        yield* hire(second.queue, job)
        yield* second.queue.idle
        expect(seen).toEqual(["a#0", "a#1"])
      })
  )

  it.scoped("of a later version is refused with what to do, and not a byte of it is changed", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ sql }) => say(sql, "update holdfast_store set version = 99"))
      const before = readFileSync(path)
      const error = yield* Effect.flip(refusal(path))
      expect(error).toBeInstanceOf(StoreTooNew)
      expect(error.message).toContain("is of version 99 and this program understands 7 at most")
      expect(readFileSync(path).equals(before)).toBe(true)
    })
  )

  it.scoped("that a later program brings up to date is not written any more by who has it open, and says so", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      yield* queue.offer(items("a", 1))
      const later = yield* beside(path)
      yield* say(later, "update holdfast_store set version = 99")
      const refused = yield* Effect.flip(queue.offer(items("a", 1, 1)))
      expect(refused).toMatchObject({ lasting: true })
      expect(refused.cause).toContain("a later program has brought the store up to date: stop this one")
      expect(yield* later.unsafe("select id from holdfast_item")).toEqual([{ id: "a#0" }])
    })
  )

  it.scoped("that is no database is refused, and left as it is", () =>
    Effect.gen(function* () {
      const path = yield* file
      writeFileSync(path, "this is a letter to my mother\n".repeat(1000))
      const before = readFileSync(path)
      const error = yield* Effect.flip(refusal(path))
      expect(error).toBeInstanceOf(StoreRefused)
      expect(error.message).toContain("put a backup in its place")
      expect(readFileSync(path).equals(before)).toBe(true)
    })
  )

  it.scoped("keeps nothing of a chunk in whose middle the disk is full, says so, and takes it when there is room", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue, sql } = yield* open(path)
      yield* queue.offer([item("a", 0)])
      yield* say(sql, "pragma max_page_count = 40")
      const chunk = large("b", 50, 8000)
      const refused = yield* Effect.flip(queue.offer(chunk))
      expect(refused.message).toBe("queue: the disk, or its quota, is full: make room (SQLITE_FULL)")
      expect(yield* queue.depth).toMatchObject({ waiting: 1 })
      const { queue: left } = yield* open(remains(path, "full"))
      expect(yield* left.depth).toMatchObject({ waiting: 1 })
      yield* say(sql, "pragma max_page_count = 100000")
      expect(yield* queue.offer(chunk)).toEqual({ kept: 50, repeats: [] })
      const { job, seen } = recorder()
      yield* hire(queue, job)
      yield* queue.idle
      expect(seen).toHaveLength(51)
    })
  )

  it.scoped("that another process locks holds what is done in hand, runs nothing twice, and goes on", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fed, queue } = yield* open(path)
      const other = yield* beside(path)
      const { job, seen } = recorder()
      yield* queue.offer([...items("a", 2), ...items("b", 2)])
      yield* say(other, "begin immediate")
      yield* hire(queue, (work) => Effect.as(job(work), replies(work)))
      yield* eventually(() => seen.length === 2)
      yield* TestClock.adjust("1 second")
      yield* aWhile
      expect((yield* Effect.flip(queue.offer([item("c", 0)]))).message).toContain("another process is writing")
      expect(seen).toEqual(["a#0", "b#0"])
      yield* say(other, "commit")
      yield* turning(queue.idle)
      expect(seen.toSorted()).toEqual(["a#0", "a#1", "b#0", "b#1"])
      expect(yield* fed.depth).toMatchObject({ waiting: 4 })
    })
  )

  it.scoped.each([
    ["done", done(), 1],
    ["dead", dead("poison"), 1],
    ["tried", again(0, tried), 1],
    ["not tried", again(0, busy), 0]
  ] as const)(
    "that does not keep that work is %s counts it for who works next in the same process if it was tried (F76, F81)",
    ([, outcome, counted]) =>
      Effect.gen(function* () {
        const path = yield* file
        const { queue, sql } = yield* open(path)
        const attempts: Array<number> = []
        yield* queue.offer([item("a", 0)])
        const crew = yield* hire(queue, (work) =>
          Effect.gen(function* () {
            attempts.push(work.attempts)
            yield* Effect.orDie(work.begin)
            yield* Effect.orDie(say(sql, "pragma query_only = 1"))
            return outcome
          })
        )
        yield* eventually(() => attempts.length === 1)
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(crew)
        yield* say(sql, "pragma query_only = 0")
        yield* hire(queue, (work) => Effect.sync(() => (attempts.push(work.attempts), done())))
        yield* turning(queue.idle)
        expect(attempts).toEqual([0, counted])
        expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 0 })
      })
  )

  it.scoped("that may only be read refuses what is offered, and takes it afterwards", () =>
    Effect.gen(function* () {
      const { queue, sql } = yield* open(yield* file)
      yield* say(sql, "pragma query_only = 1")
      expect((yield* Effect.flip(queue.offer([item("a", 0)]))).message).toContain("may only be read")
      yield* say(sql, "pragma query_only = 0")
      expect((yield* queue.offer([item("a", 0)])).kept).toBe(1)
    })
  )

  it.scoped("that is damaged says so and is no defect", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* during(path, ({ queue, sql }) =>
        Effect.zipRight(queue.offer(items("a", 500)), say(sql, "pragma wal_checkpoint(truncate)"))
      )
      const damaged = remains(path, "damaged")
      writeFileSync(damaged, readFileSync(damaged).fill(0xff, 4096))
      const error = yield* Effect.flip(refusal(damaged))
      expect(error).toBeInstanceOf(StoreRefused)
      expect(error.message).toMatch(/SQLITE_(CORRUPT|NOTADB)/)
    })
  )

  it.scoped("reads back in order what did not stay in memory", () =>
    Effect.gen(function* () {
      const { queue } = yield* open(yield* file)
      const value = "x".repeat(100_000)
      for (let n = 0; n < 150; n++)
        yield* queue.offer(["a", "b"].map((key) => ({ id: `${key}#${n}`, key, value: value + n })))
      const works: Array<Work<string>> = []
      yield* hire(queue, (work) => Effect.sync(() => (works.push(work), done())))
      yield* queue.idle
      for (const key of ["a", "b"]) expect(ids(works.filter((work) => work.key === key))).toEqual(ids(items(key, 150)))
      expect(works.every((work) => work.value === value + work.id.slice(2))).toBe(true)
    })
  )

  it.scoped("that has drained gives its space back", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      const chunk = (n: number) => large("a", 100, 2000, 100 * n)
      for (let n = 0; n < 40; n++) yield* queue.offer(chunk(n))
      yield* say(yield* beside(path), "pragma wal_checkpoint(truncate)")
      const full = statSync(path).size
      for (const k of ["c", "d"]) yield* queue.offer(items(k, 10))
      yield* hire(queue, recorder().job)
      yield* queue.idle
      yield* TestClock.adjust("1 minute")
      yield* eventually(() => statSync(path).size + statSync(`${path}-wal`).size < full / 8)
      expect((yield* queue.offer(chunk(0))).kept).toBe(0)
    })
  )

  it.scoped("forgets an id when it is old enough, and never one that waits or is dead (F52)", () =>
    Effect.gen(function* () {
      const { queue, sql } = yield* open(yield* file, { remember: Duration.hours(1) })
      yield* queue.offer([item("a", 0), item("waiting", 0), item("dead", 0)])
      yield* hire(queue, ({ key }) => {
        if (key === "waiting") return Effect.never
        return Effect.succeed(key === "dead" ? dead("poison") : done([], "proof"))
      })
      yield* eventually(() => false).pipe(
        Effect.raceFirst(Effect.repeat(queue.depth, { until: ({ dead: count }) => count === 1 }))
      )
      yield* TestClock.adjust("59 minutes")
      expect((yield* queue.offer([item("a", 0), item("b", 0)])).repeats).toEqual(["a#0"])
      yield* TestClock.adjust("2 minutes")
      yield* turning(Effect.repeat(queue.fate("a#0"), { until: ({ _tag }) => _tag === "Unknown" }))
      // what is left is of b, which is younger
      expect(yield* sql.unsafe("select count(*) as proofs from holdfast_receipt")).toEqual([{ proofs: 1 }])
      yield* turning(Effect.repeat(queue.offer([item("a", 0)]), { until: ({ kept }) => kept === 1 }))
      expect((yield* queue.offer([item("b", 0), item("waiting", 0), item("dead", 0)])).kept).toBe(0)
    })
  )

  it.scoped("lets the oldest of the dead make room, says so, and still tells it apart (F52)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path, { dead: 3 })
      const lines = yield* logged(
        Effect.gen(function* () {
          yield* hire(queue, () => Effect.succeed(dead("poison")), 1)
          for (let n = 0; n < 5; n++) {
            yield* queue.offer([item("a", n)])
            yield* queue.idle
            yield* TestClock.adjust("1 second")
          }
        })
      )
      expect(ids(yield* queue.dead)).toEqual(["a#2", "a#3", "a#4"])
      expect(yield* queue.depth).toMatchObject({ waiting: 0, dead: 3 })
      expect(lines[1]).toMatch(/^WARN queue: .*a#1.*2 so far/)
      expect((yield* queue.offer([item("a", 0)])).repeats).toEqual(["a#0"])
    })
  )

  it.scoped("writes what is left to be written when it is closed", () =>
    Effect.gen(function* () {
      const path = yield* file
      const scope = yield* Scope.make()
      const { queue } = yield* Scope.extend(open(path), scope)
      yield* queue.offer([item("a", 0)])
      yield* Effect.fork(queue.offer([item("a", 1)]))
      yield* Effect.yieldNow()
      yield* Scope.close(scope, Exit.void)
      expect((yield* (yield* open(path)).queue.depth).waiting).toBe(2)
    })
  )

  it.scoped("that cannot be opened says what to see to", () =>
    Effect.gen(function* () {
      const path = yield* file
      const error = yield* Effect.flip(
        Layer.build(SqlStore.layer.pipe(Layer.provide(Sqlite.layer(`${path}/none/x.db`))))
      )
      expect(error._tag).toBe("SqlError")
    })
  )
})
