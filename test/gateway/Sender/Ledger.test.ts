import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Stream } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import * as Delivery from "../../../src/delivery/Delivery.ts"
import { Outbox } from "../../../src/delivery/Outbox.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { playOpenly, settle } from "../stage.ts"

const { id } = FakeAdapter.make().account
const said = (where: string, event: string) => received(FakeAdapter.said(id, where, event, event))

/** The outbox, and the messages that it has given out and whose end it has not heard yet. */
const watched = () => {
  const out = new Set<string>()
  const layer = Layer.map(Delivery.layerMemory, (context) => {
    const outbox = Context.get(context, Outbox)
    return Context.add(context, Outbox, {
      ...outbox,
      work: (f, options) =>
        outbox.work(
          (work) =>
            Effect.zipRight(
              Effect.sync(() => out.add(work.id)),
              Effect.ensuring(
                f(work),
                Effect.sync(() => out.delete(work.id))
              )
            ),
          options
        )
    })
  })
  return { out, layer }
}

describe("Sender, as the one way to say something", () => {
  it.effect(
    "a reply early or late, a part of a long one, a notice and what is sent unasked are each given out by the outbox, and closed (F97)",
    () => {
      const { layer, out } = watched()
      const past: Array<string> = []
      const fake = FakeAdapter.make({
        greeting: [FakeAdapter.connected({ silence: "1 day" })],
        capabilities: { limits: { text: 100, caption: 100 } },
        send: (message) =>
          Effect.sync(() => {
            if (!out.has(message.id)) past.push(message.id)
            return { message: message.id, platformId: "1", at: 0 }
          })
      })
      const handlers: Readonly<Record<string, Handler>> = {
        early: () => Stream.concat(Stream.make(plain("early")), Stream.never),
        late: () => Stream.make(plain("late")),
        long: () => Stream.make(plain("long ".repeat(50))),
        failing: () => Stream.fail(new HandlerFailed({ cause: "no", retryable: false }))
      }
      const handler: Handler = (event) => handlers[event.id]?.(event) ?? Stream.empty
      return playOpenly(
        [fake],
        { handler },
        Effect.gen(function* () {
          const gateway = yield* Gateway
          yield* settle
          for (const event of Object.keys(handlers)) yield* fake.emit(said(event, event))
          yield* gateway.send({ account: id, kind: "direct", id: "ann" }, plain("unasked ".repeat(20)), "key")
          yield* settle
          expect(past).toEqual([])
          expect(new Set(fake.sent.map((message) => message.content.text.split(" ")[0]))).toEqual(
            new Set(["early", "late", "long", words.en.failed.split(" ")[0], "unasked"])
          )
          expect(fake.sent.length).toBeGreaterThan(7)
          expect(yield* Effect.flatMap(Outbox, ({ depth }) => depth)).toMatchObject({ waiting: 0, dead: 0 })
        }),
        layer
      )
    }
  )
})
