import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, type Layer, Stream, TestClock } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import { received } from "../../src/adapter/Signal.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Message, Receipt } from "../../src/domain/Message.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import { due } from "../../src/gateway/Status.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { fatal, gateway, jumping, play } from "./stage.ts"

const taken = (message: Message): Receipt => ({ message: message.id, platformId: "1", at: 0 })

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

  describe("when its layer closes", () => {
    const greeting = [FakeAdapter.connected({ silence: "1 day" })]
    const said = (fake: FakeAdapter.FakeAdapter, where: string, id: string) =>
      received(FakeAdapter.said(fake.account.id, where, id, id))
    /** Runs `during` beside a gateway, closes it, and says how long the closing took. */
    const closing = (layer: Layer.Layer<Gateway>, during: Effect.Effect<void>) =>
      jumping(
        Effect.gen(function* () {
          yield* Effect.provide(Effect.zipRight(Effect.sleep("100 millis"), during), layer)
          return yield* Clock.currentTimeMillis
        })
      )

    it.effect("what was begun is finished: handled, answered and said (F17)", () => {
      const fake = FakeAdapter.make({
        greeting,
        send: (message) => Effect.as(Effect.sleep("2 seconds"), taken(message))
      })
      const slow: Handler = (event) => Stream.fromEffect(Effect.as(Effect.sleep("3 seconds"), plain(event.id)))
      return Effect.gen(function* () {
        const at = yield* closing(gateway([fake], { handler: slow }), fake.emit(said(fake, "ann", "e1")))
        expect(fake.sent.map(({ content }) => content.text)).toEqual(["e1"])
        expect(at).toBe(5100)
        expect(fake.closed()).toBe(1)
      })
    })

    it.effect("nothing new is pulled while it finishes what was begun", () => {
      const fake = FakeAdapter.make({ greeting })
      const handled: Array<string> = []
      const slow: Handler = (event) =>
        Stream.execute(
          Effect.zipRight(
            Effect.sync(() => handled.push(event.id)),
            Effect.sleep("5 seconds")
          )
        )
      const meanwhile = Effect.forkDaemon(
        Effect.forEach([1, 2], (n) =>
          Effect.zipRight(Effect.sleep("1 second"), fake.emit(said(fake, "bob", `late${n}`)))
        )
      )
      return Effect.gen(function* () {
        const during = Effect.gen(function* () {
          yield* fake.emit(said(fake, "ann", "e1"))
          yield* Effect.sleep("100 millis")
          yield* meanwhile
        })
        yield* closing(gateway([fake], { handler: slow }), during)
        // the pull that was under way is kept, as it must be; there is none after it
        expect(handled).toEqual(["e1", "late1"])
      })
    })

    it.effect.each([
      ["never answers", Effect.never],
      ["cannot be interrupted", Effect.uninterruptible(Effect.never)]
    ] as const)("it waits no longer than it was told for a handler that %s (F17)", ([, stuck]) => {
      const fake = FakeAdapter.make({ greeting, close: Effect.never })
      const handler: Handler = () => Stream.execute(stuck)
      return Effect.gen(function* () {
        const layer = gateway([fake], { handler, config: { drainWithin: Duration.seconds(10) } })
        const at = yield* closing(
          layer,
          Effect.zipRight(fake.emit(said(fake, "ann", "e1")), Effect.sleep("100 millis"))
        )
        expect(at).toBeLessThanOrEqual(10_000 + 4000)
        expect(at).toBeGreaterThanOrEqual(6666)
      })
    })
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
