import * as SqlClient from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Stream } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { received } from "../../src/adapter/Signal.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { due } from "../../src/gateway/Status.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { file, say } from "../delivery/SqlStore/Sqlite.ts"
import { kept } from "./kept.ts"
import { jumping, settle, status } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account

/** Large enough not to fit into what a full disk has left. */
const ballast = " ".repeat(100_000)
const said = (where: string, event: string) => received(FakeAdapter.said(id, where, event, `${event}${ballast}`))
const told = (fake: FakeAdapter.FakeAdapter) =>
  fake.sent.map((message) => `${message.id.slice(id.length + 1)} ${message.content.text.trim()}`)

interface Store {
  readonly falls: Effect.Effect<void>
  readonly heals: Effect.Effect<void>
}

/** The store's own connection, and that of another process. */
type Ailment = readonly [
  what: string,
  told: RegExp,
  store: (own: SqlClient.SqlClient, other: SqlClient.SqlClient) => Store
]

const ailments: ReadonlyArray<Ailment> = [
  [
    "is on a full disk",
    /^inbox: the disk, or its quota, is full: make room/,
    (own) => ({
      falls: Effect.orDie(say(own, "pragma max_page_count = 1")),
      heals: Effect.orDie(say(own, "pragma max_page_count = 100000"))
    })
  ],
  [
    "is locked by another process",
    /^inbox: .*another process is writing/,
    (_, other) => ({
      falls: Effect.orDie(say(other, "begin immediate")),
      heals: Effect.orDie(say(other, "commit"))
    })
  ],
  [
    "may only be read",
    /^inbox: .*may only be read/,
    (own) => ({
      falls: Effect.orDie(say(own, "pragma query_only = 1")),
      heals: Effect.orDie(say(own, "pragma query_only = 0"))
    })
  ]
]

/** Runs a test beside a gateway over a database in a file, which can fall ill. */
const beside = <A, E>(
  [, , ailing]: Ailment,
  fake: FakeAdapter.FakeAdapter,
  handler: Handler,
  test: (store: Store) => Effect.Effect<A, E, Gateway | Inbox | Outbox>
) =>
  Effect.gen(function* () {
    const path = yield* file
    const other = Context.get(yield* Layer.build(Sqlite.layer(path)), SqlClient.SqlClient)
    // longer than any ailment of these tests: what is held here stays ours
    const database = yield* Layer.build(
      kept(Sqlite.layer(path), { lasts: Duration.days(1), renewed: Duration.hours(1) })
    )
    const own = Context.get(database, SqlClient.SqlClient)
    // that the file is locked is told at once: the wait for it would be a real one, hundreds of times in these minutes
    yield* Effect.orDie(say(own, "pragma busy_timeout = 0"))
    const stores = Layer.mergeAll(Layer.succeedContext(database), Budget.layerMemory, Stability.layer)
    const layer = Gateway.layer({ accounts: [fake.account], handler }).pipe(Layer.provideMerge(stores))
    return yield* Effect.provide(test(ailing(own, other)), layer)
  }).pipe(Effect.scoped, jumping)

describe("Gateway, whose store", () => {
  it.effect.each(ailments)(
    "%s: its accounts are held, say why and until when, and go on when it is back, with nothing lost (F71, F78, F79)",
    (ailment) => {
      const fake = FakeAdapter.make({ greeting })
      const handler: Handler = (event) =>
        event._tag === "MessageReceived" ? Stream.make(plain(event.id)) : Stream.empty
      return beside(ailment, fake, handler, (store) =>
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("ann", "e1"))
          yield* settle
          yield* store.falls
          yield* fake.emit(said("ann", "e2"), said("bob", "e3"))
          yield* settle
          yield* fake.emit(said("ann", "e4"))
          for (let minute = 0; minute < 10; minute++) {
            yield* Effect.sleep("1 minute")
            const { cause, state } = yield* status(id)
            expect(state._tag).toBe("Held")
            expect(cause).toMatch(ailment[1])
            expect(due(state)).toBeGreaterThanOrEqual((minute + 1) * 60_000)
          }
          expect(told(fake)).toEqual(["e1#0 e1"])
          yield* store.heals
          yield* Effect.sleep("31 seconds")
          expect((yield* status(id)).state._tag).toBe("Connected")
          expect(told(fake).toSorted()).toEqual(["e1#0 e1", "e2#0 e2", "e3#0 e3", "e4#0 e4"])
        })
      )
    }
  )

  it.effect.each(ailments.slice(1))(
    "%s: a handler that finished meanwhile is not run again for it, and what it said is said once (F76, F80)",
    (ailment) => {
      const fake = FakeAdapter.make({ greeting })
      const runs: Array<string> = []
      const handler: Handler = (event) =>
        Effect.sync(() => runs.push(event.id)).pipe(
          Effect.zipRight(Effect.sleep("5 seconds")),
          Effect.as(plain(event.id))
        )
      return beside(ailment, fake, handler, (store) =>
        Effect.gen(function* () {
          const { depth } = yield* Inbox
          yield* settle
          yield* fake.emit(said("ann", "e1"), said("ann", "e2"), said("bob", "e3"))
          yield* Effect.sleep("1 second")
          yield* store.falls
          yield* Effect.sleep("1 minute")
          expect(runs).toEqual(["e1", "e3"])
          expect(yield* depth).toMatchObject({ waiting: 3, dead: 0 })
          yield* store.heals
          yield* Effect.sleep("10 seconds")
          expect(runs).toEqual(["e1", "e3", "e2"])
          expect(told(fake).toSorted()).toEqual(["e1#0 e1", "e2#0 e2", "e3#0 e3"])
        })
      )
    }
  )

  it.effect.each(ailments.slice(1))(
    "%s: what was said meanwhile, and could not be noted as said, is not said again (F96)",
    (ailment) => {
      const fake = FakeAdapter.make({
        greeting,
        send: ({ id: message }) => Effect.as(Effect.sleep("5 seconds"), { message, platformId: "1", at: 0 })
      })
      return beside(
        ailment,
        fake,
        () => Stream.empty,
        (store) =>
          Effect.gen(function* () {
            const gateway = yield* Gateway
            const { depth } = yield* Outbox
            yield* settle
            for (const text of ["one", "two"])
              yield* gateway.send({ account: id, kind: "direct", id: "ann" }, plain(text), text)
            yield* Effect.sleep("1 second")
            yield* store.falls
            yield* Effect.sleep("1 minute")
            expect(told(fake)).toEqual(["one one"])
            expect(yield* depth).toMatchObject({ waiting: 2, dead: 0 })
            yield* store.heals
            yield* Effect.sleep("10 seconds")
            expect(told(fake)).toEqual(["one one", "two two"])
            expect(yield* depth).toMatchObject({ waiting: 0, dead: 0 })
          })
      )
    }
  )

  it.effect.each(ailments.slice(1))(
    "%s: what a handler says while it runs waits, and is said as soon as the store is back (F80)",
    (ailment) => {
      const fake = FakeAdapter.make({ greeting })
      const handler: Handler = () =>
        Stream.concat(Stream.fromEffect(Effect.as(Effect.sleep("5 seconds"), plain("thinking"))), Stream.never)
      return beside(ailment, fake, handler, (store) =>
        Effect.gen(function* () {
          yield* settle
          yield* fake.emit(said("ann", "e"))
          yield* Effect.sleep("1 second")
          yield* store.falls
          yield* Effect.sleep("1 minute")
          expect(told(fake)).toEqual([])
          yield* store.heals
          yield* Effect.sleep("2 seconds")
          expect(told(fake)).toEqual(["e#0 thinking"])
        })
      )
    }
  )

  it.effect.each(ailments.slice(1))(
    "%s: who asks for a message to be said hears at once that it was not kept (F79, F82)",
    (ailment) => {
      const fake = FakeAdapter.make({ greeting })
      return beside(
        ailment,
        fake,
        () => Stream.empty,
        (store) =>
          Effect.gen(function* () {
            const gateway = yield* Gateway
            const send = gateway.send({ account: id, kind: "direct", id: "ann" }, plain("one"), "one")
            yield* settle
            yield* store.falls
            const refused = yield* Effect.flip(send)
            expect([refused.reason, refused.cause]).toEqual(["Unreachable", expect.stringMatching(/^outbox: /)])
            yield* store.heals
            yield* send
            yield* settle
            expect(told(fake)).toEqual(["one one"])
          })
      )
    }
  )
})
