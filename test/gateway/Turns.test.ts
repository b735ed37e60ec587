import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { received, type Signal } from "../../src/adapter/Signal.ts"
import type { Event } from "../../src/domain/Event.ts"
import type { GatewayConfig } from "../../src/gateway/GatewayConfig.ts"
import { words } from "../../src/gateway/Notices.ts"
import { type Handler, nondeterministic, piece, plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { alone, greeting, id, inRoom, left, life, nothing, stores, text, told } from "./life.ts"
import { jumping, settle } from "./stage.ts"

const pressed: Event = {
  _tag: "ButtonPressed",
  id: "p1",
  conversation: { account: id, kind: "direct", id: "ann" },
  sender: { id: "ann" },
  at: 0,
  anchor: "p1",
  button: "b",
  data: "p1"
}

/** Says a little, thinks for ten seconds, and says the rest. */
const slow: Handler = (event) => {
  const [first, last] = [`${event.id} begins`, `${event.id} ends`].map(plain)
  if (first === undefined || last === undefined) return Stream.empty
  return Stream.concat(Stream.make(first), Stream.fromEffect(Effect.delay(Effect.succeed(last), "10 seconds")))
}

/** Something is said while the turn of what was said `first` runs, and it is waited for what becomes of both. */
const meanwhile = (fake: FakeAdapter.FakeAdapter, first: Signal, ...then: ReadonlyArray<Signal>) =>
  Effect.all([fake.emit(first), settle, fake.emit(...then), Effect.sleep("1 minute")], { discard: true })

const turns = (
  policy: GatewayConfig["turns"],
  handler: Handler,
  test: Parameters<typeof alone>[2],
  config: Partial<GatewayConfig> = {}
) => alone(handler, { turns: policy, ...config }, test)

describe("what is said while a turn runs", () => {
  it.effect("waits for its own, in order, where nothing else is said", () =>
    turns("queue", slow, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), text("e2"))
        expect(told(fake)).toEqual(["e1#0 e1 begins", "e1#1 e1 ends", "e2#0 e2 begins", "e2#1 e2 ends"])
      })
    )
  )
})

describe("what is said while a turn runs that may be interrupted", () => {
  it.effect("ends that turn, whose answer stays as it is, settled once; the new one runs", () =>
    turns("interrupt", slow, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), text("e2"))
        expect(told(fake)).toEqual(["e1#0 e1 begins", "e2#0 e2 begins", "e2#1 e2 ends"])
        expect(yield* left).toMatchObject(nothing)
      })
    )
  )

  it.effect.each<readonly [string, (handler: Handler) => Handler]>([
    ["of a model", nondeterministic],
    ["of a program", (handler) => handler]
  ])("ends a reply that grows where it is, %s", ([, kind]) => {
    const half: Handler = ({ id }) =>
      Stream.concat(Stream.make(piece(`half of ${id}`)), id === "e1" ? Stream.never : Stream.empty)
    return turns("interrupt", kind(half), (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), text("e2"))
        expect(told(fake)).toEqual(["e1#0 half of e1", "e2#0 half of e2"])
        expect(yield* left).toMatchObject(nothing)
      })
    )
  })

  it.effect("has the handler of that turn interrupted, whatever it waits for", () => {
    let cut = 0
    const stuck: Handler = ({ id }) =>
      id === "e1"
        ? Stream.execute(Effect.onInterrupt(Effect.never, () => Effect.sync(() => (cut += 1))))
        : Effect.succeed(plain(id))
    return turns("interrupt", stuck, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* settle
        yield* fake.emit(text("e2"))
        yield* settle
        expect([told(fake), cut]).toEqual([["e2#0 e2"], 1])
      })
    )
  })

  it.effect("may be several messages at once: each has been heard, and the last is answered", () => {
    const heard: Array<string> = []
    const handler: Handler = (event) => {
      heard.push(event.id)
      return Effect.delay(Effect.succeed(plain(event.id)), "10 seconds")
    }
    return turns("interrupt", handler, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), text("e2"), text("e3"), text("e4"))
        expect([told(fake), heard]).toEqual([["e4#0 e4"], ["e1", "e2", "e3", "e4"]])
        yield* fake.emit(text("e5"))
        yield* Effect.sleep("1 minute")
        expect(told(fake)).toEqual(["e4#0 e4", "e5#0 e5"])
      })
    )
  })

  it.effect.each<readonly [string, ReturnType<typeof text>]>([
    ["the press of a button", received(pressed)],
    ["what comes again", text("e1")],
    ["what is only overheard", text("e2", "ann", { addressed: false })],
    ["what is said elsewhere", text("e2", "bob")]
  ])("does not end for %s", ([, signal]) =>
    turns("interrupt", slow, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), signal)
        expect(told(fake)).toContain("e1#1 e1 ends")
      })
    )
  )

  it.effect("in a group ends only what the same person asked", () =>
    turns("interrupt", slow, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(inRoom("a1", "ann"))
        yield* settle
        yield* fake.emit(inRoom("b1", "bob"))
        yield* Effect.sleep("12 seconds")
        yield* fake.emit(inRoom("b2", "bob"))
        yield* Effect.sleep("1 minute")
        const said = ["a1#0 a1 begins", "a1#1 a1 ends", "b1#0 b1 begins", "b2#0 b2 begins", "b2#1 b2 ends"]
        expect(told(fake)).toEqual(said)
      })
    )
  )

  it.effect("leaves the turn of a button alone, which is carried out", () =>
    turns("interrupt", slow, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, received(pressed), text("e2"))
        expect(told(fake)).toEqual(["p1#0 p1 begins", "p1#1 p1 ends", "e2#0 e2 begins", "e2#1 e2 ends"])
      })
    )
  )
})

describe("what is said while a turn runs that may not be disturbed", () => {
  const busy = (event: string) => `${event}#1000200 ${words.en.busy}`

  it.effect("gets no turn, and is told so at once, and once", () =>
    turns("refuse", slow, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* settle
        yield* fake.emit(text("e2"))
        yield* settle
        expect(told(fake)).toEqual(["e1#0 e1 begins", busy("e2")])
        yield* fake.emit(text("e2"), text("e3"))
        yield* Effect.sleep("1 minute")
        expect(told(fake)).toEqual(["e1#0 e1 begins", busy("e2"), busy("e3"), "e1#1 e1 ends"])
        expect(yield* left).toMatchObject(nothing)
        yield* fake.emit(text("e4"))
        yield* Effect.sleep("1 minute")
        expect(told(fake).slice(-2)).toEqual(["e4#0 e4 begins", "e4#1 e4 ends"])
      })
    )
  )

  it.effect("is told so in the operator's language, or not at all", () =>
    Effect.gen(function* () {
      const said: Array<ReadonlyArray<string>> = []
      for (const notices of [words.zh, undefined])
        yield* turns(
          "refuse",
          slow,
          (fake) =>
            Effect.gen(function* () {
              yield* meanwhile(fake, text("e1"), text("e2"))
              said.push(told(fake).slice(1))
            }),
          { notices }
        )
      expect(said).toEqual([[`e2#1000200 ${words.zh.busy}`, "e1#1 e1 ends"], ["e1#1 e1 ends"]])
    })
  )

  it.effect.each<readonly [string, ReturnType<typeof text>, string]>([
    ["the press of a button", received(pressed), "p1#1 p1 ends"],
    ["what is only overheard", text("e2", "ann", { addressed: false }), "e2#1 e2 ends"],
    ["what is said elsewhere", text("e2", "bob"), "e2#1 e2 ends"]
  ])("is not %s, which has its turn", ([, signal, end]) =>
    turns("refuse", slow, (fake) =>
      Effect.gen(function* () {
        yield* meanwhile(fake, text("e1"), signal)
        expect(told(fake)).toContain(end)
        expect(told(fake).join()).not.toContain(words.en.busy)
      })
    )
  )

  it.effect("stays refused after a restart, and is told so once for ever", () =>
    Effect.gen(function* () {
      const [first, second] = [FakeAdapter.make({ greeting }), FakeAdapter.make({ greeting })]
      const stuck: Handler = (event) => (event.id === "e1" ? Stream.never : Effect.succeed(plain(event.id)))
      const echo: Handler = (event) => Effect.succeed(plain(event.id))
      const config: Partial<GatewayConfig> = { turns: "refuse" }
      yield* life(
        first,
        { handler: stuck, config },
        Effect.gen(function* () {
          yield* first.emit(text("e1"))
          yield* settle
          yield* first.emit(text("e2"))
          yield* settle
        })
      )
      yield* Effect.sleep("1 second")
      yield* life(
        second,
        { handler: echo, config },
        Effect.gen(function* () {
          yield* second.emit(text("e2"), text("e3"))
          yield* Effect.sleep("1 minute")
          expect(yield* left).toMatchObject(nothing)
        })
      )
      expect([told(first), told(second)]).toEqual([[busy("e2")], ["e1#0 e1", "e3#0 e3"]])
    }).pipe(Effect.provide(stores), jumping)
  )
})
