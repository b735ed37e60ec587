import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import * as SqlDelivery from "../../src/delivery/SqlDelivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { done } from "../../src/delivery/KeyedQueue.ts"
import { Leases } from "../../src/delivery/Leases.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { accountId, conversationKey } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"
import { type Message, replyMessage } from "../../src/domain/Message.ts"
import { next } from "./SqlStore/Owned.ts"
import { file } from "./SqlStore/Sqlite.ts"

const conversation = { account: accountId("qq", "main"), kind: "direct" as const, id: "c2c:1" }
const key = conversationKey(conversation)
const event = (n: number): Event => ({
  _tag: "PlatformEvent",
  id: `e${n}`,
  conversation,
  sender: { id: "1" },
  at: 0,
  anchor: `e${n}`,
  name: "PING",
  data: undefined
})
const kept = (n: number) => ({ id: `qq:main/e${n}`, key, value: event(n) })

describe("Delivery", () => {
  it.scoped("keeps the answers to an event in the outbox in the step that settles it in the inbox", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox
      const outbox = yield* Outbox
      yield* inbox.offer([kept(0), kept(1)])
      yield* Effect.forkScoped(
        inbox.work(
          ({ value }) => {
            const reply = replyMessage(value, 0, { text: "pong", format: "plain" })
            return Effect.succeed(done([{ id: reply.id, key, value: reply }]))
          },
          { concurrency: 4 }
        )
      )
      yield* inbox.idle
      expect((yield* outbox.depth).waiting).toBe(2)
      const said: Array<string> = []
      yield* Effect.forkScoped(outbox.work(({ id }) => Effect.sync(() => (said.push(id), done())), { concurrency: 4 }))
      yield* outbox.idle
      expect(said).toEqual(["qq:main/e0#0", "qq:main/e1#0"])
    }).pipe(Effect.provide(Delivery.layerMemory))
  )

  it.scoped("has events and messages back in the next process as they were kept", () =>
    Effect.gen(function* () {
      const path = yield* file
      const layer = SqlDelivery.layer.pipe(
        Layer.provideMerge(Leases.layer),
        Layer.provide(next),
        Layer.provide(SqlStore.layer),
        Layer.provide(Sqlite.layer(path))
      )
      const own = Effect.gen(function* () {
        yield* (yield* Leases).take({ account: conversation.account, fingerprint: "main" })
        yield* (yield* Outbox).adopt(conversation.account)
        yield* (yield* Inbox).adopt(conversation.account)
      })
      const reply = replyMessage(event(0), 0, {
        text: "pong",
        format: "plain",
        media: { kind: "file", source: { _tag: "Bytes", bytes: new Uint8Array([0, 255, 7]) } }
      })
      yield* Effect.gen(function* () {
        yield* own
        yield* (yield* Inbox).offer([kept(0), kept(1)])
        const working = (yield* Inbox).work(
          ({ id }) =>
            id === "qq:main/e0" ? Effect.succeed(done([{ id: reply.id, key, value: reply }])) : Effect.never,
          { concurrency: 1 }
        )
        yield* Effect.forkScoped(working)
        const outbox = yield* Outbox
        yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), outbox.depth), {
          until: ({ waiting }) => waiting === 1
        })
      }).pipe(Effect.provide(layer), Effect.scoped)
      yield* Effect.gen(function* () {
        yield* own
        const events: Array<Event> = []
        const messages: Array<Message> = []
        const [inbox, outbox] = [yield* Inbox, yield* Outbox]
        yield* Effect.forkScoped(
          inbox.work(({ value }) => Effect.sync(() => (events.push(value), done())), { concurrency: 1 })
        )
        yield* Effect.forkScoped(
          outbox.work(({ value }) => Effect.sync(() => (messages.push(value), done())), { concurrency: 1 })
        )
        yield* inbox.idle
        yield* outbox.idle
        expect(events).toEqual([event(1)])
        expect(messages).toEqual([reply])
      }).pipe(Effect.provide(layer), Effect.scoped)
    })
  )

  it.effect("refuses, by the name of the one that is full, what goes beyond its limits", () =>
    Effect.gen(function* () {
      const inbox = yield* Inbox
      yield* inbox.offer([kept(0)])
      expect((yield* Effect.flip(inbox.offer([kept(1)]))).store).toBe("inbox")
      expect((yield* inbox.offer([kept(0)])).repeats).toEqual(["qq:main/e0"])
    }).pipe(Effect.provide(Delivery.layerMemoryWith({ capacity: 2 })))
  )
})
