import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Either, Exit, Fiber, Layer, Schema, Scope, TestClock } from "effect"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { done } from "../../src/delivery/KeyedQueue.ts"
import { Leases, type Options } from "../../src/delivery/Leases.ts"
import { type Process, ProcessTable } from "../../src/delivery/ProcessTable.ts"
import * as SqlQueue from "../../src/delivery/SqlQueue.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { aWhile, ids, item, items, recorder } from "../../src/testing/QueueSuite/Fixture.ts"
import { file, say } from "./SqlStore/Sqlite.ts"

const alpha = { name: "alpha", boot: "b1" }
const main = { account: "qq:main", fingerprint: "f1" }
const second = { account: "qq:second", fingerprint: "f2" }

interface Given extends Partial<Options>, Partial<Process> {
  /** which processes are known to have ended */
  readonly gone?: (process: Process) => boolean
}

/** The store in `path` as one process has it. */
const process = (path: string, { gone = () => false, host = alpha, pid = 1, started = `s${pid}`, ...options }: Given) =>
  Effect.gen(function* () {
    const processes = Layer.succeed(ProcessTable, {
      self: { host, pid, started },
      isGone: (process) => Effect.sync(() => gone(process))
    })
    const store = SqlStore.layer.pipe(Layer.provideMerge(Sqlite.layer(path)))
    const context = yield* Layer.build(
      Leases.layerWith(options).pipe(Layer.provide(processes), Layer.provideMerge(store))
    )
    const bounds = { name: "queue", capacity: 1000, dead: 100 }
    const queue = yield* Effect.provide(SqlQueue.make(bounds, Schema.String), context)
    return { take: Context.get(context, Leases).take, queue, sql: Context.get(context, SqlClient.SqlClient) }
  })

/** Takes an account, and what waits of it, until the scope that is returned is closed. */
const own = ({ queue, take }: Effect.Effect.Success<ReturnType<typeof process>>, claim = main) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const lease = yield* Scope.extend(Effect.zipLeft(take(claim), queue.adopt(claim.account)), scope)
    return { lease, scope, letGo: Scope.close(scope, Exit.void) }
  })

describe("Leases", () => {
  it.scoped("are one process's at a time, and the other hears whose they are, since when, and what to do (F54)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* TestClock.adjust("1 second")
      const first = yield* process(path, { pid: 4711, control: "socket of 4711" })
      yield* own(first)
      const other = yield* process(path, { pid: 4712 })
      yield* TestClock.adjust("5 minutes")
      const refused = yield* Effect.flip(other.take(main))
      expect(refused.message).toBe(
        "qq:main belongs to another process (pid 4711 on alpha, since 1970-01-01T00:00:01.000Z): stop that one, or leave the account to it; what it lets go of is taken over within seconds"
      )
      expect(refused).toMatchObject({ what: "account", owner: { pid: 4711, control: "socket of 4711", since: 1000 } })
      const now = 301_000
      if (refused._tag === "OwnedElsewhere") expect(refused.until - now).toBeGreaterThan(9000)
    })
  )

  it.scoped("are had at the first try when their owner was killed (F55, F59)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const killed = yield* process(path, { pid: 1 })
      const before = yield* own(killed)
      const next = yield* own(yield* process(path, { pid: 2, gone: ({ pid }) => pid === 1 }))
      expect(next.lease.generation).toBe(before.lease.generation + 1)
    })
  )

  it.scoped("are had at the first try by the process that has them already (F56)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const lost = yield* Effect.flatMap(process(path, { pid: 1, started: "s1" }), own)
      const again = yield* Effect.flatMap(process(path, { pid: 1, started: "s1" }), own)
      expect(again.lease.generation).toBe(lost.lease.generation + 1)
    })
  )

  it.scoped("are not had by the next process with the number of their owner while that may be another's (F55)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.flatMap(process(path, { pid: 1, host: { name: "alpha", boot: "b1" } }), own)
      const other = yield* process(path, { pid: 1, host: { name: "alpha", boot: "b2" } })
      expect((yield* Effect.flip(other.take(main)))._tag).toBe("OwnedElsewhere")
    })
  )

  it.scoped("that nobody renews are had 15 seconds after they were last, and not before (F55)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const frozen = yield* process(path, { pid: 1 })
      yield* own(frozen)
      yield* say(frozen.sql, "pragma query_only = 1")
      const other = yield* process(path, { pid: 2, host: { name: "beta" } })
      yield* TestClock.adjust("14999 millis")
      expect((yield* Effect.flip(other.take(main)))._tag).toBe("OwnedElsewhere")
      yield* TestClock.adjust("1 millis")
      yield* other.take(main)
    })
  )

  it.scoped("that cannot be renewed are given up 5 seconds before another may have them, with the reason", () =>
    Effect.gen(function* () {
      const { queue, sql, take } = yield* process(yield* file, {})
      const { lease } = yield* own({ queue, sql, take })
      const lost = yield* Effect.fork(lease.lost)
      yield* TestClock.adjust("5 minutes")
      yield* say(sql, "pragma query_only = 1")
      yield* TestClock.adjust("4 seconds")
      expect((yield* Fiber.poll(lost))._tag).toBe("None")
      yield* TestClock.adjust("6 seconds")
      const { cause, taken } = yield* Fiber.join(lost)
      expect(taken).toBe(false)
      expect(cause).toMatch(/^the store has not confirmed for 10s that qq:main is ours, .*: store: .*may only be read/)
    })
  )

  it.scoped("that were taken over are lost at the next renewal, or as soon as something is written (F57)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* process(path, { pid: 1 })
      const renewing = yield* own(first, main)
      const writing = yield* own(first, second)
      const other = yield* process(path, { pid: 2, gone: () => true })
      yield* other.take(main)
      yield* other.take(second)
      yield* Effect.flip(first.queue.offer([item("qq:second", 0)]))
      expect((yield* writing.lease.lost).cause).toMatch(/^qq:second was taken over by another process \(pid 2 on alpha/)
      const lost = yield* Effect.fork(renewing.lease.lost)
      yield* TestClock.adjust("5 seconds")
      expect((yield* Fiber.join(lost)).taken).toBe(true)
    })
  )

  it.scoped("are taken with the credential, or not at all: one bot is no two accounts (F54)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.flatMap(process(path, { pid: 1 }), own)
      const other = yield* process(path, { pid: 2 })
      const renamed = { account: "qq:renamed", fingerprint: main.fingerprint }
      const refused = yield* Effect.flip(other.take(renamed))
      expect(refused).toMatchObject({ _tag: "OwnedElsewhere", what: "credential" })
      expect(refused.message).toMatch(/^the bot of qq:renamed belongs to another process \(pid 1/)
      yield* Effect.flatMap(process(path, { pid: 3 }), ({ take }) => take({ ...renamed, fingerprint: "f3" }))
    })
  )

  it.scoped("of one bot are not had twice by one process under two names (F54)", () =>
    Effect.gen(function* () {
      const one = yield* process(yield* file, {})
      const first = yield* own(one)
      const renamed = { account: "qq:renamed", fingerprint: main.fingerprint }
      expect((yield* Effect.flip(one.take(renamed))).message).toContain("the bot of qq:renamed is also qq:main")
      yield* first.letGo
      yield* one.take(renamed)
    })
  )

  it.scoped("that are let go of are had by the next at once, with all that was kept (F57)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* process(path, { pid: 1 })
      const held = yield* own(first)
      yield* first.queue.offer(items("qq:main/a", 3))
      yield* held.letGo
      const other = yield* process(path, { pid: 2 })
      yield* own(other)
      expect(yield* other.queue.depth).toMatchObject({ waiting: 3 })
      expect(yield* first.queue.depth).toMatchObject({ waiting: 0 })
    })
  )

  it.scoped("refuse what is written of an account that was lost, by name, and nothing that comes with it", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* process(path, { pid: 1 })
      yield* own(first, main)
      yield* own(first, second)
      const other = yield* process(path, { pid: 2, gone: () => true })
      yield* own(other, main)
      const offers = [main, second].map(({ account }) => Effect.exit(first.queue.offer([item(`${account}/a`, 0)])))
      const [lost, kept] = yield* Effect.all(offers, { concurrency: 2 })
      expect(JSON.stringify(lost)).toContain("qq:main was taken over by another process (pid 2 on alpha")
      expect(kept).toEqual(Exit.succeed({ kept: 1, repeats: [] }))
    })
  )

  it.scoped("keep the order of a key across its owners, in whatever order those began (F76)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* process(path, { pid: 1 })
      const other = yield* process(path, { pid: 2 })
      for (const [owner, from] of [
        [first, 0],
        [other, 2],
        [first, 4]
      ] as const) {
        const held = yield* own(owner)
        yield* owner.queue.offer(items("qq:main/a", 2, from))
        yield* held.letGo
      }
      yield* own(other)
      const { job, seen } = recorder()
      yield* Effect.forkScoped(other.queue.work((work) => Effect.as(job(work), done()), { concurrency: 4 }))
      yield* other.queue.idle
      expect(seen).toEqual(ids(items("qq:main/a", 6)))
    })
  )

  it.scoped("are had by one of many who ask at the same time (F54)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const all = yield* Effect.forEach([1, 2, 3, 4, 5], (pid) => process(path, { pid }))
      const tries = yield* Effect.forEach(all, ({ take }) => Effect.either(take(main)), { concurrency: "unbounded" })
      yield* aWhile
      expect(tries.filter(Either.isRight)).toHaveLength(1)
    })
  )
})
