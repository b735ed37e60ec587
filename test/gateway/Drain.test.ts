import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Duration, Effect, Exit, Layer, Logger, Stream } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import { received } from "../../src/adapter/Signal.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import type { Message, Receipt } from "../../src/domain/Message.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { echo, jumping } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const said = (where: string, event: string) => received(FakeAdapter.said(id, where, event, event))
const taken = (message: Message): Receipt => ({ message: message.id, platformId: "1", at: 0 })
const slowly = (message: Message) => Effect.as(Effect.sleep("2 seconds"), taken(message))
const refused = (message: Message, reason: SendError["reason"], until?: number) =>
  Effect.fail(
    new SendError({ messageId: message.id, reason, cause: "no", ...(until === undefined ? undefined : { until }) })
  )

interface Life {
  readonly fake: FakeAdapter.FakeAdapter
  readonly during: Effect.Effect<void, never, Gateway | Inbox>
  readonly handler?: Handler
  readonly drainWithin?: Duration.DurationInput
  readonly account?: Account<never>
  readonly inbox?: (inbox: Context.Tag.Service<Inbox>) => Context.Tag.Service<Inbox>
}

/** Runs `during` beside a gateway, closes it, and says how long that took and what is left of its queues. */
const life = ({ account, drainWithin = "9 seconds", during, fake, handler = echo, inbox = (same) => same }: Life) =>
  Effect.gen(function* () {
    const kept = yield* Layer.build(MemoryStores.layer)
    const stores = Context.add(kept, Inbox, inbox(Context.get(kept, Inbox)))
    const options: GatewayOptions<never, never> = {
      accounts: [account ?? fake.account],
      handler,
      config: { drainWithin: Duration.decode(drainWithin) }
    }
    const began = yield* Effect.gen(function* () {
      const gateway = yield* Layer.build(Gateway.layer(options))
      yield* Effect.sleep("100 millis")
      yield* Effect.provide(during, Context.merge(stores, gateway))
      return yield* Clock.currentTimeMillis
    }).pipe(Effect.scoped, Effect.provide(stores))
    const took = (yield* Clock.currentTimeMillis) - began
    const [events, messages] = yield* Effect.all([Context.get(kept, Inbox).depth, Context.get(kept, Outbox).depth])
    return { took, events: events.waiting, messages: messages.waiting, dead: events.dead + messages.dead }
  }).pipe(Effect.scoped, jumping)

const texts = (fake: FakeAdapter.FakeAdapter) => fake.sent.map(({ content }) => content.text)

describe("Drain", () => {
  it.effect(
    "ends in order: no more is heard, what was begun is handled, said, acknowledged, and then closed (F17)",
    () => {
      const steps: Array<string> = []
      const note = (step: string) => Effect.sync(() => void steps.push(step))
      const fake = FakeAdapter.make({
        greeting,
        close: note("closed"),
        send: (message) => Effect.zipLeft(slowly(message), note(`said ${message.content.text}`))
      })
      const account: Account<never> = {
        ...fake.account,
        open: Effect.map(fake.account.open, (adapter) => ({
          ...adapter,
          listen: adapter.listen.pipe(
            Stream.mapChunksEffect((chunk) => Effect.as(note("heard"), chunk)),
            Stream.ensuringWith((exit) => note(Exit.isSuccess(exit) ? "acknowledged" : "cut off"))
          )
        }))
      }
      const handler: Handler = (event) =>
        Effect.sleep("3 seconds").pipe(Effect.zipRight(note(`handled ${event.id}`)), Effect.as(plain(event.id)))
      return Effect.gen(function* () {
        const end = yield* life({
          fake,
          account,
          handler,
          during: Effect.gen(function* () {
            steps.length = 0
            yield* fake.emit(said("ann", "e1"))
            yield* Effect.sleep("100 millis")
            // the pull that is under way ends with the first of these; nobody asks for the second
            for (const event of ["e2", "e3"]) {
              yield* Effect.forkDaemon(
                Effect.delay(fake.emit(said("bob", event)), event === "e2" ? "1 second" : "2 seconds")
              )
            }
          })
        })
        const order = ["heard", "heard", "handled e1", "handled e2", "said e1", "said e2", "acknowledged", "closed"]
        expect(steps).toEqual(order)
        expect(end).toMatchObject({ events: 0, messages: 0, dead: 0 })
      })
    }
  )

  it.effect("handlers leave the last third of the time to what they have said, and stay kept themselves (F80)", () => {
    const fake = FakeAdapter.make({ greeting, send: slowly })
    const takes: Readonly<Record<string, Duration.DurationInput>> = { quick: "5900 millis", slow: "6100 millis" }
    const handler: Handler = (event) => Effect.as(Effect.sleep(takes[event.id] ?? Duration.infinity), plain(event.id))
    return Effect.gen(function* () {
      const end = yield* life({
        fake,
        handler,
        during: fake.emit(said("ann", "quick"), said("bob", "slow"), said("cid", "stuck"), said("cid", "behind"))
      })
      expect(texts(fake)).toEqual(["quick"])
      expect(end).toEqual({ took: expect.closeTo(7900, -3), events: 3, messages: 0, dead: 0 })
    })
  })

  it.effect.each([
    ["never answers", Effect.never],
    ["cannot be interrupted", Effect.uninterruptible(Effect.never)]
  ] as const)("it waits no longer than it was told for a handler that %s (F17)", ([, stuck]) => {
    const fake = FakeAdapter.make({ greeting, close: Effect.never })
    return Effect.gen(function* () {
      const end = yield* life({
        fake,
        handler: () => Stream.execute(stuck),
        drainWithin: "10 seconds",
        during: Effect.zipRight(fake.emit(said("ann", "e1")), Effect.sleep("100 millis"))
      })
      // two thirds for the handler, and two bounds of two seconds to be left behind in
      expect(end.took).toBeGreaterThanOrEqual(6666)
      expect(end.took).toBeLessThanOrEqual(10_000 + 4000)
      expect(end).toMatchObject({ events: 1, dead: 0 })
    })
  })

  it.effect("what only keeps to the platform's pace is said before the end", () => {
    const every = { burst: 1, every: Duration.seconds(2) }
    const fake = FakeAdapter.make({
      greeting,
      capabilities: {
        pace: {
          account: { burst: 1, every: Duration.zero },
          conversation: { direct: every, group: every, channel: every }
        }
      }
    })
    const handler: Handler = () => Stream.make(plain("one"), plain("two"), plain("three"))
    return Effect.gen(function* () {
      const end = yield* life({ fake, handler, during: fake.emit(said("ann", "e")) })
      expect(texts(fake)).toEqual(["one", "two", "three"])
      expect(end).toEqual({ took: expect.closeTo(4000, -3), events: 0, messages: 0, dead: 0 })
    })
  })

  it.effect.each([
    ["the platform is away", (message: Message) => refused(message, "Unreachable")],
    ["the platform wants to be left alone for long", (message: Message) => refused(message, "RateLimited", 3_600_000)]
  ] as const)("what cannot be said because %s is not waited for, and stays kept (F80, F95)", ([, send]) => {
    const fake = FakeAdapter.make({ greeting, send })
    const handler: Handler = () => Stream.make(plain("one"), plain("two"))
    return Effect.gen(function* () {
      const end = yield* life({
        fake,
        handler,
        during: Effect.zipRight(fake.emit(said("ann", "e"), said("ann", "f")), Effect.sleep("100 millis"))
      })
      expect(end).toEqual({ took: expect.closeTo(0, -3), events: 0, messages: 4, dead: 0 })
    })
  })

  it.effect.each([
    ["how much of what was kept is left", Effect.never, "2 events not handled and 1 message not said"],
    ["nothing where nothing is", Effect.void, undefined]
  ] as const)("says %s (F80)", ([, stuck, expected]) => {
    const lines: Array<string> = []
    const recorder = Logger.make(({ message }) => lines.push(String(message)))
    const fake = FakeAdapter.make({ greeting, send: (message) => Effect.as(stuck, taken(message)) })
    const handler: Handler = (event) => Stream.concat(Stream.make(plain(event.id)), Stream.execute(stuck))
    return Effect.gen(function* () {
      yield* life({
        fake,
        handler,
        during: Effect.zipRight(fake.emit(said("ann", "e1"), said("ann", "e2")), Effect.sleep("100 millis"))
      })
      expect(lines.find((line) => line.startsWith("it stops with"))).toEqual(
        expected === undefined ? undefined : expect.stringContaining(expected)
      )
    }).pipe(Effect.provide(Logger.add(recorder)))
  })

  it.effect(
    "what the store does not take is not acknowledged, and nothing waits for it longer than the time that there is (F78)",
    () => {
      const ends: Array<string> = []
      const fake = FakeAdapter.make({ greeting })
      const account: Account<never> = {
        ...fake.account,
        open: Effect.map(fake.account.open, (adapter) => ({
          ...adapter,
          listen: Stream.ensuringWith(adapter.listen, (exit) => Effect.sync(() => void ends.push(exit._tag)))
        }))
      }
      return Effect.gen(function* () {
        const end = yield* life({
          fake,
          account,
          inbox: (inbox) => ({
            ...inbox,
            offer: () => new StoreRefused({ store: "inbox", cause: "the disk is full" })
          }),
          during: Effect.zipRight(fake.emit(said("ann", "e")), Effect.sleep("10 seconds"))
        })
        expect(ends).toEqual(["Failure"])
        expect(end.took).toBeLessThanOrEqual(9000)
        expect(end).toMatchObject({ events: 0, messages: 0 })
      })
    }
  )
})
