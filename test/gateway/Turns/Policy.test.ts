import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type { Event } from "../../../src/domain/Event.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, nondeterministic, plain, type Policy, turns } from "../../../src/handler/Handler.ts"
import { route } from "../../../src/handler/Combinators.ts"
import * as Match from "../../../src/handler/Match.ts"
import { alone, inRoom, left, nothing, text, told } from "../life.ts"
import { settle } from "../stage.ts"

/** Begins at once, and ends ten seconds later. */
const slow: Handler = ({ id }) =>
  Stream.concat(
    Stream.make(plain(`${id} begins`)),
    Stream.fromEffect(Effect.delay(Effect.succeed(plain(`${id} ends`)), "10 seconds"))
  )

/** What each place is told when a second message comes while the first is answered; times are let pass. */
const twice = (handler: Handler, policy?: Policy) =>
  Effect.map(
    Effect.suspend(() => {
      let all: ReadonlyArray<string> = []
      const test = alone(handler, policy === undefined ? {} : { turns: policy }, (fake) =>
        Effect.gen(function* () {
          yield* fake.emit(text("a1", "ann"), text("b1", "bob"), inRoom("r1", "eve"))
          yield* settle
          yield* fake.emit(text("a2", "ann"), text("b2", "bob"), inRoom("r2", "eve"))
          yield* Effect.sleep("1 minute")
          expect(yield* left).toMatchObject(nothing)
          all = told(fake)
        })
      )
      return Effect.map(test, () => all)
    }),
    (all) => (where: string) =>
      all.filter((line) => line.startsWith(where)).map((line) => line.replace(/^\w+#\d+ /, ""))
  )

const [waits, ends] = [
  (where: string) => [`${where}1 begins`, `${where}1 ends`, `${where}2 begins`, `${where}2 ends`],
  (where: string) => [`${where}1 begins`, `${where}2 begins`, `${where}2 ends`]
]
const refuses = (where: string) => [`${where}1 begins`, words.en.busy, `${where}1 ends`]

describe("what is said while a turn runs", () => {
  it.effect("does what the handler of that turn says, by what it is about, and else what the gateway says", () =>
    Effect.gen(function* () {
      const of: Readonly<Record<string, Policy>> = { a1: "interrupt", a2: "interrupt", r1: "refuse" }
      const told = yield* twice(turns(slow, ({ id }) => of[id]))
      expect([told("a"), told("b"), told("r")]).toEqual([ends("a"), waits("b"), refuses("r")])
    })
  )

  it.effect("waits where that turn may not be ended, whatever may be done with its own", () =>
    Effect.gen(function* () {
      const of: Readonly<Record<string, Policy>> = { a1: "queue", b2: "refuse", r1: "queue" }
      const told = yield* twice(
        turns(slow, ({ id }) => of[id]),
        "interrupt"
      )
      expect([told("a"), told("b"), told("r")]).toEqual([waits("a"), ends("b"), waits("r")])
    })
  )

  it.effect("does what the route of that turn says", () =>
    Effect.gen(function* () {
      const isOf = (name: string) => (event: Event) => event.id.startsWith(name)
      const told = yield* twice(
        route(
          [isOf("a"), turns(slow, "interrupt")],
          [Match.kind("group"), nondeterministic(turns(slow, "refuse"))],
          [Match.always, slow]
        )
      )
      expect([told("a"), told("b"), told("r")]).toEqual([ends("a"), waits("b"), refuses("r")])
    })
  )

  it.effect("is put aside, and not lost, where a handler cannot say what becomes of it", () =>
    alone(
      turns(slow, () => {
        throw new Error("a defect")
      }),
      { handlerAttempts: 1 },
      (fake) =>
        Effect.gen(function* () {
          yield* fake.emit(text("a1"))
          yield* Effect.sleep("1 minute")
          expect(told(fake)).toEqual([`a1#1000000 ${words.en.failed}`])
          expect(yield* left).toMatchObject({ waiting: 0, dead: 1 })
        })
    )
  )
})
