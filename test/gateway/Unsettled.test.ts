import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, Effect, Either, Layer } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import * as MemoryQueue from "../../src/delivery/MemoryQueue.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import type { Event } from "../../src/domain/Event.ts"
import type { Message } from "../../src/domain/Message.ts"
import { due } from "../../src/gateway/Status.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { playOpenly, settle, status } from "./stage.ts"

const { id } = FakeAdapter.make().account
const said = (event: string) => received(FakeAdapter.said(id, "ann", event, event))
const texts = ({ sent }: FakeAdapter.FakeAdapter) => sent.map(({ content }) => content.text)

/** A store that takes whatever is heard and, while it is ill, nothing that comes of it. */
const ailing = () => {
  const store = { ill: false }
  const stores = Layer.effectContext(
    Effect.gen(function* () {
      const outbox = yield* MemoryQueue.make<Message>({ ...Delivery.defaults, name: "outbox" })
      const inbox = yield* MemoryQueue.makeFeeding<Event, Message>(
        { ...Delivery.defaults, name: "inbox" },
        {
          unsafeOffer: (items, now) =>
            store.ill
              ? Either.left(new StoreRefused({ store: "inbox", cause: "the disk is full" }))
              : outbox.unsafeOffer(items, now)
        }
      )
      return Context.make(Outbox, outbox).pipe(Context.add(Inbox, inbox))
    })
  )
  return { store, stores }
}

const alive = { _tag: "Alive" } as const

describe("Gateway, whose store takes what is heard and not what comes of it", () => {
  const signs = [
    ["the next event", said("e2"), ["e1", "e2", "e3"]],
    ["the next sign of life", alive, ["e1", "e3"]]
  ] as const

  it.effect.each(signs)(
    "holds the account with %s, says why and until when, and goes on when it is back, with nothing lost or done twice (F71, F79)",
    ([, sign, answers]) => {
      const { store, stores } = ailing()
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
      const runs: Array<string> = []
      const handler: Handler = (event) => Effect.sync(() => (runs.push(event.id), plain(event.id)))
      return playOpenly(
        [fake],
        { handler },
        Effect.gen(function* () {
          yield* settle
          store.ill = true
          yield* fake.emit(said("e1"))
          yield* Effect.sleep("10 seconds")
          yield* fake.emit(sign)
          yield* settle
          yield* fake.emit(said("e3"))
          for (let minute = 0; minute < 5; minute++) {
            yield* Effect.sleep("1 minute")
            const { cause, reason, state } = yield* status(id)
            expect(state._tag).toBe("Held")
            expect(cause).toBe("inbox: what was done cannot be settled: the disk is full")
            expect(reason).toEqual({ _tag: "StoreRefused" })
            expect(due(state)).toBeGreaterThanOrEqual(yield* Clock.currentTimeMillis)
          }
          expect(runs).toEqual(["e1"])
          expect(texts(fake)).toEqual([])
          store.ill = false
          yield* Effect.sleep("31 seconds")
          expect((yield* status(id)).state._tag).toBe("Connected")
          expect(texts(fake)).toEqual(answers)
          expect(runs).toEqual(answers)
          expect([fake.opened(), fake.closed()]).toEqual([1, 0])
        }),
        stores
      )
    }
  )

  it.effect("holds nobody for what is settled a moment later", () => {
    const { store, stores } = ailing()
    const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
    return playOpenly(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        store.ill = true
        yield* fake.emit(said("e1"))
        yield* Effect.sleep("1 second")
        yield* fake.emit(said("e2"))
        yield* settle
        expect((yield* status(id)).state._tag).toBe("Connected")
        store.ill = false
        yield* Effect.sleep("2 seconds")
        expect(texts(fake)).toEqual(["e1", "e2"])
      }),
      stores
    )
  })
})
