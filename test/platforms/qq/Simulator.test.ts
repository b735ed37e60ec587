import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Random, Stream, TestClock } from "effect"
import { defaultBot, make } from "../../../src/platforms/qq/Simulator.ts"
import * as Raw from "./Simulator/RawClient.ts"

describe("what a person says", () => {
  const arrivals = [
    [
      "c2c:U1",
      { t: "C2C_MESSAGE_CREATE", d: { content: "a < b", author: { id: "U1", user_openid: "U1" }, message_type: 0 } }
    ],
    [
      "group:G1",
      {
        t: "GROUP_AT_MESSAGE_CREATE",
        d: { content: " a < b", group_openid: "G1", author: { member_openid: "M1" }, mentions: [] }
      }
    ],
    [
      "channel:9876/1661124",
      {
        t: "AT_MESSAGE_CREATE",
        d: {
          content: `<@!${defaultBot.id}> a &lt; b`,
          guild_id: "9876",
          channel_id: "1661124",
          author: { id: "M1" },
          mentions: [{ id: defaultBot.id, bot: true }]
        }
      }
    ],
    [
      "dm:187",
      {
        t: "DIRECT_MESSAGE_CREATE",
        d: { content: "a &lt; b", guild_id: "187", direct_message: true, author: { id: "M1" } }
      }
    ]
  ] as const
  it.scoped.each(arrivals)("in %s arrives as QQ sends it", ([conversation, frame]) =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_789_000_000_123)
        const line = yield* Raw.identified(yield* Raw.getToken())
        const id = yield* simulator.hear({ conversation, text: "a < b", from: "M1" })
        yield* Raw.settle
        expect(line.frames.at(-1)).toMatchObject({ op: 0, s: 2, ...frame })
        expect(line.frames.at(-1)).toMatchObject({ d: { id, timestamp: "2026-09-10T08:26:40+08:00" } })
        expect(line.frames.at(-1)?.id).toMatch(new RegExp(`^${frame.t}:[0-9a-z]{24}$`))
      })
    )
  )

  it.scoped("is lost when nobody has ever identified, and can be replied to all the same", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const msg_id = yield* simulator.hear({ conversation: "c2c:U1", text: "anybody?" })
        const token = yield* Raw.getToken()
        expect(Raw.events(yield* Raw.identified(token))).toEqual(["READY"])
        expect((yield* Raw.call("POST", "/v2/users/U1/messages", { content: "x", msg_id }, token)).status).toBe(200)
      })
    )
  )
})

describe("an event", () => {
  it.scoped("of any name arrives as it is, under an id of its own", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        const d = { openid: "U1", timestamp: 1_789_000_001, scene: 2003 }
        const id = yield* simulator.dispatch("FRIEND_ADD", d)
        yield* Raw.settle
        expect(line.frames.at(-1)).toEqual({ id, op: 0, s: 2, t: "FRIEND_ADD", d })
      })
    )
  )
})

describe("the control surface", () => {
  it.scoped("tells what the bot says while it says it", () =>
    Raw.withSimulator({ conversations: ["c2c:U1"] }, (simulator) =>
      Effect.gen(function* () {
        const heard = yield* Effect.fork(Stream.runCollect(Stream.take(simulator.saying, 2)))
        yield* Raw.settle
        const token = yield* Raw.getToken()
        for (const content of ["one", "two"]) yield* Raw.call("POST", "/v2/users/U1/messages", { content }, token)
        const said = Chunk.toReadonlyArray(yield* Fiber.join(heard))
        expect(said.map(({ text }) => text)).toEqual(["one", "two"])
        expect(said).toEqual(yield* simulator.said)
      })
    )
  )

  it.scoped("keeps a record of everything, with its time", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        yield* TestClock.adjust("1 second")
        yield* simulator.hear({ conversation: "c2c:U1", text: "x" })
        yield* simulator.fault({ _tag: "Close", code: 4009 })
        yield* simulator.heal
        yield* Raw.settle
        expect(line.closed()).toBe(4009)
        expect((yield* simulator.record).map(({ at, what }) => `${at} ${what}`)).toEqual([
          ...["request", "answer", "upgrade", "sent", "received", "sent"].map((what) => `0 ${what}`),
          ...["hear", "event", "fault", "closed", "heal"].map((what) => `1000 ${what}`)
        ])
      })
    )
  )

  it.scoped("names things alike from the same seed, and otherwise when it differs", () =>
    Effect.gen(function* () {
      const named = (seed: string) =>
        make().pipe(
          Effect.flatMap((simulator) => simulator.hear({ conversation: "c2c:U1", text: "x" })),
          Effect.withRandom(Random.make(seed))
        )
      expect(yield* named("one")).toBe(yield* named("one"))
      expect(yield* named("one")).not.toBe(yield* named("two"))
    })
  )

  it.effect("leaves no line behind when its scope ends", () =>
    Effect.gen(function* () {
      const simulator = yield* Effect.scoped(
        Raw.withSimulator({}, (simulator) =>
          Effect.gen(function* () {
            for (const _ of [1, 2, 3]) yield* Raw.identified(yield* Raw.getToken())
            expect((yield* simulator.connections).length).toBe(3)
            return simulator
          })
        )
      )
      expect(yield* simulator.connections).toEqual([])
    })
  )
})
