import { describe, expect, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Stream } from "effect"
import { Inbox } from "../../../src/delivery/Inbox.ts"
import type { GatewayConfig } from "../../../src/gateway/GatewayConfig.ts"
import { words } from "../../../src/gateway/Notices.ts"
import { type Handler, nondeterministic, piece, plain, show } from "../../../src/handler/Handler.ts"
import { alone, left, text, told } from "../life.ts"
import { settle } from "../stage.ts"

const config: Partial<GatewayConfig> = { handlerReplies: 3, handlerBytes: 100_000 }

const recording = (bytes: number) =>
  show({ kind: "voice", source: { _tag: "Bytes", bytes: new Uint8Array(bytes) } }, "listen")

/** What is said without an end, one way or another; the test's own message is answered by its name. */
const floods: ReadonlyArray<readonly [string, Handler, said: ReadonlyArray<string>]> = [
  [
    "100 000 replies",
    () => Stream.map(Stream.range(1, 100_000), (n) => plain(String(n))),
    ["e1#0 1", "e1#1 2", "e1#2 3"]
  ],
  [
    "100 000 replies at once",
    () => Stream.fromChunk(Chunk.map(Chunk.range(1, 100_000), (n) => plain(String(n)))),
    ["e1#0 1", "e1#1 2", "e1#2 3"]
  ],
  ["one reply of a gigabyte's beginning", () => Effect.succeed(plain("x".repeat(50_000_000))), []],
  [
    "replies for ever",
    () => Stream.repeatEffect(Effect.delay(Effect.succeed(plain("again")), "1 second")),
    ["e1#0 again", "e1#1 again", "e1#2 again"]
  ],
  ["recordings for ever", () => Stream.repeatEffect(Effect.succeed(recording(60_000))), ["e1#0 listen"]]
]

describe("a handler that says without end", () => {
  it.effect.each(floods)(
    "%s, is stopped, and who asked is told once; its conversation goes on (F70)",
    ([, flood, said]) => {
      const handler: Handler = (event) => (event.id === "e1" ? flood(event) : Effect.succeed(plain(event.id)))
      return alone(handler, config, (fake) =>
        Effect.gen(function* () {
          yield* fake.emit(text("e1"), text("e2"), text("b1", "bob"))
          yield* settle
          expect(told(fake)).toContain("b1#0 b1")
          yield* Effect.sleep("1 minute")
          const ann = told(fake).filter((line) => !line.startsWith("b1"))
          expect(ann).toEqual([...said, `e1#1000000 ${words.en.cut}`, "e2#0 e2"])
          const dead = yield* Effect.orDie(Effect.flatMap(Inbox, (inbox) => inbox.dead))
          expect(dead.map(({ reason, value }) => [value.id, reason])).toEqual([
            ["e1", "it said more than 3 messages, or 100000 bytes, and was stopped"]
          ])
        })
      )
    }
  )

  it.effect.each<readonly [string, (handler: Handler) => Handler, dead: number]>([
    ["a model", nondeterministic, 0],
    ["a program", (handler) => handler, 1]
  ])("piece after piece, is stopped where the last message is full: %s", ([, kind, dead]) => {
    const endless: Handler = () =>
      Stream.repeatEffect(Effect.delay(Effect.succeed(piece("word ".repeat(200))), "10 millis"))
    return alone(kind(endless), config, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* Effect.sleep("1 minute")
        const all = told(fake)
        expect(all.slice(-1)).toEqual([`e1#1000000 ${words.en.cut}`])
        expect(all.length).toBeLessThanOrEqual(4)
        expect(all.join("").length).toBeLessThan(13_000)
        expect(yield* left).toMatchObject({ waiting: 0, dead })
      })
    )
  })

  it.effect("is interrupted, whatever it still holds", () => {
    let closed = 0
    const handler: Handler = () =>
      Stream.ensuring(
        Stream.repeatEffect(Effect.succeed(plain("again"))),
        Effect.sync(() => (closed += 1))
      )
    return alone(handler, config, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* settle
        expect(closed).toBe(1)
      })
    )
  })

  it.effect("and one that keeps within the bounds is let be", () => {
    const handler: Handler = () => Stream.make(plain("a"), piece("b"), piece("c"), plain("d"))
    return alone(handler, { ...config, handlerWithin: Duration.minutes(1) }, (fake) =>
      Effect.gen(function* () {
        yield* fake.emit(text("e1"))
        yield* settle
        expect(told(fake)).toEqual(["e1#0 a", "e1#1 bc", "e1#2 d"])
      })
    )
  })
})
