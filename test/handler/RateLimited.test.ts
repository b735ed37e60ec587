import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either } from "effect"
import * as Setting from "../../src/adapter/Setting.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { Event } from "../../src/domain/Event.ts"
import { route } from "../../src/handler/Combinators.ts"
import * as Echo from "../../src/handler/Echo.ts"
import { addressed } from "../../src/handler/Match.ts"
import { type Limits, rateLimited } from "../../src/handler/RateLimited.ts"
import { about, pressed, said, written } from "./heard.ts"

const two = { count: 2, per: Duration.minutes(1) }
const notice = (wait: Duration.Duration) => `wait ${Duration.format(wait)}`
const at = (seconds: number, id: string, fields: Partial<ReturnType<typeof written>> = {}) =>
  written(id, { id, at: 1000 * seconds, ...fields })
const bob = { sender: { id: "bob" } }

const answers = (limits: Limits, ...events: ReadonlyArray<Event>) => {
  const handler = rateLimited(Echo.handler, { notice, ...limits })
  return Effect.map(
    Effect.forEach(events, (event) => said(handler, event)),
    (all) => all.map((texts) => texts.join())
  )
}

describe("Handler.rateLimited", () => {
  it.effect("who asks too much is told once, and heard again when the time is over", () =>
    Effect.gen(function* () {
      const all = [0, 10, 20, 30, 59, 60, 61, 62].map((second) => at(second, `e${second}`))
      expect(yield* answers({ person: two }, ...all)).toEqual([
        "e0",
        "e10",
        "wait 40s",
        "",
        "",
        "e60",
        "e61",
        "wait 58s"
      ])
    })
  )

  it.effect("one person's haste is nobody else's, nor is it their own on another account", () =>
    Effect.gen(function* () {
      const elsewhere = { conversation: { ...about.conversation, account: accountId("qq", "other") } }
      const all = [at(0, "a"), at(0, "b"), at(0, "c"), at(0, "d", bob), at(0, "e", elsewhere)]
      expect(yield* answers({ person: two }, ...all)).toEqual(["a", "b", "wait 1m", "d", "e"])
    })
  )

  it.effect("an account's limit is all people's together, of which each is told once", () =>
    Effect.gen(function* () {
      const all = [at(0, "a"), at(0, "b", bob), at(1, "c"), at(2, "d", bob), at(3, "e"), at(4, "f", bob)]
      expect(yield* answers({ account: two }, ...all)).toEqual(["a", "b", "wait 59s", "wait 58s", "", ""])
    })
  )

  it.effect("what a person's own limit refuses is not counted against the account", () =>
    Effect.gen(function* () {
      const all = [at(0, "a"), at(1, "b"), at(2, "c"), at(3, "d", bob)]
      const limits = { person: { ...two, count: 1 }, account: two }
      expect(yield* answers(limits, ...all)).toEqual(["a", "wait 59s", "", "d"])
    })
  )

  it.effect("an event that is handled again after a failure is not counted again, and told of again", () =>
    Effect.gen(function* () {
      const all = [at(0, "a"), at(0, "a"), at(0, "a"), at(1, "b"), at(2, "c"), at(2, "c"), at(3, "d")]
      expect(yield* answers({ person: two }, ...all)).toEqual(["a", "a", "a", "b", "wait 58s", "wait 58s", ""])
    })
  )

  it.effect("who is only overheard is told nothing, and what nobody said is not counted", () =>
    Effect.gen(function* () {
      const overheard = { addressed: false }
      const joined: Event = { _tag: "MembershipChanged", ...about, member: { id: "x" }, self: true, change: "joined" }
      const all = [joined, joined, joined, at(0, "a"), pressed("b", { id: "b" }), at(0, "c", overheard), at(0, "d")]
      expect(yield* answers({ person: two }, ...all)).toEqual(["", "", "", "a", "b", "", "wait 1m"])
    })
  )

  it.effect("what people say among themselves, which no handler answers, is not counted", () =>
    Effect.gen(function* () {
      const limited = rateLimited(route([addressed, Echo.handler]), { person: two })
      const chat = Array.from({ length: 5 }, (_, n) => at(n, `chat${n}`, { addressed: false }))
      yield* Effect.forEach(chat, (event) => said(limited, event))
      expect(yield* said(limited, at(6, "bot?"))).toEqual(["bot?"])
    })
  )

  it.effect("without a notice it says nothing; without a limit it is the handler itself", () =>
    Effect.gen(function* () {
      const all = [at(0, "a"), at(0, "b"), at(0, "c")]
      expect(yield* answers({ person: two, notice: undefined }, ...all)).toEqual(["a", "b", ""])
      expect(yield* answers({}, ...all)).toEqual(["a", "b", "c"])
    })
  )

  it.effect("what was said long ago weighs nothing any more", () =>
    Effect.gen(function* () {
      const handler = rateLimited(Echo.handler, { person: two })
      const people = Array.from({ length: 1000 }, (_, n) => at(n, `e${n}`, { sender: { id: `p${n}` } }))
      yield* Effect.forEach(people, (event) => said(handler, event))
      expect(yield* said(handler, at(2000, "late"))).toEqual(["late"])
    })
  )
})

describe("Setting.rate", () => {
  const read = (text: string) =>
    Effect.either(Effect.withConfigProvider(Setting.rate("RATE"), ConfigProvider.fromMap(new Map([["RATE", text]]))))

  it.effect.each([
    ["20 per minute", 20, "1 minute"],
    ["1 per day", 1, "1 day"],
    ["300 per 5 minutes", 300, "5 minutes"],
    [" 2 per 30 seconds ", 2, "30 seconds"]
  ] as const)("%s is one", ([text, count, per]) =>
    Effect.gen(function* () {
      expect(yield* read(text)).toEqual(Either.right({ count, per: Duration.decode(per) }))
    })
  )

  it.effect.each([
    "",
    "20",
    "0 per minute",
    "20 per",
    "20 per century",
    "1.5 per minute",
    "-1 per minute",
    "20/minute"
  ])("%j is none", (text) =>
    Effect.gen(function* () {
      expect(String(yield* Effect.flip(Effect.flatten(read(text))))).toContain("it wants how often in which time")
    })
  )
})
