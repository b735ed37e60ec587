import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Exit, Layer, Scope } from "effect"
import * as SqlClient from "@effect/sql/SqlClient"
import { Budget } from "../../src/adapter/Budget.ts"
import { received } from "../../src/adapter/Signal.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { ProcessTable } from "../../src/delivery/ProcessTable.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { file, say } from "../delivery/SqlStore/Sqlite.ts"
import { kept } from "./kept.ts"
import { echo, jumping, settle } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const said = (event: string) => received(FakeAdapter.said(id, "ann", event, event))
const texts = (fake: FakeAdapter.FakeAdapter) => fake.sent.map(({ content }) => content.text)

interface Life {
  readonly fake: FakeAdapter.FakeAdapter
  readonly gateway: Context.Tag.Service<Gateway>
  readonly sql: SqlClient.SqlClient
  readonly status: Effect.Effect<AccountStatus>
  /** Ends as a process does that is asked to. */
  readonly stop: Effect.Effect<void>
}

let processes = 0

/** A gateway over the store in `path`, as a process of its own has it. */
const live = (
  path: string,
  options: Partial<GatewayOptions<never, never>> & {
    readonly gone?: (pid: number) => boolean
    readonly fake?: FakeAdapter.FakeAdapter
  } = {}
): Effect.Effect<Life, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { fake = FakeAdapter.make({ greeting }), gone = () => false } = options
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const self = { host: { name: "alpha" }, pid: ++processes, started: "then" }
    const table = Layer.succeed(ProcessTable, { self, isGone: ({ pid }) => Effect.sync(() => gone(pid)) })
    const stores = Layer.mergeAll(kept(Sqlite.layer(path), {}, table), Budget.layerMemory, Stability.layer)
    const layer = Gateway.layer({ accounts: [fake.account], handler: echo, ...options })
    const context = yield* Effect.orDie(Scope.extend(Layer.build(Layer.provideMerge(layer, stores)), scope))
    const gateway = Context.get(context, Gateway)
    return {
      fake,
      gateway,
      sql: Context.get(context, SqlClient.SqlClient),
      status: Effect.orDie(gateway.status(id)),
      stop: Scope.close(scope, Exit.void)
    }
  })

describe("Ownership", () => {
  it.effect(
    "of an account is one gateway's: the other opens nothing, says whose it is, and asks again (F54, F58)",
    () =>
      Effect.gen(function* () {
        const path = yield* file
        const first = yield* live(path)
        yield* settle
        const second = yield* live(path)
        for (let minute = 0; minute < 3; minute++) {
          yield* Effect.sleep("1 minute")
          const { cause, state } = yield* second.status
          expect(state._tag).toBe("Rescheduled")
          expect(cause).toMatch(/^fake:main belongs to another process \(pid \d+ on alpha, since .*stop that one/)
          if ("until" in state) expect(state.until - (yield* Clock.currentTimeMillis)).toBeLessThanOrEqual(5000)
        }
        expect(second.fake.opened()).toBe(0)
        expect((yield* first.status).state._tag).toBe("Connected")
        expect(first.fake.opened()).toBe(1)
      }).pipe(Effect.scoped, jumping)
  )

  it.effect("passes on within seconds when its owner stops, with what was kept and not said (F57)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const away = FakeAdapter.make({ greeting, send: () => Effect.never })
      const first = yield* live(path, { fake: away })
      yield* settle
      yield* away.emit(said("e1"))
      yield* settle
      const second = yield* live(path)
      yield* Effect.sleep("10 seconds")
      yield* first.stop
      expect([away.opened(), away.closed()]).toEqual([1, 1])
      yield* Effect.sleep("6 seconds")
      expect((yield* second.status).state._tag).toBe("Connected")
      yield* second.fake.emit(said("e2"))
      yield* settle
      // what was perhaps said is not said twice
      expect(texts(second.fake)).toEqual(["e2"])
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("is had at the first try by whoever comes after a process that was killed (F55, F59)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const killed = yield* live(path)
      yield* settle
      yield* say(killed.sql, "pragma query_only = 1")
      const next = yield* live(path, { gone: () => true })
      yield* settle
      expect((yield* next.status).state._tag).toBe("Connected")
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("that is lost closes the adapter before another may be opened elsewhere (F54, F57)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const ill = yield* live(path)
      yield* settle
      const other = yield* live(path)
      yield* Effect.sleep("3 seconds")
      yield* say(ill.sql, "pragma query_only = 1")
      let both = 0
      for (let second = 0; second < 30; second++) {
        yield* Effect.sleep("500 millis")
        if (ill.fake.opened() > ill.fake.closed() && other.fake.opened() > other.fake.closed()) both += 1
      }
      expect(both).toBe(0)
      expect([ill.fake.closed(), other.fake.opened()]).toEqual([1, 1])
      expect((yield* other.status).state._tag).toBe("Connected")
      expect(yield* ill.status).toMatchObject({ state: { _tag: "Held" } })
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("is had again when the store is back, by who had it, and says meanwhile what is the matter (F61)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fake, sql, status } = yield* live(path)
      yield* settle
      yield* say(sql, "pragma query_only = 1")
      yield* Effect.sleep("10 minutes")
      const { cause, state } = yield* status
      expect(state._tag).toBe("Held")
      expect(cause).toContain("may only be read")
      expect([fake.opened(), fake.closed()]).toEqual([1, 1])
      yield* say(sql, "pragma query_only = 0")
      yield* Effect.sleep("6 seconds")
      expect((yield* status).state._tag).toBe("Connected")
      yield* fake.emit(said("e1"))
      yield* settle
      expect(texts(fake)).toEqual(["e1"])
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("is not given up while the store is away for 7 s, whenever that begins: no line is lost for it (F61)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fake, sql, status } = yield* live(path)
      yield* settle
      for (let n = 0; n < 8; n++) {
        yield* say(sql, "pragma query_only = 1")
        yield* Effect.sleep("7 seconds")
        yield* say(sql, "pragma query_only = 0")
        yield* Effect.sleep(30_000 + 700 * n)
      }
      expect((yield* status).state._tag).toBe("Connected")
      expect([fake.opened(), fake.closed()]).toEqual([1, 0])
    }).pipe(Effect.scoped, jumping)
  )

  it.effect.each([15, 40, 120])(
    "costs one line where the store is away for %i s, says why, and is had again 5 s after that with nothing lost (F61)",
    (away) =>
      Effect.gen(function* () {
        const path = yield* file
        const { fake, gateway, sql, status } = yield* live(path)
        yield* settle
        yield* say(sql, "pragma query_only = 1")
        yield* fake.emit(said("e1"))
        yield* Effect.sleep(Duration.seconds(away))
        expect((yield* status).state._tag).toBe("Held")
        expect([fake.opened(), fake.closed()]).toEqual([1, 1])
        yield* say(sql, "pragma query_only = 0")
        yield* Effect.sleep("5100 millis")
        expect((yield* status).state._tag).toBe("Connected")
        expect([fake.opened(), fake.closed()]).toEqual([2, 1])
        // the platform says again what it was never told was heard
        yield* fake.emit(said("e1"), said("e2"))
        yield* settle
        expect(texts(fake)).toEqual(["e1", "e2"])
        const { entries } = yield* gateway.timeline(id, { limit: 100 })
        expect(entries.map(({ cause }) => cause ?? "").join("\n")).toContain(
          "the store has not confirmed for 10s that fake:main is ours, so it is let go of before another process may have it"
        )
      }).pipe(Effect.scoped, jumping)
  )

  it.effect("stays with a paused account, and goes with one that is removed (F54)", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* settle
      yield* first.gateway.pause(id)
      const second = yield* live(path)
      yield* Effect.sleep("1 minute")
      expect((yield* second.status).state._tag).toBe("Rescheduled")
      yield* first.gateway.remove(id)
      yield* Effect.sleep("6 seconds")
      expect((yield* second.status).state._tag).toBe("Connected")
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("of other accounts is untouched by one that is somebody else's (F54)", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* live(path)
      yield* settle
      const other = FakeAdapter.make({ id: accountId("fake", "other"), greeting })
      const second = yield* live(path)
      yield* second.gateway.add(other.account)
      yield* Effect.sleep("1 minute")
      const states = (yield* second.gateway.statuses).map(({ account, state }) => [account, state._tag])
      expect(states).toEqual([
        [id, "Rescheduled"],
        ["fake:other", "Connected"]
      ])
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("is asked for only once by an account whose adapters come and go", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { fake, sql, status } = yield* live(path)
      yield* settle
      for (let n = 0; n < 3; n++) {
        yield* fake.end(Exit.void)
        yield* Effect.sleep("1 minute")
      }
      expect((yield* status).state._tag).toBe("Connected")
      const rows = yield* sql.unsafe<{ readonly generation: number }>("select generation from holdfast_lease")
      expect(rows.map(({ generation }) => generation)).toEqual([1, 1])
    }).pipe(Effect.scoped, jumping)
  )

  it.effect("puts nothing of a secret into the store", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { sql } = yield* live(path)
      yield* settle
      const rows = yield* sql.unsafe<{ readonly name: string }>("select name from holdfast_lease order by name")
      expect(rows.map(({ name }) => name)).toEqual([
        "account:fake:main",
        expect.stringMatching(/^credential:[0-9a-f]{64}$/)
      ])
    }).pipe(Effect.scoped, jumping)
  )
})
