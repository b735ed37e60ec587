import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import type { KeyedQueue } from "../../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { conversationKey } from "../../../src/domain/Address.ts"
import type { Event } from "../../../src/domain/Event.ts"
import type { Message } from "../../../src/domain/Message.ts"
import * as Dispatcher from "../../../src/gateway/Dispatcher.ts"
import { defaults } from "../../../src/gateway/GatewayConfig.ts"
import { Passages } from "../../../src/gateway/Passages.ts"
import * as Growth from "../../../src/gateway/Sender/Growth.ts"
import { HandlerFailed, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { jumping } from "../stage.ts"

const fake = FakeAdapter.make()

/** Handles an event of each person, which takes `seconds`; each has had as many attempts before this process as is told. */
const handled = (before: Readonly<Record<string, number>>, seconds: number, failures = 0) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const told: KeyedQueue<Event, Message> = {
      ...inbox,
      work: (f, options) =>
        inbox.work(
          (work) =>
            f({
              ...work,
              attempts: (before[work.value.sender.id] ?? 0) + work.attempts,
              begin: Effect.void.pipe(Effect.asVoid)
            }),
          options
        )
    }
    const running = new Set<string>()
    const together: Array<string> = []
    const ended: Array<string> = []
    let left = failures
    const handler = ({ sender }: Event) =>
      Effect.gen(function* () {
        running.add(sender.id)
        together.push([...running].toSorted().join("+"))
        yield* Effect.sleep(`${seconds} seconds`)
        running.delete(sender.id)
        if (left-- > 0) return yield* new HandlerFailed({ cause: "not now", retryable: true })
        ended.push(sender.id)
        return plain("pong")
      })
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
    yield* Effect.forkScoped(Effect.provideService(run, Inbox, told))
    for (const person of Object.keys(before)) {
      const event = FakeAdapter.said(fake.account.id, person, `e-${person}`, "ping")
      yield* inbox.offer([{ id: event.id, key: conversationKey(event.conversation), value: event }])
    }
    yield* Effect.sleep("10 minutes")
    return { together, ended, said: (yield* (yield* Outbox).depth).waiting, dead: (yield* inbox.depth).dead }
  }).pipe(Effect.scoped, Effect.provide(Delivery.layerMemory), jumping)

describe("Dispatcher, after processes that died", () => {
  it.effect(
    "what was at work more than once when one died is handled one at a time: none is blamed for another (F86)",
    () =>
      Effect.gen(function* () {
        const { dead, ended, said, together } = yield* handled({ ann: 2, ben: 3, cid: 4 }, 20)
        expect(together.toSorted()).toEqual(["ann", "ben", "cid"])
        expect(ended.toSorted()).toEqual(["ann", "ben", "cid"])
        expect([said, dead]).toEqual([3, 0])
      })
  )

  it.effect("what was at work once, or never, waits for none of them", () =>
    Effect.gen(function* () {
      const { ended, together } = yield* handled({ ann: 2, ben: 1, cid: 0, dan: 2 }, 20)
      expect(together).toContain("ann+ben+cid")
      expect(ended.slice(0, 3).toSorted()).toEqual(["ann", "ben", "cid"])
      expect(ended[3]).toBe("dan")
    })
  )

  it.effect(
    "one whose handler fails in this process makes room for the next, and waits for none when it is tried again",
    () =>
      Effect.gen(function* () {
        const { ended, said } = yield* handled({ ann: 2, ben: 2 }, 1, 1)
        expect(ended.toSorted()).toEqual(["ann", "ben"])
        expect(said).toBe(2)
      })
  )
})
