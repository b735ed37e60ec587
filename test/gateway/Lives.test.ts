import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Stream } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import type { Event } from "../../src/domain/Event.ts"
import { words } from "../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { lives } from "./lives.ts"
import { settle } from "./stage.ts"

const { id } = FakeAdapter.make().account
const {
  text: _text,
  attachments: _attachments,
  mentions: _mentions,
  addressed: _addressed,
  ...bare
} = FakeAdapter.said(id, "ann", "press", "")
const pressed: Event = { ...bare, _tag: "ButtonPressed", button: "ok", data: "approve" }

const told = (fake: FakeAdapter.FakeAdapter) =>
  fake.sent.map((message) => `${message.id.slice(id.length + 1)} ${message.content.text}`)

describe("Gateway, in its next life", () => {
  it.effect(
    "a button whose pressing was being handled when the process stopped is resolved once, on the new connection (F98)",
    () =>
      lives((live) =>
        Effect.gen(function* () {
          const resolved: Array<string> = []
          const slow: Handler = () => Stream.execute(Effect.never)
          const quick: Handler = (event) =>
            Effect.as(
              Effect.sync(() => resolved.push(event.id)),
              plain("approved")
            )
          yield* live({ handler: slow }, (fake) => Effect.zipRight(fake.emit(received(pressed)), settle))
          yield* live({ handler: quick }, (fake) =>
            Effect.gen(function* () {
              yield* settle
              // the platform brings it once more, because it was not told that it was taken
              yield* fake.emit(received(pressed))
              yield* fake.end(Exit.void)
              yield* Effect.sleep("10 seconds")
              yield* fake.emit(received(pressed))
              yield* settle
              expect(resolved).toEqual(["press"])
              expect(told(fake)).toEqual(["press#0 approved"])
            })
          )
        })
      )
  )

  it.effect("a button that nobody could act on in time says so, once, and does nothing (F98)", () =>
    lives((live) =>
      Effect.gen(function* () {
        const acts: Array<string> = []
        const handler: Handler = (event) => Stream.execute(Effect.sync(() => acts.push(event.id)))
        const config = { maxAge: Duration.minutes(10) }
        yield* live({ handler: () => Stream.never, config }, (fake) =>
          Effect.flatMap(Clock.currentTimeMillis, (at) =>
            Effect.zipRight(fake.emit(received({ ...pressed, at })), settle)
          )
        )
        yield* Effect.sleep("1 hour")
        for (const expected of [[`press#1000000 ${words.en.expired}`], []])
          yield* live({ handler, config }, (fake) =>
            Effect.zipRight(
              settle,
              Effect.sync(() => expect(told(fake)).toEqual(expected))
            )
          )
        expect(acts).toEqual([])
      })
    )
  )

  it.effect(
    "what is being handled whenever the process is asked to stop is handled in the end, however often that is (F86, F95)",
    () =>
      lives((live) =>
        Effect.gen(function* () {
          const said = received(FakeAdapter.said(id, "ann", "slow", "slow"))
          for (let life = 0; life < 10; life++)
            yield* live({ handler: () => Stream.never }, (fake) => Effect.zipRight(fake.emit(said), settle))
          const told10 = yield* live({ handler: () => Stream.make(plain("at last")) }, (fake) =>
            Effect.zipRight(
              settle,
              Effect.sync(() => told(fake))
            )
          )
          expect(told10).toEqual(["slow#0 at last"])
        })
      )
  )

  it.effect("who was told that there is no answer is not told again, and the event stays aside (F86)", () =>
    lives((live) =>
      Effect.gen(function* () {
        const handler: Handler = () => Stream.fail(new HandlerFailed({ cause: "no", retryable: false }))
        const said = received(FakeAdapter.said(id, "ann", "poison", "poison"))
        for (const expected of [[`poison#1000000 ${words.en.failed}`], []])
          yield* live({ handler }, (fake) =>
            Effect.gen(function* () {
              yield* fake.emit(said)
              yield* settle
              expect(told(fake)).toEqual(expected)
              const inbox = yield* Inbox
              expect((yield* Effect.orDie(inbox.dead)).map(({ reason }) => reason)).toEqual(["no"])
            })
          )
      })
    )
  )
})
