import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import { type KeyedQueue, StoreRefused, type Work } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import type { Event } from "../../../src/domain/Event.ts"
import type { Message } from "../../../src/domain/Message.ts"
import * as Dispatcher from "../../../src/gateway/Dispatcher.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Growth from "../../../src/gateway/Sender/Growth.ts"
import { type Handler, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping } from "../stage.ts"

const fake = FakeAdapter.make()

interface Story {
  /** attempts that are on record before this process */
  readonly attempts?: number
  /** how often the store refuses to write down that it is begun */
  readonly refusals?: number
  /** the store never answers */
  readonly unanswered?: true
}

/** Handles one event, and says what was done, in order, and what became of the event. */
const handled = ({ attempts = 0, refusals = 0, unanswered }: Story) =>
  Effect.gen(function* () {
    const steps: Array<string> = []
    const inbox = yield* Inbox
    const begin = Effect.suspend(() => {
      steps.push("begin")
      if (unanswered) return Effect.never
      return steps.length > refusals ? Effect.void : new StoreRefused({ store: "inbox", cause: "the disk is full" })
    })
    const brokenOff = (work: Pick<Work<unknown>, "brokenOff">) => (harmless: () => boolean) =>
      work.brokenOff(() => {
        const isHarmless = harmless()
        if (isHarmless) steps.push("give back")
        return isHarmless
      })
    const told: KeyedQueue<Event, Message> = {
      ...inbox,
      work: (f, options) =>
        inbox.work(
          (work) => f({ ...work, attempts: attempts + work.attempts, begin, brokenOff: brokenOff(work) }),
          options
        )
    }
    const handler: Handler = () =>
      Effect.sync(() => {
        steps.push("handle")
        return plain("pong")
      })
    const event = FakeAdapter.said(fake.account.id, "ann", "e1", "ping")
    const { capabilities } = yield* fake.account.open
    const run = Dispatcher.run({
      handler,
      capabilities: () => capabilities,
      maxAge: () => undefined,
      denial: () => undefined,
      config: defaults,
      growth: Growth.make(() => Effect.void),
      passages: yield* Passages.make
    })
    const fiber = yield* Effect.forkScoped(Effect.provideService(run, Inbox, told))
    yield* inbox.offer([{ id: "e1", key: conversationKey(event.conversation), value: event }])
    yield* Effect.sleep("1 minute")
    yield* Fiber.interrupt(fiber)
    const [dead] = yield* inbox.dead
    return { steps, dead: dead?.reason, said: (yield* (yield* Outbox).depth).waiting }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

describe("Dispatcher, of what it begins", () => {
  it.effect("an event is on record as begun before its handler runs (F86)", () =>
    Effect.gen(function* () {
      expect(yield* handled({})).toEqual({ steps: ["begin", "handle"], dead: undefined, said: 1 })
    })
  )

  it.effect(
    "an event that ended the process as often as a handler may fail is put aside and whoever asked is told, and no handler runs (F86)",
    () =>
      Effect.gen(function* () {
        const { dead, said, steps } = yield* handled({ attempts: defaults.handlerAttempts })
        expect(steps).toEqual([])
        expect(said).toBe(1)
        expect(dead).toBe("the handler was begun 5 times, and the process ended before it did")
      })
  )

  it.effect("an event that ended the process less often than that is tried again (F86)", () =>
    Effect.gen(function* () {
      const { said, steps } = yield* handled({ attempts: defaults.handlerAttempts - 1 })
      expect(steps).toEqual(["begin", "handle"])
      expect(said).toBe(1)
    })
  )

  it.effect("no handler runs while that cannot be put on record, and then it does", () =>
    Effect.gen(function* () {
      const { dead, said, steps } = yield* handled({ refusals: 3 })
      expect(steps).toEqual(["begin", "begin", "begin", "begin", "handle"])
      expect([dead, said]).toEqual([undefined, 1])
    })
  )

  it.effect("an event whose handler is cut off before it could be put on record is given back (F86)", () =>
    Effect.gen(function* () {
      const { dead, said, steps } = yield* handled({ unanswered: true })
      expect(steps).toEqual(["begin", "give back"])
      expect([dead, said]).toEqual([undefined, 0])
    })
  )
})
