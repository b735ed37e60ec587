import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Random, Schedule, Stream, TestClock } from "effect"
import { PublicHttp } from "../../../src/adapter/PublicHttp.ts"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import { type Message, replyMessage } from "../../../src/domain/Message.ts"
import { config, listen, start, world } from "./listening.ts"

const turn = (time: Duration.DurationInput, step: Duration.DurationInput = "30 seconds") =>
  Effect.repeatN(TestClock.adjust(step), Math.ceil(Duration.toMillis(time) / Duration.toMillis(step)) - 1)

const attempts = (count: number) => ({
  listen: {
    retry: {
      base: Duration.seconds(1),
      factor: 2,
      cap: Duration.seconds(30),
      floor: Duration.millis(250),
      attempts: count
    }
  }
})

describe("a QQ adapter", () => {
  it.scoped("asks nobody anything when it is opened", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      yield* Effect.provide(QQ.open(config()), context)
      yield* TestClock.adjust("1 minute")
      expect(yield* sim.record).toEqual([])
    })
  )

  it.scoped("hears, and answers within what it heard", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* listen(made, {}, (signals, adapter) =>
        Effect.forEach(
          signals,
          (signal) =>
            signal._tag === "Received"
              ? Effect.ignore(adapter.send(replyMessage(signal.event, 0, { text: "heard", format: "plain" })))
              : Effect.void,
          { discard: true }
        )
      )
      const id = yield* made.sim.hear({ conversation: "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5", text: "hello" })
      yield* TestClock.adjust("1 second")
      expect(yield* made.sim.said).toMatchObject([{ text: "heard", replyTo: id }])
    })
  )

  it.scoped("what came along is fetched from public addresses, and from its own host wherever that is", () =>
    Effect.gen(function* () {
      const { context } = yield* world()
      const asked: Array<readonly [by: string, url: string]> = []
      const by = (who: string) =>
        HttpClient.make((request, url) => {
          asked.push([who, url.href])
          return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("bytes")))
        })
      const near = "http://127.0.0.1:8081"
      const adapter = yield* QQ.open(config({ apiBaseUrl: near })).pipe(
        Effect.provideService(HttpClient.HttpClient, by("all")),
        Effect.provideService(PublicHttp, by("public")),
        Effect.provide(context)
      )
      for (const url of [`${near}/a.png`, "http://127.0.0.1:22/", "https://multimedia.nt.qq.com.cn/b"])
        yield* Stream.runDrain(adapter.download({ kind: "image", url }))
      expect(asked).toEqual([
        ["all", `${near}/a.png`],
        ["public", "http://127.0.0.1:22/"],
        ["public", "https://multimedia.nt.qq.com.cn/b"]
      ])
    })
  )

  it.scoped("what may have arrived is not said again by the next adapter when its window has passed (F81)", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      const { id, open } = QQ.account(config())
      const conversation = { account: id, kind: "group", id: "group:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5" } as const
      const heard = yield* sim.hear({ conversation: conversation.id, text: "?" })
      const message: Message = {
        id: "qq:main/e#0",
        conversation,
        content: { text: "!", format: "plain" },
        replyTo: { event: "e", ordinal: 0, anchor: heard, at: 0 }
      }
      const say = (again: boolean) =>
        Effect.flatMap(open, (adapter) => adapter.send(message, again)).pipe(Effect.scoped, Effect.provide(context))
      yield* sim.fault({ _tag: "LoseAnswer", path: "/messages", times: 1 })
      const first = yield* Effect.fork(Effect.flip(say(false)))
      yield* TestClock.adjust("20 seconds")
      expect((yield* Fiber.join(first)).reason).toBe("Uncertain")
      yield* TestClock.adjust("5 minutes")
      expect((yield* Effect.flip(say(true))).reason).toBe("Rejected")
      expect(yield* sim.said).toHaveLength(1)
    })
  )

  it("names an account without its secret, and asks for nothing but the world", () => {
    const account = QQ.account(config({ name: "other" }))
    expect(account).toMatchObject({ id: "qq:other", credential: { key: "qq:102000001" }, access: { _tag: "Closed" } })
    expect(JSON.stringify(account)).not.toContain("DG5g3B4j9X2KOErG")
    expect(QQ.platform.name).toBe("qq")
  })
})

describe("the three ways to exhaustion", () => {
  const refused: Fault = { _tag: "Refuse", as: "dns" }
  for (const count of [10, 100]) {
    it.scoped(
      `transport failures end in Exhausted after exactly ${count} attempts, and leave nothing open (F01, F24, F38)`,
      () =>
        Effect.gen(function* () {
          const made = yield* world()
          const bot = yield* listen(made, attempts(count))
          yield* made.sim.fault(refused)
          yield* made.sim.fault({ _tag: "Cut" })
          yield* turn(Duration.seconds(30 * count))
          expect(yield* bot.fatal).toMatchObject({ reason: "Exhausted", retryable: true, attempts: count })
          expect(bot.of("Disconnected")).toHaveLength(count - 1)
          expect(yield* made.sim.connections).toEqual([])
        })
    )
  }

  it.scoped("so do close codes (F01, F03)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "CloseOn", step: "upgrade", code: 4009 })
      const bot = yield* listen(made, attempts(10))
      yield* turn("5 minutes")
      expect(yield* bot.fatal).toMatchObject({
        reason: "Exhausted",
        attempts: 10,
        lastCause: expect.stringContaining("4009")
      })
      expect(yield* made.sim.connections).toEqual([])
    })
  )

  it.scoped("so does being told to slow down, ten minutes and ten waits later (F32)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "CloseOn", step: "identify", code: 4008 })
      const bot = yield* listen(made, attempts(1))
      yield* turn("9 minutes", "10 seconds")
      expect(yield* bot.fatal).toBeUndefined()
      yield* turn("2 minutes", "10 seconds")
      expect(yield* bot.fatal).toMatchObject({
        reason: "Exhausted",
        retryable: true,
        lastCause: expect.stringContaining("4008")
      })
      expect(bot.of("Disconnected")).toHaveLength(10)
    })
  )
})

describe("a platform that accepts and kicks", () => {
  it.scoped(
    "is asked at most twenty times in ten minutes once it is seen to flap, and exhausts (F26, F42)",
    () =>
      Effect.gen(function* () {
        const made = yield* world()
        yield* made.sim.fault({ _tag: "CloseOn", step: "ready", code: 4009, after: 1000 })
        const bot = yield* listen(made, attempts(30))
        yield* turn("30 seconds", "1 second")
        expect(bot.of("Disconnected").map(({ flapping }) => flapping)).toEqual([false, false, true])
        const before = bot.of("Connected").length
        yield* turn("10 minutes", "1 second")
        expect(bot.of("Connected").length - before).toBeLessThanOrEqual(20)
        yield* turn("10 minutes", "10 seconds")
        expect(yield* bot.fatal).toMatchObject({ reason: "Exhausted", attempts: 30 })
      }),
    60_000
  )
})

describe("many reconnects", () => {
  // on the real clock: a turned clock remembers every sleep that was interrupted, and walks them all
  it.scopedLive(
    "leave one line and one set of fibers behind, a thousand times over (F07, F47, F48)",
    () =>
      Effect.gen(function* () {
        const { context, sim } = yield* world()
        const fast = { listen: { retry: Schedule.forever, stableAfter: Duration.zero } }
        const adapter = yield* Effect.provide(QQ.open(config(fast)), context)
        let lines = 0
        yield* Stream.runForEach(adapter.listen, (signal) =>
          Effect.sync(() => {
            if (signal._tag === "Connected") lines += 1
          })
        ).pipe(Effect.forkScoped)
        const until = (count: number) => Effect.repeat(Effect.sleep("1 millis"), { until: () => lines >= count })
        const reconnect = Effect.suspend(() => Effect.zipRight(sim.fault({ _tag: "Cut" }), until(lines + 1)))
        const fibers = Effect.zipRight(
          Effect.sleep("100 millis"),
          Effect.map(Fiber.roots, (roots) => roots.length)
        )
        yield* until(1)
        yield* reconnect
        const before = yield* fibers
        yield* Effect.repeatN(reconnect, 998)
        expect(yield* fibers).toBe(before)
        expect(before).toBeGreaterThan(5)
        expect(yield* sim.connections).toHaveLength(1)
        expect(yield* sim.counts()).toMatchObject({ identifies: 1, resumes: 1000 })
      }),
    60_000
  )
})

describe("many accounts", () => {
  it.scoped("do not come back in step (F28)", () =>
    Effect.gen(function* () {
      const untils = yield* Effect.forEach(["a", "b", "c"], (seed) =>
        Effect.gen(function* () {
          const bot = yield* start()
          yield* bot.sim.fault({ _tag: "Cut" })
          yield* TestClock.adjust("1 millis")
          const at = yield* Effect.map(Effect.clock, (clock) => clock.unsafeCurrentTimeMillis())
          return (bot.of("Disconnected")[0]?.until ?? 0) - at
        }).pipe(Effect.withRandom(Random.make(seed)))
      )
      expect(new Set(untils).size).toBe(3)
    })
  )
})
