import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Stream } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import type { Event } from "../../../src/domain/Event.ts"
import { type GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { echo, playOpenly, settle } from "../stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account

const told = (fake: FakeAdapter.FakeAdapter) =>
  fake.sent.map((message) => `${message.id.slice(id.length + 1)} ${message.content.text}`)

const poison = FakeAdapter.said(id, "ann", "poison", "poison")
const { text: _text, attachments: _attachments, mentions: _mentions, addressed: _addressed, ...bare } = poison
const pressed: Event = { ...bare, _tag: "ButtonPressed", button: "ok", data: "approve" }
const sorry = (event: string, notices = words.en) => `${event}#1000000 ${notices.failed}`

const failing =
  (
    fields: Partial<HandlerFailed> = {},
    first: Stream.Stream<never> | Stream.Stream<ReturnType<typeof plain>> = Stream.empty
  ): Handler =>
  (event) =>
    event.id === "poison"
      ? Stream.concat(first, Stream.fail(new HandlerFailed({ cause: "no", retryable: true, ...fields })))
      : echo(event)

interface Case {
  readonly event?: Event
  readonly handler?: Handler
  readonly config?: Partial<GatewayConfig>
}

/** Lets an event fail for good, asks for it again, and says what people were told in each of the two lives. */
const lives = ({ config, event = poison, handler = failing() }: Case) => {
  const fake = FakeAdapter.make({ greeting })
  return playOpenly(
    [fake],
    { handler, config: { handlerAttempts: 3, ...config } },
    Effect.gen(function* () {
      const inbox = yield* Inbox
      yield* settle
      yield* fake.emit(received(event), received(FakeAdapter.said(id, "ann", "next", "next")))
      yield* Effect.sleep("1 hour")
      const first = told(fake)
      const dead = (yield* inbox.dead).map(({ id: name }) => name)
      expect(yield* inbox.retry(`${id}/${event.id}`)).toBe(true)
      yield* Effect.sleep("1 hour")
      return { first, dead, second: told(fake).slice(first.length) }
    })
  )
}

describe("Dispatcher, of an event that is put aside", () => {
  const failures: ReadonlyArray<readonly [string, Case]> = [
    ["keeps failing", {}],
    ["says that trying again is hopeless", { handler: failing({ retryable: false }) }],
    ["dies", { handler: (event) => (event.id === "poison" ? Stream.die("a defect") : echo(event)) }],
    ["never ends", { handler: (event) => (event.id === "poison" ? Stream.never : echo(event)) }]
  ]
  it.effect.each(failures)(
    "the person who asked is told so, once for ever, when the handler %s (F80, F86)",
    ([, options]) =>
      Effect.gen(function* () {
        expect(yield* lives(options)).toEqual({
          first: [sorry("poison"), "next#0 next"],
          dead: [`${id}/poison`],
          second: []
        })
      })
  )

  it.effect("the handler's own words about it stand in place of the configuration's, but for who wants none", () =>
    Effect.gen(function* () {
      const handler = failing({ retryable: false, notice: "The model is asleep." })
      expect((yield* lives({ handler })).first).toEqual(["poison#1000000 The model is asleep.", "next#0 next"])
      expect((yield* lives({ handler, config: { notices: undefined } })).first).toEqual(["next#0 next"])
    })
  )

  it.effect("it is not tried again before its handler says that it may be", () =>
    Effect.gen(function* () {
      const runs: Array<number> = []
      const handler: Handler = () =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          runs.push(now)
          return new HandlerFailed({ cause: "busy", retryable: true, retryAfter: 90_000 })
        })
      yield* lives({ handler, config: { handlerAttempts: 2 } })
      const [first = 0, second = 0] = runs
      expect(second - first).toBeGreaterThanOrEqual(90_000)
    })
  )

  it.effect("what the handler had said comes before the notice", () =>
    Effect.gen(function* () {
      const { first } = yield* lives({ handler: failing({ retryable: false }, Stream.make(plain("thinking"))) })
      expect(first).toEqual(["poison#0 thinking", sorry("poison"), "next#0 next"])
    })
  )

  it.effect("a person who pressed a button is told too", () =>
    Effect.gen(function* () {
      const { first } = yield* lives({ event: { ...pressed, id: "poison" } })
      expect(first).toEqual([sorry("poison"), "next#0 next"])
    })
  )

  it.effect("the words are those of the configuration", () =>
    Effect.gen(function* () {
      const { first } = yield* lives({ config: { notices: words.zh } })
      expect(first).toEqual([sorry("poison", words.zh), "next#0 next"])
    })
  )

  const silent: ReadonlyArray<readonly [string, Case]> = [
    ["where notices are off", { config: { notices: undefined } }],
    ["when the handler declares its failure silent", { handler: failing({ silent: true }) }],
    ["of what the bot only overheard", { event: { ...poison, addressed: false } }],
    [
      "of somebody who came",
      { event: { ...bare, _tag: "MembershipChanged", member: bare.sender, self: false, change: "joined" } }
    ],
    ["of a message taken back", { event: { ...bare, _tag: "MessageDeleted", message: "m" } }]
  ]
  it.effect.each(silent)("nobody is told anything %s", ([, options]) =>
    Effect.gen(function* () {
      expect(yield* lives(options)).toEqual({ first: ["next#0 next"], dead: [`${id}/poison`], second: [] })
    })
  )

  it.effect(
    "a button that is pressed too late does nothing and says so; a message that is too old only does nothing (F74, F98)",
    () => {
      const fake = FakeAdapter.make({ greeting })
      return playOpenly(
        [fake],
        { config: { maxAge: Duration.minutes(5) } },
        Effect.gen(function* () {
          yield* Effect.sleep("10 minutes")
          yield* fake.emit(received({ ...pressed, id: "press" }), received({ ...poison, id: "old" }))
          yield* settle
          expect(told(fake)).toEqual([`press#1000000 ${words.en.expired}`])
          const dead = yield* Effect.flatMap(Inbox, (inbox) => inbox.dead)
          expect(dead.map(({ id: name }) => name)).toEqual([`${id}/press`, `${id}/old`])
        })
      )
    }
  )
})
