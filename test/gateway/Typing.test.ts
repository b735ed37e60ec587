import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Stream } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import type { Event } from "../../src/domain/Event.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import type { GatewayConfig } from "../../src/gateway/GatewayConfig.ts"
import * as Typing from "../../src/gateway/Typing.ts"
import { type Handler, HandlerFailed, piece, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { jumping, play, settle } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const said = (event: string, where = "ann") => FakeAdapter.said(id, where, event, event)

/** Somebody is heard by a gateway with this handler; for how many seconds it was shown to work, of two minutes. */
const watched = (
  handler: Handler,
  event: Event = said("e1"),
  config: Partial<GatewayConfig> = {},
  during: Effect.Effect<unknown, unknown, Gateway> = Effect.void,
  capabilities: FakeAdapter.FakeAdapterOptions["capabilities"] = {}
) =>
  Effect.gen(function* () {
    const fake = FakeAdapter.make({ greeting, capabilities })
    const times: Array<number> = []
    yield* play(
      [fake],
      { handler, config: { drainWithin: Duration.zero, concurrency: 8, ...config } },
      Effect.gen(function* () {
        yield* settle
        const began = yield* Clock.currentTimeMillis
        yield* fake.emit(received(event))
        yield* Effect.forkScoped(Effect.delay(during, "10 seconds"))
        for (let seconds = 0; seconds < 480; seconds++) {
          yield* Effect.sleep("250 millis")
          while (times.length < fake.typing.length) times.push((yield* Clock.currentTimeMillis) - began)
        }
      }).pipe(Effect.scoped)
    )
    return { times, places: fake.typing.map(({ id }) => id) }
  })

const after = (span: Duration.DurationInput) => Stream.execute(Effect.sleep(span))

describe("Typing", () => {
  it.effect("is shown once an answer takes half a second, again every four, and no more when it is said", () =>
    Effect.gen(function* () {
      const { places, times } = yield* watched(() => Effect.as(Effect.sleep("10 seconds"), plain("done")))
      expect(times.map((time) => Math.floor(time / 1000))).toEqual([0, 4, 8])
      expect(places).toEqual(["ann", "ann", "ann"])
    })
  )

  const quick: ReadonlyArray<readonly [string, Handler]> = [
    ["that answers at once", () => Effect.succeed(plain("done"))],
    ["that answers soon", () => Effect.as(Effect.sleep("400 millis"), plain("done"))],
    ["that has nothing to say", () => Stream.empty],
    ["that fails at once", () => Stream.fail(new HandlerFailed({ cause: "no", retryable: false }))],
    [
      "that throws",
      () => {
        throw new Error("a defect")
      }
    ]
  ]
  it.effect.each(quick)("is not shown for a handler %s", ([, handler]) =>
    Effect.map(watched(handler, said("e1"), { handlerAttempts: 1 }), ({ times }) => expect(times).toEqual([]))
  )

  const ended: ReadonlyArray<readonly [string, Handler]> = [
    ["has said something", () => Stream.concat(Stream.make(plain("wait")), Stream.never)],
    [
      "says something after a while",
      () => Stream.concat(after("6 seconds"), Stream.concat(Stream.make(plain("wait")), Stream.never))
    ],
    [
      "is seen to grow",
      () => Stream.concat(after("6 seconds"), Stream.concat(Stream.make(piece("wait")), Stream.never))
    ],
    [
      "fails",
      () => Stream.concat(after("6 seconds"), Stream.fail(new HandlerFailed({ cause: "no", retryable: false })))
    ],
    ["dies", () => Effect.zipRight(Effect.sleep("6 seconds"), Effect.die("a defect"))],
    ["runs out of time", () => Stream.never],
    ["runs out of time with one thing to say", () => Effect.never],
    [
      "cannot be interrupted, and runs out of time",
      () => Effect.uninterruptible(Effect.delay(Effect.succeed(plain("late")), "1 minute"))
    ]
  ]
  it.effect.each(ended)("ends when its handler %s", ([, handler]) =>
    Effect.gen(function* () {
      const growth = () => ({ every: Duration.seconds(1), paced: true })
      const config = { handlerWithin: Duration.seconds(7), handlerAttempts: 1 }
      const { times } = yield* watched(handler, said("e1"), config, Effect.void, { growth })
      expect(times.length).toBeLessThanOrEqual(2)
      expect(Math.max(0, ...times)).toBeLessThan(7000)
    })
  )

  it.effect("ends when its account is removed", () =>
    Effect.gen(function* () {
      const removal = Effect.flatMap(Gateway, (gateway) => gateway.remove(id))
      const { times } = yield* watched(() => Stream.never, said("e1"), {}, removal)
      expect(times.map((time) => Math.floor(time / 1000))).toEqual([0, 4, 8])
    })
  )

  const unasked: ReadonlyArray<readonly [string, Event, Partial<GatewayConfig>]> = [
    ["what is only overheard", { ...said("e1"), addressed: false }, {}],
    ["anything, where that is switched off", said("e1"), { typing: false }]
  ]
  it.effect.each(unasked)("is not shown for %s", ([, event, config]) =>
    Effect.map(
      watched(() => Effect.never, event, config),
      ({ times }) => expect(times).toEqual([])
    )
  )

  it.effect("of which one showing hangs, another fails, and a third dies, goes on for everybody else", () =>
    Effect.gen(function* () {
      const shown: Array<string> = []
      const fates: Readonly<Record<string, Effect.Effect<void>>> = {
        hangs: Effect.never,
        stuck: Effect.uninterruptible(Effect.never),
        dies: Effect.die("a defect")
      }
      const typing = yield* Typing.make(({ id }) =>
        Effect.zipRight(
          Effect.sync(() => shown.push(id)),
          fates[id] ?? Effect.void
        )
      )
      for (const event of ["hangs", "stuck", "dies", "fine"]) {
        typing.begin({ id: event, event: said(event), isSilent: true }, 0)
        yield* Effect.sleep("1 second")
      }
      const before = shown.length
      yield* Effect.sleep("40 seconds")
      expect(shown.slice(before).filter((event) => event === "fine")).toHaveLength(10)
    }).pipe(Effect.scoped, jumping)
  )
})
