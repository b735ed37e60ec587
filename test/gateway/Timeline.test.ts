import * as SqlClient from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Effect, Exit, Fiber, Layer, Logger, Scope, Stream } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { ProcessTable } from "../../src/delivery/ProcessTable.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import type { Entry } from "../../src/gateway/Timeline/Entry.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { file, remains, say } from "../delivery/SqlStore/Sqlite.ts"
import { kept } from "./kept.ts"
import { beside, echo, givesUp, jumping, play, settle } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account

const tags = (entries: ReadonlyArray<Entry>) => entries.map(({ state }) => state._tag)

/** What became of the account, the oldest first. */
const story = (gateway: Context.Tag.Service<Gateway>) =>
  Effect.map(Effect.orDie(gateway.timeline(id, { limit: 1000 })), ({ entries }) => entries.toReversed())

let processes = 0

/** The store in `path` as the next process of one host has it: of each, those before it are gone. */
const live = (path: string, fake = FakeAdapter.make({ greeting })) =>
  Effect.gen(function* () {
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const pid = ++processes
    const table = Layer.succeed(ProcessTable, {
      self: { host: { name: "alpha" }, pid, started: String(pid) },
      isGone: (process) => Effect.succeed(process.pid < pid)
    })
    const stores = Layer.mergeAll(kept(Sqlite.layer(path), {}, table), Budget.layerMemory, Stability.layer)
    const layer = Gateway.layer({ accounts: [fake.account], handler: echo })
    const context = yield* Effect.orDie(Scope.extend(Layer.build(Layer.provideMerge(layer, stores)), scope))
    yield* settle
    const gateway = Context.get(context, Gateway)
    return {
      fake,
      gateway,
      sql: Context.get(context, SqlClient.SqlClient),
      story: story(gateway),
      status: Effect.orDie(gateway.status(id)),
      stop: Scope.close(scope, Exit.void)
    }
  })

describe("the timeline of an account", () => {
  it.effect("skips no transition, however slow its reader is, where the stream of statuses may", () => {
    const fake = FakeAdapter.make({ greeting })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        const heard: Array<Entry> = []
        const slow = Stream.runForEach(gateway.entries, (entry) =>
          Effect.zipRight(
            Effect.sleep("1 minute"),
            Effect.sync(() => heard.push(entry))
          )
        )
        const reader = yield* Effect.fork(slow)
        yield* settle
        for (let n = 0; n < 20; n++) {
          yield* gateway.pause(id)
          yield* gateway.resume(id)
          yield* settle
        }
        yield* Effect.sleep("2 hours")
        yield* Fiber.interrupt(reader)
        const told = new Map(heard.map((entry) => [entry.id, entry]))
        const all = yield* story(gateway)
        expect([...told.values()]).toEqual(all.slice(-told.size))
        expect(tags(all).filter((tag) => tag === "Paused")).toHaveLength(20)
        expect(told.size).toBeGreaterThan(78)
      })
    )
  })

  it.effect("tells an outage: how it began, what it came to, with generation and cause, and when it was over", () => {
    const fake = FakeAdapter.make({ greeting })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* givesUp(fake)
        yield* Effect.sleep("1 minute")
        const entries = yield* story(gateway)
        expect(tags(entries)).toEqual(["Connecting", "Connected", "Rescheduled", "Connected"])
        expect(entries.map(({ generation }) => generation)).toEqual([1, 1, 1, 2])
        expect(entries[2]?.cause).toContain("the network refused")
        expect(entries[3]?.cause).toBeUndefined()
      })
    )
  })

  it.effect("is gone with an account that is removed (F43)", () =>
    play(
      [FakeAdapter.make({ greeting })],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        yield* settle
        yield* gateway.remove(id)
        const error = yield* Effect.flip(gateway.timeline(id, { limit: 1 }))
        expect(error.message).toBe("there is no account fake:main")
      })
    )
  )
})

describe("the timeline of an account, over the end of a process", () => {
  it.effect("goes on, and shows the time in which none saw to it", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* first.stop
      const stopped = yield* Clock.currentTimeMillis
      yield* Effect.sleep("1 hour")
      const next = yield* live(path)
      const entries = yield* next.story
      expect(tags(entries)).toEqual(["Connecting", "Connected", "Stopping", "Stopped", "Connecting", "Connected"])
      expect(entries[3]?.at).toBeLessThanOrEqual(stopped)
      expect((entries[4]?.at ?? 0) - (entries[3]?.at ?? 0)).toBeGreaterThanOrEqual(3_600_000)
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("that was killed says that it ended without a word, as of its last renewal (F40, F43)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* Effect.sleep("10 minutes")
      const killed = yield* Clock.currentTimeMillis
      const left = remains(path, "killed")
      yield* first.stop
      yield* Effect.sleep("1 hour")
      const next = yield* live(left)
      const entries = yield* next.story
      expect(tags(entries)).toEqual(["Connecting", "Connected", "Stopped", "Connecting", "Connected"])
      expect(entries[2]?.cause).toBe("the process that saw to it ended without a word")
      expect(killed - (entries[2]?.at ?? 0)).toBeGreaterThanOrEqual(0)
      expect(killed - (entries[2]?.at ?? 0)).toBeLessThan(6000)
      // and the next one reads the same
      yield* next.stop
      expect((yield* (yield* live(left)).story).slice(0, 5)).toEqual(entries)
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("loses nothing while the store refuses, says so once, and has it there afterwards", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => lines.push(String(message)))
    return Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* say(first.sql, "pragma query_only = 1")
      yield* givesUp(first.fake)
      yield* Effect.sleep("7 seconds")
      const told = yield* first.story
      expect(tags(told)).toEqual(["Connecting", "Connected", "Rescheduled", "Connected"])
      yield* say(first.sql, "pragma query_only = 0")
      yield* Effect.sleep("2 seconds")
      const next = yield* live(remains(path, "killed"))
      expect((yield* next.story).slice(0, told.length)).toEqual(told)
      expect(lines.filter((line) => line.includes("kept in memory until the store takes it"))).toHaveLength(1)
      expect(lines.filter((line) => line.includes("the store has what became of accounts"))).toHaveLength(1)
    }).pipe(Effect.scoped, jumping, Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })

  it.effect("does not take for another process what was its own, lost while the store was away, and got back", () =>
    Effect.gen(function* () {
      const { gateway, sql, story } = yield* live(yield* file)
      yield* say(sql, "pragma query_only = 1")
      yield* Effect.sleep("40 seconds")
      yield* say(sql, "pragma query_only = 0")
      yield* Effect.sleep("40 seconds")
      const entries = yield* story
      expect(tags(entries).slice(0, 3)).toEqual(["Connecting", "Connected", "Held"])
      expect(tags(entries).at(-1)).toBe("Connected")
      expect(tags(entries)).not.toContain("Stopped")
      expect((yield* Effect.orDie(gateway.status(id))).state._tag).toBe("Connected")
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("is there again when an account that was taken out, paused as it was, is taken up again", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fake, gateway, status, stop, story } = yield* live(path)
      yield* gateway.pause(id)
      yield* gateway.remove(id)
      yield* Effect.sleep("1 minute")
      yield* gateway.add(fake.account)
      yield* settle
      const whole = ["Connecting", "Connected", "Stopping", "Paused", "Stopping", "Stopped", "Connecting", "Connected"]
      expect(tags(yield* story)).toEqual(whole)
      expect((yield* status).state._tag).toBe("Connected")
      yield* stop
      expect(tags(yield* (yield* live(path)).story).slice(0, whole.length)).toEqual(whole)
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("leaves a paused account paused, killed or stopped, until somebody resumes it", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* first.gateway.pause(id)
      const killed = yield* live(remains(path, "killed"))
      expect((yield* killed.status).state._tag).toBe("Paused")
      yield* first.stop
      const stopped = yield* live(path)
      yield* Effect.sleep("1 minute")
      expect((yield* stopped.status).state._tag).toBe("Paused")
      expect(stopped.fake.opened()).toBe(0)
      yield* stopped.gateway.resume(id)
      yield* settle
      expect((yield* stopped.status).state._tag).toBe("Connected")
      yield* stopped.stop
      const last = yield* live(path)
      expect((yield* last.status).state._tag).toBe("Connected")
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("keeps what a paused account is told of its credential for when it is resumed", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fake, gateway, status } = yield* live(path)
      yield* gateway.pause(id)
      const other = FakeAdapter.make({ greeting, secret: "another" })
      yield* gateway.add(other.account)
      yield* settle
      expect((yield* status).state._tag).toBe("Paused")
      yield* gateway.resume(id)
      yield* settle
      expect((yield* status).state._tag).toBe("Connected")
      expect([fake.opened(), other.opened()]).toEqual([1, 1])
    }).pipe(Effect.scoped, jumping)
  )
})
