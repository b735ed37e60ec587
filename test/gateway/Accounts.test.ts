import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Redacted, Stream } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { accountId, type Conversation } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { beside, play, settle, status } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const unknown = accountId("fake", "nobody")
const ann: Conversation = { account: id, kind: "direct", id: "ann" }

describe("Accounts", () => {
  it.effect("a paused account stays away until it is resumed, and goes on as the same one", () => {
    const fake = FakeAdapter.make({ greeting })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* gateway.pause(id)
        yield* gateway.pause(id)
        yield* Effect.sleep("1 day")
        expect(yield* status(id)).toMatchObject({ state: { _tag: "Paused" }, generation: 1 })
        expect([fake.opened(), fake.closed()]).toEqual([1, 1])
        yield* gateway.resume(id)
        yield* gateway.resume(id)
        yield* settle
        expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 2 })
      })
    )
  })

  it.effect("resuming an account that is not paused leaves its session alone", () => {
    const fake = FakeAdapter.make({ greeting })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* gateway.resume(id)
        yield* settle
        expect(fake.opened()).toBe(1)
      })
    )
  })

  it.effect("a restart replaces a healthy adapter, and one that hangs while it opens", () => {
    const fake = FakeAdapter.make({ greeting, open: (attempt) => (attempt === 2 ? Effect.never : Effect.void) })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* gateway.restart(id)
        yield* settle
        expect((yield* status(id)).state._tag).toBe("Connecting")
        yield* gateway.restart(id)
        yield* settle
        expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 3 })
        expect([fake.opened(), fake.closed()]).toEqual([3, 2])
      })
    )
  })

  it.effect("a removed account leaves nothing, and may come back as a new one (F43, F48)", () => {
    const fake = FakeAdapter.make({ greeting })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* gateway.remove(id)
        expect([fake.opened(), fake.closed()]).toEqual([1, 1])
        expect(yield* gateway.statuses).toEqual([])
        expect(yield* Effect.flip(gateway.status(id))).toMatchObject({ account: id })
        const seen = yield* Effect.fork(Stream.runHead(gateway.changes))
        yield* settle
        yield* gateway.add(fake.account)
        yield* settle
        expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 1 })
        expect((yield* Fiber.join(seen))._tag).toBe("Some")
      })
    )
  })

  it.effect.each(["pause", "resume", "restart", "remove", "status"] as const)(
    "%s of an account that is not there says so by name",
    (command) =>
      play(
        [],
        {},
        Effect.gen(function* () {
          const gateway = yield* Gateway
          const error = yield* Effect.flip(gateway[command](unknown))
          expect(error.message).toBe("there is no account fake:nobody")
        })
      )
  )

  it.effect("a remove wins over the restarts that wait behind it: nothing runs unseen (F21, F23)", () => {
    const fake = FakeAdapter.make({ greeting, close: Effect.sleep("1 second") })
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        const commands = [gateway.remove(id), gateway.restart(id), gateway.resume(id), gateway.pause(id)]
        const [, ...others] = yield* Effect.all(commands.map(Effect.exit), { concurrency: "unbounded" })
        expect(others.every(Exit.isFailure)).toBe(true)
        yield* Effect.sleep("1 minute")
        expect(fake.opened() - fake.closed()).toBe(0)
      })
    )
  })

  it.effect("an account that is added many times at once is one account (F47, F92)", () => {
    const fake = FakeAdapter.make({ greeting })
    return play(
      [],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        const add = Effect.zipRight(Effect.yieldNow(), gateway.add(fake.account))
        yield* Effect.replicateEffect(add, 20, { concurrency: "unbounded" })
        yield* settle
        expect([fake.opened(), fake.closed()]).toEqual([1, 0])
      })
    )
  })

  it.effect("a new credential replaces the adapter once, whatever commands come with it (F23, F93)", () => {
    const fake = FakeAdapter.make({ greeting, close: Effect.sleep("1 second") })
    const renewed = { ...fake.account, credential: { key: "fake", secret: Redacted.make("new") } }
    return beside(fake, (gateway) =>
      Effect.gen(function* () {
        yield* Effect.all([gateway.add(renewed), gateway.restart(id), gateway.add(renewed), gateway.restart(id)], {
          concurrency: "unbounded"
        })
        yield* Effect.sleep("1 minute")
        expect(fake.opened() - fake.closed()).toBe(1)
        expect((yield* status(id)).state._tag).toBe("Connected")
      })
    )
  })

  it.effect(
    "an account that is added again with another access rule keeps its session and obeys the rule (F91, F93)",
    () => {
      const fake = FakeAdapter.make({ greeting })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          const gateway = yield* Gateway
          yield* settle
          yield* fake.emit(received(FakeAdapter.said(id, "ann", "e1", "hello")))
          yield* settle
          yield* gateway.add({ ...fake.account, access: { _tag: "AllowList", people: ["bob"], conversations: [] } })
          yield* fake.emit(received(FakeAdapter.said(id, "ann", "e2", "and now?")))
          yield* settle
          expect(fake.opened()).toBe(1)
          expect(fake.sent.map(({ id }) => id)).toEqual(["fake:main/e1#0"])
        })
      )
    }
  )

  it.effect("a message may be said to an account as soon as it is there, and while it restarts (F83)", () => {
    const fake = FakeAdapter.make({ greeting })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        const gateway = yield* Gateway
        yield* gateway.send(ann, plain("one"), "k1")
        yield* settle
        yield* gateway.restart(id)
        yield* gateway.send(ann, plain("two"), "k2")
        yield* Effect.sleep("31 seconds")
        expect(fake.sent.map(({ content }) => content.text)).toEqual(["one", "two"])
      })
    )
  })
})
