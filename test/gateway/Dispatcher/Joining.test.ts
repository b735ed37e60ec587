import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Stream } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import type { Attachment, MessageReceived } from "../../../src/domain/Event.ts"
import type { GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { alone, greeting, inRoom, left, life, nothing, stores, text, told } from "../life.ts"
import { jumping, settle } from "../stage.ts"

const config: Partial<GatewayConfig> = { join: Duration.seconds(1) }

/** Says what it heard, on one line. */
const echo: Handler = (event) =>
  "text" in event ? Effect.succeed(plain(event.text.replaceAll("\n", "|"))) : Effect.succeed(plain(event._tag))

const photo = (url: string): Attachment => ({ kind: "image", url })

describe("what one person says in a breath", () => {
  it.effect(
    "is one message, line by line, when nothing more has come for the span; all of it is settled together",
    () =>
      alone(echo, config, (fake) =>
        Effect.gen(function* () {
          yield* fake.emit(text("e1"))
          yield* Effect.sleep("900 millis")
          yield* fake.emit(text("e2"), text("e3"))
          yield* Effect.sleep("900 millis")
          expect(told(fake)).toEqual([])
          yield* Effect.sleep("200 millis")
          expect(told(fake)).toEqual(["e1#0 e1|e2|e3"])
          expect(yield* left).toMatchObject(nothing)
          yield* fake.emit(text("e4"))
          yield* Effect.sleep("2 seconds")
          expect(told(fake)).toEqual(["e1#0 e1|e2|e3", "e4#0 e4"])
        })
      )
  )

  it.effect("is not joined where nothing is said of it", () =>
    alone(echo, {}, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"), text("e2"))
        yield* settle
        expect(told(fake)).toEqual(["e1#0 e1", "e2#0 e2"])
      })
    )
  )

  it.effect("has together what came along, whom it names, what it cites, and that it is meant for the bot", () => {
    const heard: Array<MessageReceived> = []
    const listener: Handler = (event) => {
      if (event._tag === "MessageReceived") heard.push(event)
      return Stream.empty
    }
    const mention = { person: { id: "bob" }, self: false, everyone: false }
    const quote = { text: "before", attachments: [] }
    return alone(listener, config, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(
          inRoom("e1", "ann", { addressed: false, attachments: [photo("1")] }),
          inRoom("e2", "ann", { text: " ", attachments: [photo("2")], mentions: [mention] }),
          inRoom("e3", "ann", { addressed: false, quote })
        )
        yield* Effect.sleep("2 seconds")
        expect(heard).toMatchObject([
          {
            id: "e1",
            anchor: "e1",
            text: "e1\ne3",
            addressed: true,
            attachments: [photo("1"), photo("2")],
            mentions: [mention],
            quote
          }
        ])
      })
    )
  })

  it.effect.each<readonly [string, ReadonlyArray<ReturnType<typeof text>>, ReadonlyArray<string>]>([
    ["another person", [inRoom("a1", "ann"), inRoom("b1", "bob"), inRoom("a2", "ann")], ["a1", "b1", "a2"]],
    ["a command", [text("e1"), text("e2", "ann", { text: "/new" }), text("e3")], ["e1", "/new", "e3"]],
    [
      "anything else that happens",
      [
        text("e1"),
        received({
          _tag: "MembershipChanged",
          id: "m1",
          conversation: { account: FakeAdapter.make().account.id, kind: "direct", id: "ann" },
          sender: { id: "ann" },
          at: 0,
          anchor: "m1",
          member: { id: "ann" },
          self: false,
          change: "joined"
        }),
        text("e2")
      ],
      ["e1", "MembershipChanged", "e2"]
    ]
  ])("ends with %s", ([, signals, wanted]) =>
    alone(echo, config, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(...signals)
        yield* Effect.sleep("5 seconds")
        expect(told(fake).map((line) => line.slice(line.indexOf(" ") + 1))).toEqual(wanted)
      })
    )
  )

  it.effect("is answered in the end, however long it goes on", () =>
    alone(echo, config, (fake) =>
      Effect.gen(function* () {
        for (let n = 0; n < 40; n++) {
          yield* fake.emit(text(`e${n}`))
          yield* Effect.sleep("500 millis")
        }
        yield* Effect.sleep("5 seconds")
        const all = told(fake).map((line) => line.slice(line.indexOf(" ") + 1).split("|"))
        expect(all.map(({ length }) => length)).toEqual([20, 20])
        expect(all.flat()).toEqual(Array.from({ length: 40 }, (_, n) => `e${n}`))
        expect(yield* left).toMatchObject(nothing)
      })
    )
  )

  it.effect("is the same message again when its handler fails, without what was said since", () => {
    let runs = 0
    const once: Handler = (event) =>
      runs++ === 0 ? Stream.fail(new HandlerFailed({ cause: "busy", retryable: true })) : echo(event)
    return alone(once, config, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"), text("e2"))
        yield* Effect.sleep("1500 millis")
        yield* fake.emit(text("e3"))
        yield* Effect.sleep("1 minute")
        expect([told(fake), runs]).toEqual([["e1#0 e1|e2", "e3#0 e3"], 3])
      })
    )
  })

  it.effect.each<readonly [string, Handler]>([
    ["fails for good", () => Stream.fail(new HandlerFailed({ cause: "no", retryable: false }))],
    ["never ends", () => Stream.never]
  ])("is put aside together when its handler %s, and who said it is told once (F70)", ([, handler]) =>
    alone(handler, { ...config, handlerWithin: Duration.minutes(1) }, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"), text("e2"))
        yield* Effect.sleep("2 minutes")
        expect(told(fake)).toEqual([`e1#1000000 ${words.en.failed}`])
        const dead = yield* Effect.orDie(Effect.flatMap(Inbox, (inbox) => inbox.dead))
        expect(dead.map(({ value }) => value.id).toSorted()).toEqual(["e1", "e2"])
        expect(yield* left).toMatchObject({ waiting: 0, dead: 2 })
      })
    )
  )

  it.effect("interrupts a turn as one message does, and is not interrupted by its own parts", () => {
    const slow: Handler = (event) =>
      Effect.delay(Stream.runHead(echo(event)), "5 seconds").pipe(
        Effect.map((reply) => (reply._tag === "Some" ? reply.value : plain("")))
      )
    return alone(slow, { ...config, turns: "interrupt" }, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* Effect.sleep("2 seconds")
        yield* fake.emit(text("e2"), text("e3"))
        yield* Effect.sleep("1 minute")
        expect(told(fake)).toEqual(["e2#0 e2|e3"])
        expect(yield* left).toMatchObject(nothing)
      })
    )
  })

  it.effect("is lost by no restart, before its turn or within it, and doubled by none", () =>
    Effect.gen(function* () {
      const fakes = [0, 1, 2].map(() => FakeAdapter.make({ greeting }))
      const [first, second, third] = fakes
      if (first === undefined || second === undefined || third === undefined) return
      const ran: Array<string> = []
      const stuck: Handler = (event) => {
        ran.push("text" in event ? event.text : "")
        return Stream.never
      }
      yield* life(
        first,
        { handler: stuck, config },
        Effect.gen(function* () {
          yield* first.emit(text("e1"), text("e2"))
          yield* Effect.sleep("300 millis")
        })
      )
      yield* life(
        second,
        { handler: stuck, config },
        Effect.zipRight(second.emit(text("e2")), Effect.sleep("3 seconds"))
      )
      yield* life(
        third,
        { handler: echo, config },
        Effect.gen(function* () {
          yield* third.emit(text("e1"), text("e2"), text("e3"))
          yield* Effect.sleep("5 seconds")
          expect(yield* left).toMatchObject(nothing)
        })
      )
      expect([ran, fakes.map(told)]).toEqual([["e1\ne2"], [[], [], ["e1#0 e1|e2", "e3#0 e3"]]])
    }).pipe(Effect.provide(stores), jumping)
  )
})
