import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Stream } from "effect"
import type { GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, HandlerFailed, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { alone, greeting, inRoom, life, stores, text, told } from "../life.ts"
import { jumping } from "../stage.ts"

const { waiting } = words.en

/** Away until then, in milliseconds since the epoch; tried every so often. */
const away =
  (till: number, every = 10_000, fields: Partial<HandlerFailed> = {}): Handler =>
  ({ id }) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      now < till
        ? Effect.fail(new HandlerFailed({ cause: "away", retryable: true, until: now + every, ...fields }))
        : Effect.succeed(plain(`answer to ${id}`))
    )

/** What a person is told by these events within these times. */
const heard = (
  handler: Handler,
  config: Partial<GatewayConfig>,
  emitted: ReadonlyArray<ReturnType<typeof text>>,
  ...times: ReadonlyArray<`${number} seconds`>
) => {
  const all: Array<ReadonlyArray<string>> = []
  const test = alone(handler, config, (fake) =>
    Effect.gen(function* () {
      yield* fake.emit(...emitted)
      yield* Effect.forEach(times, (time) =>
        Effect.map(Effect.sleep(time), () => all.push(told(fake).map((line) => line.replace(/^(\w+)#\d+ /, "$1 "))))
      )
    })
  )
  return Effect.map(test, () => all)
}

describe("who waits because what answers is away", () => {
  it.effect("is told so once they have waited for a minute, once, and is answered when it is back", () =>
    Effect.gen(function* () {
      const all = yield* heard(
        away(3_600_000),
        {},
        [text("e1")],
        "45 seconds",
        "25 seconds",
        "3000 seconds",
        "900 seconds"
      )
      expect(all).toEqual([[], [`e1 ${waiting}`], [`e1 ${waiting}`], [`e1 ${waiting}`, "e1 answer to e1"]])
    })
  )

  it.effect("is told so at once where it is known that they wait for longer", () =>
    Effect.gen(function* () {
      expect(yield* heard(away(900_000, 900_000), {}, [text("e1")], "1 seconds")).toEqual([[`e1 ${waiting}`]])
    })
  )

  it.effect("is told nothing where the answer comes within the minute", () =>
    Effect.gen(function* () {
      expect(yield* heard(away(45_000), {}, [text("e1")], "120 seconds")).toEqual([["e1 answer to e1"]])
    })
  )

  it.effect("is whoever spoke to the bot, and not whom it overhears in a group", () =>
    Effect.gen(function* () {
      const overheard = inRoom("noise", "ann", { addressed: false })
      expect(yield* heard(away(3_600_000), {}, [overheard], "600 seconds")).toEqual([[]])
      expect(yield* heard(away(3_600_000), {}, [inRoom("e1", "bob")], "600 seconds")).toEqual([[`e1 ${waiting}`]])
    })
  )

  it.effect.each<readonly [string, Partial<GatewayConfig>, Partial<HandlerFailed>, ReadonlyArray<string>]>([
    ["in the language of the configuration", { notices: words.zh }, {}, [`e1 ${words.zh.waiting}`]],
    ["nothing, where nobody is told anything", { notices: undefined }, {}, []],
    ["nothing, where they are not to be told that they wait", { waitNotice: undefined }, {}, []],
    ["nothing, where the handler says so", {}, { silent: true }, []]
  ])("is told %s", ([, config, fields, told]) =>
    Effect.gen(function* () {
      expect(yield* heard(away(3_600_000, 10_000, fields), config, [text("e1")], "600 seconds")).toEqual([told])
    })
  )

  it.effect("is told so by no later process again", () => {
    const fake = FakeAdapter.make({ greeting })
    const one = life(
      fake,
      { handler: away(3_600_000), config: {} },
      Effect.zipRight(fake.emit(text("e1")), Effect.sleep("10 minutes"))
    )
    const two = life(fake, { handler: away(3_600_000), config: {} }, Effect.sleep("10 minutes"))
    return Effect.zipRight(one, two).pipe(
      Effect.map(() => expect(told(fake)).toEqual([`e1#1000300 ${waiting}`])),
      Effect.provide(stores),
      jumping
    )
  })

  it.effect("is told so too where each try costs an attempt, and why there is no answer in the end", () =>
    Effect.gen(function* () {
      const slow: Handler = () =>
        Stream.fromEffect(
          Effect.delay(Effect.fail(new HandlerFailed({ cause: "late", retryable: true })), "40 seconds")
        )
      const all = yield* heard(slow, { handlerAttempts: 3 }, [text("e1")], "70 seconds", "20 seconds", "600 seconds")
      expect(all).toEqual([[], [`e1 ${waiting}`], [`e1 ${waiting}`, `e1 ${words.en.failed}`]])
    })
  )
})
