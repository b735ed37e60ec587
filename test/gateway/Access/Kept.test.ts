import { describe, expect, it } from "@effect/vitest"
import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Effect, Exit, Layer, Redacted, Scope, Stream } from "effect"
import { Budget } from "../../../src/adapter/Budget.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { received } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import * as Sqlite from "../../../src/cli/Sqlite.ts"
import { StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import { ProcessTable } from "../../../src/delivery/ProcessTable.ts"
import * as Pairing from "../../../src/gateway/Access/Pairing.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { words } from "../../../src/gateway/Notices.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { file } from "../../delivery/SqlStore/Sqlite.ts"
import { kept } from "../kept.ts"
import { jumping, settle } from "../stage.ts"
import { account, pairing, says, withCodes } from "./strangers.ts"

const code = (text: string) => ({ code: Redacted.make(text) })
const eve = { kind: "person", id: "eve" } as const

let processes = 0

/** A gateway over the store in `path`, as a process of its own has it, for as long as the scope lasts. */
const live = (path: string) =>
  Effect.gen(function* () {
    const greeting = [FakeAdapter.connected({ silence: "1 day" })]
    const fake = FakeAdapter.make({ access: pairing, greeting })
    const handled: Array<string> = []
    const handler = ({ id }: { readonly id: string }) => {
      handled.push(id)
      return Stream.empty
    }
    const self = { host: { name: "alpha" }, pid: ++processes, started: "then" }
    const table = Layer.succeed(ProcessTable, { self, isGone: () => Effect.succeed(false) })
    const stores = Layer.mergeAll(kept(Sqlite.layer(path), {}, table), Budget.layerMemory, Stability.layer)
    const layer = Gateway.layer({ accounts: [fake.account], handler })
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const context = yield* Effect.orDie(Scope.extend(Layer.build(Layer.provideMerge(layer, stores)), scope))
    yield* settle
    return {
      fake,
      handled,
      access: Context.get(context, Gateway).access,
      sql: Context.get(context, SqlClient.SqlClient),
      hear: (event: Parameters<typeof received>[0]) => Effect.zipRight(fake.emit(received(event)), settle),
      stop: Scope.close(scope, Exit.void)
    }
  })

/** The pairing of one account, over an outbox that does as it is told. */
const alone = (answer: Pairing.PairingOptions["answer"]) =>
  Pairing.make({ account, notices: words.en, answer }).pipe(Effect.provide(ResumeStore.layerMemory), withCodes)

describe("Access, as it is kept", () => {
  it.effect("who was let in, and who asks, is known to the next process, and nothing of a code is in the store", () =>
    Effect.gen(function* () {
      const path = yield* file
      const first = yield* live(path)
      yield* first.hear(says("eve"))
      yield* first.hear(says("bob"))
      yield* first.access.approve(account, code("PASS-AAAA"))
      const points = yield* first.sql.unsafe<{ readonly key: string; readonly point: string }>(
        "select key, point from holdfast_point order by key"
      )
      expect(points.map(({ key }) => key)).toEqual([`${account}/guests`, `${account}/requests`])
      const unsaid = yield* first.sql.unsafe("select value from holdfast_item")
      expect(JSON.stringify([points, unsaid])).not.toContain("PASS")
      yield* first.stop

      const second = yield* live(path)
      const said = says("eve")
      yield* second.hear(said)
      expect(second.handled).toEqual([said.id])
      expect((yield* second.access.list)[0]?.asking.map(({ id }) => id)).toEqual(["bob"])
      yield* second.access.approve(account, code("PASS-AAAB"))
      yield* second.access.remove(account, "eve")
      yield* second.stop

      const third = yield* live(path)
      yield* third.hear(says("eve"))
      expect((yield* third.access.list)[0]?.guests.map(({ id }) => id)).toEqual(["bob"])
      expect(third.handled).toEqual([])
    }).pipe(withCodes, Effect.scoped, jumping)
  )

  it.effect("nobody is let in to an account that is another process's, and it is said whose to ask", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* live(path)
      const second = yield* live(path)
      const refused = yield* Effect.flip(second.access.approve(account, eve))
      expect(refused).toMatchObject({ _tag: "AccessRefused", reason: "NotOurs" })
      expect(yield* Effect.flip(second.access.remove(account, "eve"))).toMatchObject({ reason: "NotOurs" })
    }).pipe(withCodes, Effect.scoped, jumping)
  )

  it.effect("a code that could not be kept to be told is no code, and another is told when the store is back", () =>
    Effect.gen(function* () {
      let refuses = true
      const told: Array<string> = []
      const { approve, ask, list } = yield* alone((_, __, text) =>
        refuses
          ? new StoreRefused({ store: "outbox", cause: "the disk is full" })
          : Effect.sync(() => told.push(text) > 0)
      )
      const event = says("eve")
      expect((yield* Effect.flip(ask(event)))._tag).toBe("StoreRefused")
      expect((yield* list).asking).toEqual([])
      refuses = false
      yield* ask(event)
      expect(told.join()).toContain("PASS-AAAB")
      expect(yield* Effect.flip(approve(code("PASS-AAAA")))).toMatchObject({ reason: "UnknownCode" })
      expect((yield* approve(code("PASS-AAAB"))).guests).toMatchObject([eve])
    })
  )

  it.effect("what was answered before a crash is not answered again, and its code is lost with it", () =>
    Effect.gen(function* () {
      let known = true
      const { ask, list } = yield* alone(() => Effect.succeed(!known))
      yield* ask(says("eve"))
      expect((yield* list).asking).toEqual([])
      known = false
      yield* ask(says("eve"))
      expect((yield* list).asking.length).toBe(1)
    })
  )

  it.effect("who was let in is so even where they cannot be told", () =>
    Effect.gen(function* () {
      const { approve, guests } = yield* alone(() => new StoreRefused({ store: "outbox", cause: "the disk is full" }))
      expect((yield* approve(eve)).guests).toMatchObject([eve])
      expect([...guests.people]).toEqual(["eve"])
    })
  )

  it.effect.each(["", "{", "null", "[[]]", '{"open":1}'])("%j in the store is nobody", (text) =>
    Effect.gen(function* () {
      const store = yield* ResumeStore
      yield* store.set(`${account}/guests`, text)
      yield* store.set(`${account}/requests`, text)
      const { list, load } = yield* Pairing.make({
        account,
        notices: words.en,
        answer: () => Effect.succeed(true)
      })
      yield* load
      expect(yield* list).toEqual({ guests: [], asking: [] })
    }).pipe(Effect.provide(ResumeStore.layerMemory))
  )
})
