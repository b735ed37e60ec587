import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { defaultBot, type QQSimulator } from "../../../../src/platforms/qq/Simulator.ts"
import * as Raw from "./RawClient.ts"

const c2c = "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5"
const c2cBit = 2 ** 25

const says = (simulator: QQSimulator, ...texts: ReadonlyArray<string>) =>
  Effect.zipRight(
    Effect.forEach(texts, (text) => simulator.hear({ conversation: c2c, text })),
    Raw.settle
  )

describe("a line", () => {
  it.scoped("is greeted, and READY is the first dispatch of its session", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        expect(line.frames[0]).toEqual({ op: 10, d: { heartbeat_interval: 45000 } })
        expect(line.frames[1]).toMatchObject({
          op: 0,
          s: 1,
          t: "READY",
          d: { version: 1, shard: [0, 0], user: { id: defaultBot.id, username: "demo-bot", bot: true } }
        })
        expect(line.frames[1]).not.toHaveProperty("id")
      })
    )
  )

  const refusals: ReadonlyArray<
    readonly [why: string, frames: (token: string) => ReadonlyArray<unknown>, code: number]
  > = [
    ["an opcode that does not exist", () => [{ op: 99 }], 4001],
    ["what is not JSON", () => ["hello"], 4002],
    ["JSON that is no payload", () => ["[]"], 4002],
    ["an Identify without a token", () => [{ op: 2, d: {} }], 4002],
    ["a Resume without a number", (token) => [{ op: 6, d: { token, session_id: "x", seq: "1" } }], 4002],
    ["a token that nobody was given", () => [{ op: 2, d: { token: "QQBot x", intents: 1 } }], 4004],
    ["a second Identify", (token) => [1, 2].map(() => ({ op: 2, d: { token, intents: 1 } })), 4005],
    ["a shard outside its count", (token) => [{ op: 2, d: { token, intents: 1, shard: [2, 2] } }], 4010],
    ["intents that do not exist", (token) => [{ op: 2, d: { token, intents: 2 ** 2 } }], 4013]
  ]
  it.scoped.each(refusals)("is closed for %s", ([, frames, code]) =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const line = yield* Raw.open
        for (const frame of frames(token)) yield* line.send(frame)
        expect(line.closed()).toBe(code)
      })
    )
  )

  it.scoped("is closed with 4009 when nobody identifies within 30 s", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        yield* TestClock.adjust("29 seconds")
        expect(line.closed()).toBeUndefined()
        yield* TestClock.adjust("1 second")
        expect(line.closed()).toBe(4009)
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("is closed with 4009 after two and a half heartbeat intervals without one, and kept by each", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        yield* TestClock.adjust("100 seconds")
        yield* line.send({ op: 1, d: null })
        expect(line.frames.at(-1)).toEqual({ op: 11 })
        yield* TestClock.adjust("112 seconds")
        expect(line.closed()).toBeUndefined()
        yield* TestClock.adjust("1 second")
        expect(line.closed()).toBe(4009)
      })
    )
  )

  it.scoped("is closed with 4008 when frames come too fast", () =>
    Raw.withSimulator({ framesPerMinute: 3 }, () =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        yield* line.send({ op: 1, d: 1 })
        yield* TestClock.adjust("60 seconds")
        for (const d of [1, 1, 1]) yield* line.send({ op: 1, d })
        expect(line.closed()).toBeUndefined()
        yield* line.send({ op: 1, d: 1 })
        expect(line.closed()).toBe(4008)
      })
    )
  )

  it.scoped("is closed with 4900 when the day's sessions are spent", () =>
    Raw.withSimulator({ sessionStarts: { total: 1, per: "1 day" } }, () =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        expect((yield* Raw.identified(token)).closed()).toBeUndefined()
        expect((yield* Raw.identified(token)).closed()).toBe(4900)
      })
    )
  )

  it.scoped("is refused its intents by op 9 and 4903, or by the code that is asked for", () =>
    Effect.gen(function* () {
      const asked = [
        ["op9", 4903],
        [4014, 4014],
        [4004, 4004]
      ] as const
      for (const [refuseIntentsWith, code] of asked) {
        yield* Raw.withSimulator({ granted: c2cBit, refuseIntentsWith }, () =>
          Effect.gen(function* () {
            const line = yield* Raw.identified(yield* Raw.getToken(), c2cBit + 1)
            yield* TestClock.adjust("100 millis")
            expect(line.closed()).toBe(code)
            expect(line.frames.some(({ op }) => op === 9)).toBe(refuseIntentsWith === "op9")
          })
        )
      }
    })
  )

  it.scoped("is not opened on another path", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.openAt("wss://api.sgroup.qq.com/elsewhere")
        expect(line.happened).toEqual(["error Unexpected server response: 404", "close 1006"])
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  const quirks: ReadonlyArray<readonly [who: string, frames: (token: string) => ReadonlyArray<unknown>]> = [
    ["a token without its prefix", (token) => [{ op: 2, d: { token: token.replace("QQBot ", ""), intents: 1 } }]],
    [
      "a first heartbeat of 0",
      (token) => [
        { op: 2, d: { token, intents: 1 } },
        { op: 1, d: 0 }
      ]
    ],
    [
      "a heartbeat that has its number in s",
      (token) => [
        { op: 2, d: { token, intents: 1 } },
        { op: 1, s: 7 }
      ]
    ],
    ["a heartbeat before it is known", () => [{ op: 1, d: null }]],
    ["properties of any kind", (token) => [{ op: 2, d: { token, intents: 1, properties: { $os: 1 } } }]]
  ]
  it.scoped.each(quirks)("bears %s", ([, frames]) =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const line = yield* Raw.open
        for (const frame of frames(token)) yield* line.send(frame)
        expect(line.closed()).toBeUndefined()
        expect(line.frames.length).toBe(1 + frames(token).length)
      })
    )
  )
})

describe("a session", () => {
  it.scoped(
    "is resumed with what it missed, in order and under the same numbers, and then RESUMED with an empty string",
    () =>
      Raw.withSimulator({}, (simulator) =>
        Effect.gen(function* () {
          const token = yield* Raw.getToken()
          const first = yield* Raw.identified(token)
          yield* says(simulator, "one", "two")
          yield* simulator.fault({ _tag: "Cut" })
          yield* says(simulator, "three", "four")
          const second = yield* Raw.resumed(token, Raw.sessionOf(first), 2)
          expect(Raw.contents(second)).toEqual(["two", "three", "four"])
          expect(second.frames.slice(1).map(({ s }) => s)).toEqual([3, 4, 5, 6])
          expect(second.frames[1]).toEqual(first.frames[3])
          expect(second.frames.at(-1)).toEqual({ op: 0, s: 6, t: "RESUMED", d: "" })
          yield* says(simulator, "five")
          expect(second.frames.at(-1)).toMatchObject({ s: 7 })
          expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
        })
      )
  )

  it.scoped("that is unknown, or another bot's, is refused by op 9 and 4902, or by 4006", () =>
    Effect.gen(function* () {
      const other = { ...defaultBot, appId: "102000002", secret: Redacted.make("other-secret-16c") }
      for (const [refuseResumeWith, code] of [["op9", 4902] as const, [4006, 4006] as const]) {
        yield* Raw.withSimulator({ bots: [defaultBot, other], refuseResumeWith }, () =>
          Effect.gen(function* () {
            const line = yield* Raw.identified(yield* Raw.getToken())
            const foreign = yield* Raw.resumed(yield* Raw.getToken(other), Raw.sessionOf(line), 1)
            const empty = yield* Raw.resumed(yield* Raw.getToken(), "", 0)
            yield* TestClock.adjust("100 millis")
            expect([foreign.closed(), empty.closed(), line.closed()]).toEqual([code, code, undefined])
            expect(foreign.frames.some(({ d, op }) => op === 9 && d === false)).toBe(refuseResumeWith === "op9")
          })
        )
      }
    })
  )

  it.scoped("waits five minutes for its client, and no longer", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const first = yield* Raw.identified(token)
        yield* simulator.fault({ _tag: "Cut" })
        yield* TestClock.adjust("5 minutes")
        const second = yield* Raw.resumed(token, Raw.sessionOf(first), 1)
        expect(Raw.events(second)).toEqual(["RESUMED"])
        yield* simulator.fault({ _tag: "Cut" })
        yield* TestClock.adjust("301 seconds")
        const third = yield* Raw.resumed(token, Raw.sessionOf(first), 1)
        expect(third.frames.at(-1)).toEqual({ op: 9, d: false })
      })
    )
  )

  it.scoped("is closed with 4007 for a number it has not reached, or no longer keeps", () =>
    Raw.withSimulator({ resumeEvents: 2 }, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const first = yield* Raw.identified(token)
        yield* says(simulator, "one", "two", "three")
        const session = Raw.sessionOf(first)
        expect((yield* Raw.resumed(token, session, 5)).closed()).toBe(4007)
        expect((yield* Raw.resumed(token, session, 1)).closed()).toBe(4007)
        expect(Raw.contents(yield* Raw.resumed(token, session, 2))).toEqual(["two", "three"])
        expect(first.closed()).toBe(4902)
      })
    )
  )

  it.scoped("hears only what its intents and its shard are for", () =>
    Raw.withSimulator({ shards: 2 }, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const lines = [
          yield* Raw.identified(token, c2cBit, [0, 2]),
          yield* Raw.identified(token, Raw.everything, [1, 2])
        ]
        yield* says(simulator, "hello")
        const odd = String((1n << 22n) + 5n)
        yield* simulator.dispatch("GUILD_CREATE", { guild_id: odd })
        yield* simulator.dispatch("GUILD_CREATE", { guild_id: String(1n << 23n) })
        yield* Raw.settle
        expect(lines.map((line) => Raw.events(line).slice(1))).toEqual([["C2C_MESSAGE_CREATE"], ["GUILD_CREATE"]])
      })
    )
  )

  it.scoped("gives way to a newer one of the same shard, and takes over when it comes back", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const old = yield* Raw.identified(token)
        const young = yield* Raw.identified(token)
        yield* says(simulator, "one")
        const back = yield* Raw.resumed(token, Raw.sessionOf(old), 1)
        yield* says(simulator, "two")
        expect([Raw.contents(old), Raw.contents(young), Raw.contents(back)]).toEqual([[], ["one"], ["two"]])
      })
    )
  )

  it.scoped("hears together with all others of its shard when that is asked for", () =>
    Raw.withSimulator({ deliverTo: "all" }, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const lines = [yield* Raw.identified(token), yield* Raw.identified(token)]
        yield* says(simulator, "one")
        expect(lines.map(Raw.contents)).toEqual([["one"], ["one"]])
      })
    )
  )

  it.scoped("is the only one of its shard when that is asked for", () =>
    Raw.withSimulator({ singleSessionPerShard: true }, () =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const old = yield* Raw.identified(token)
        const young = yield* Raw.identified(token)
        expect([old.closed(), young.closed()]).toEqual([4006, undefined])
      })
    )
  )

  it.scoped("is asked to reconnect every so often when that is asked for", () =>
    Raw.withSimulator({ reconnectEvery: "90 seconds" }, () =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        yield* TestClock.adjust("90 seconds")
        expect(line.frames.at(-1)).toEqual({ op: 7 })
        yield* TestClock.adjust("5 seconds")
        expect(line.closed()).toBe(4009)
      })
    )
  )
})

describe("several bots", () => {
  const other = { ...defaultBot, appId: "102000002", secret: Redacted.make("other-secret-16c") }

  it.scoped("all hear what is said, unless one is named", () =>
    Raw.withSimulator({ bots: [defaultBot, other] }, (simulator) =>
      Effect.gen(function* () {
        const lines = [yield* Raw.identified(yield* Raw.getToken()), yield* Raw.identified(yield* Raw.getToken(other))]
        yield* says(simulator, "both")
        yield* simulator.hear({ conversation: c2c, text: "one", account: other.appId })
        yield* Raw.settle
        expect(lines.map(Raw.contents)).toEqual([["both"], ["both", "one"]])
      })
    )
  )
})
