import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import { done } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import * as Dispatcher from "../../../src/gateway/Dispatcher.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Growth from "../../../src/gateway/Sender/Growth.ts"
import { type Handler, HandlerFailed, nondeterministic, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping } from "../stage.ts"

const fake = FakeAdapter.make()
const { id } = fake.account

/** Hands one event to `handler` in one life after the other, each cut off after a minute; what was said, and what is left. */
const lives = (count: number, handler: (life: number) => Handler) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const { capabilities } = yield* fake.account.open
    const passages = yield* Passages.make
    const event = FakeAdapter.said(id, "ann", "e1", "tell me a story")
    yield* inbox.offer([{ id: `${id}/e1`, key: conversationKey(event.conversation), value: event }])
    for (let life = 1; life <= count; life++) {
      const run = Dispatcher.run({
        handler: handler(life),
        capabilities: () => capabilities,
        maxAge: () => undefined,
        denial: () => undefined,
        config: defaults,
        growth: Growth.make(() => Effect.void),
        passages
      })
      const fiber = yield* Effect.fork(Effect.scoped(run))
      yield* Effect.sleep("1 minute")
      yield* Fiber.interrupt(fiber)
    }
    const said: Array<string> = []
    const voice = yield* Effect.fork(
      outbox.work(
        ({ id: message, value }) =>
          Effect.sync(() => {
            said.push(`${message.slice(id.length + 1)} ${value.content.text}`)
            return done()
          }),
        { concurrency: 1 }
      )
    )
    yield* outbox.idle
    yield* Fiber.interrupt(voice)
    return { said, left: yield* inbox.depth }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

const nothingLeft = { waiting: 0, dead: 0 }
const endsThere = `e1#1000000 ${words.en.cut}`

/** Says part of a story, a different one in each life, and breaks off in the first. */
const teller =
  (breaksOff: Stream.Stream<never, HandlerFailed>) =>
  (life: number): Handler =>
  () =>
    Stream.concat(Stream.make(plain(`once ${life}`)), life === 1 ? breaksOff : Stream.make(plain(`the end ${life}`)))

describe("Dispatcher, of a handler that says something else each time", () => {
  it.effect("ends an answer where the process was cut off within it, and says so, once", () =>
    Effect.gen(function* () {
      const { left, said } = yield* lives(3, (life) => nondeterministic(teller(Stream.never)(life)))
      expect(said).toEqual(["e1#0 once 1", endsThere])
      expect(left).toMatchObject(nothingLeft)
    })
  )

  it.effect("ends an answer within which the handler failed, and does not try it again", () =>
    Effect.gen(function* () {
      const failed = Stream.fail(new HandlerFailed({ cause: "the model went away", retryable: true }))
      const { left, said } = yield* lives(2, (life) => nondeterministic(teller(failed)(life)))
      expect(said).toEqual(["e1#0 once 1", endsThere])
      expect(left).toMatchObject(nothingLeft)
    })
  )

  it.effect("tries it again where nothing had been said when it failed, or when the process was cut off", () =>
    Effect.gen(function* () {
      const whole = teller(Stream.never)(2)
      let failures = 2
      const failing: Handler = (event) =>
        failures-- > 0 ? Stream.fail(new HandlerFailed({ cause: "busy", retryable: true })) : whole(event)
      const said = ["e1#0 once 2", "e1#1 the end 2"]
      expect((yield* lives(1, () => nondeterministic(failing))).said).toEqual(said)
      const late = yield* lives(2, (life) => nondeterministic(life === 1 ? () => Stream.never : whole))
      expect(late.said).toEqual(said)
    })
  )

  it.effect("and one that says the same each time goes on where it was cut off", () =>
    Effect.gen(function* () {
      const { left, said } = yield* lives(2, teller(Stream.never))
      expect(said).toEqual(["e1#0 once 1", "e1#1 the end 2"])
      expect(left).toMatchObject(nothingLeft)
    })
  )
})
