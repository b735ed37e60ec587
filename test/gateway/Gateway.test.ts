import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, TestClock } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { due } from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { fatal, gateway, play } from "./stage.ts"

const settle = TestClock.adjust("10 millis")

describe("Gateway", () => {
  it.effect("answers what it hears", () => {
    const fake = FakeAdapter.make()
    const id = fake.account.id
    return Effect.gen(function* () {
      yield* settle
      yield* fake.emit(FakeAdapter.connected(), received(FakeAdapter.said(id, "ann", "e1", "hello")))
      yield* settle
      expect(fake.sent.map((message) => [message.id, message.content.text])).toEqual([[`${id}/e1#0`, "hello"]])
      const status = yield* Effect.flatMap(Gateway, (gateway) => gateway.status(id))
      expect(status.state._tag).toBe("Connected")
    }).pipe(Effect.provide(gateway([fake])))
  })

  it.effect("splits what is to be said before its account was ever open as what comes after (F61)", () => {
    const opened = Effect.unsafeMakeLatch()
    const capabilities = { limits: { text: 10, caption: 10 } }
    const fake = FakeAdapter.make({ capabilities, open: () => opened.await })
    const { id } = fake.account
    return Effect.gen(function* () {
      const gateway = yield* Gateway
      yield* settle
      const content = { text: "longer than ten", format: "plain" } as const
      const first = yield* gateway.send({ account: id, kind: "direct", id: "ann" }, content, "early")
      yield* opened.open
      yield* settle
      yield* fake.emit(FakeAdapter.connected())
      yield* settle
      expect(fake.sent.map(({ content }) => content.text)).toEqual(["longer", "than ten"])
      expect(fake.sent[0]?.id).toBe(first)
    }).pipe(Effect.provide(gateway([fake])))
  })

  it.effect("reschedules an account whose listen loop gave up, with a due time at once (F01)", () => {
    const fake = FakeAdapter.make()
    const id = fake.account.id
    return Effect.gen(function* () {
      const gateway = yield* Gateway
      yield* settle
      yield* fake.emit(FakeAdapter.connected())
      yield* settle
      yield* fake.end(
        Exit.fail(
          new AdapterFatal({
            account: id,
            reason: "Exhausted",
            retryable: true,
            attempts: 10,
            lastCause: "x",
            remedy: ""
          })
        )
      )
      yield* settle
      const down = yield* gateway.status(id)
      expect(down.state._tag).toBe("Rescheduled")
      expect(fake.closed()).toBe(1)
      yield* TestClock.adjust(Duration.seconds(5))
      expect(fake.opened()).toBe(2)
      yield* fake.emit(FakeAdapter.connected())
      yield* settle
      const up = yield* gateway.status(id)
      expect([up.state._tag, up.generation]).toEqual(["Connected", 2])
      expect(up.gaps.length).toBe(1)
    }).pipe(Effect.provide(gateway([fake])))
  })

  it.effect("starts with every account ill, and says of each when it is tried again (F61)", () => {
    const fakes = ["one", "two", "three"].map((name) => {
      const id = accountId("fake", name)
      return FakeAdapter.make({ id, open: () => Effect.fail(fatal(id)) })
    })
    return play(
      fakes,
      {},
      Effect.gen(function* () {
        const { statuses } = yield* Gateway
        yield* Effect.sleep("100 millis")
        const states = (yield* statuses).map(({ state }) => [state._tag, due(state) !== undefined])
        expect(states).toEqual(fakes.map(() => ["Rescheduled", true]))
      })
    )
  })
})
