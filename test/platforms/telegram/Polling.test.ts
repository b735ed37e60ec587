import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, Duration, Effect, FastCheck, Option, Schedule, Stream, TestClock, TestContext } from "effect"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { allowedUpdates } from "../../../src/platforms/telegram/Protocol/AllowedUpdates.ts"
import { JumpingClock } from "../../../src/testing/JumpingClock.ts"
import { listen, type Listening, loop, world } from "./listening.ts"
import { held, message, nothing, scripted } from "./scripted.ts"
import type { Asked, Reaction } from "./wire.ts"

const patient = { listen: { retry: Schedule.spaced("1 second") } }

const turn = (time: Duration.DurationInput, step: Duration.DurationInput = "5 seconds") =>
  Effect.repeatN(TestClock.adjust(step), Math.ceil(Duration.toMillis(time) / Duration.toMillis(step)) - 1)

const holding = (chunk: Chunk.Chunk<Signal>) =>
  Chunk.some(chunk, ({ _tag }) => _tag === "Received") ? Effect.never : Effect.void

describe("a session that polls", () => {
  it.scoped("is connected by an answered poll and by nothing before it (F41)", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      yield* sim.fault({ _tag: "Stall", step: "ready", times: 1 })
      const bot = yield* listen(context, patient)
      yield* turn("15 seconds")
      expect(bot.signals.map(({ _tag }) => _tag)).toEqual(["Connecting"])
      yield* turn("15 seconds")
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Timeout" } }])
      expect(bot.of("Connected")).toMatchObject([
        { resumed: false, self: { id: "7100000001", name: "Demo", bot: true }, silence: Duration.seconds(30) }
      ])
    })
  )

  it.scoped("asks who it is and whether it may poll, then polls for what it names", () =>
    Effect.gen(function* () {
      const { asked, context, sim } = yield* world()
      yield* listen(context)
      const methods = (yield* sim.record).flatMap(({ detail, what }) =>
        what === "request" && typeof detail === "object" && detail !== null && "method" in detail ? [detail.method] : []
      )
      expect(methods).toEqual(["getme", "getwebhookinfo", "getupdates", "getupdates"])
      expect(yield* asked("getUpdates")).toEqual([
        { limit: 100, timeout: 0, allowed_updates: allowedUpdates },
        { limit: 100, timeout: 25, allowed_updates: allowedUpdates }
      ])
    })
  )

  it.scoped("polls for whole seconds, no longer than Telegram holds a poll and never without waiting", () =>
    Effect.gen(function* () {
      for (const [pollTimeout, timeout] of [
        ["90 seconds", 50],
        ["10500 millis", 10],
        ["1 millis", 1]
      ] as const) {
        const { asked, context } = yield* world()
        const bot = yield* listen(context, { pollTimeout: Duration.decode(pollTimeout) })
        expect((yield* asked("getUpdates"))[1]).toMatchObject({ timeout })
        expect(bot.of("Connected")).toMatchObject([{ silence: Duration.seconds(timeout + 5) }])
      }
    })
  )

  it.scoped("takes an empty poll for a sign of life", () =>
    Effect.gen(function* () {
      const { context } = yield* world()
      const bot = yield* listen(context)
      yield* TestClock.adjust("100 seconds")
      expect(bot.signals.map(({ _tag }) => _tag)).toEqual(["Connecting", "Connected", ...Array(5).fill("Alive")])
    })
  )

  it.scoped("hears the backlog on a cold start, a hundred at a time and at once, and then what comes", () =>
    Effect.gen(function* () {
      const { context, say } = yield* world()
      const backlog = Array.from({ length: 250 }, (_, index) => `before ${index}`)
      yield* Effect.forEach(backlog, say)
      const bot = yield* listen(context)
      expect(bot.texts()).toEqual(backlog)
      yield* say("after")
      yield* TestClock.adjust("10 millis")
      expect(bot.texts()).toEqual([...backlog, "after"])
    })
  )

  it.scoped("acknowledges the press of a button at once, although nobody pulls", () =>
    Effect.gen(function* () {
      const press = { update_id: 1, callback_query: { id: "9", from: { id: 7001 }, data: "yes" } }
      const { calls, context } = yield* scripted({ polls: (_, nth) => (nth === 1 ? { result: [press] } : "never") })
      yield* listen(context, {}, holding)
      yield* TestClock.adjust("10 millis")
      expect(calls("answerCallbackQuery")).toMatchObject([{ params: { callback_query_id: "9" } }])
    })
  )

  it.scoped("is not spun on by a server that answers at once, with nothing or with the same again", () =>
    Effect.gen(function* () {
      for (const answer of [nothing, { result: [message(5)] }, { result: [{}] }]) {
        const { calls, context } = yield* scripted({ polls: (_, nth) => (nth > 100 ? "never" : answer) })
        const bot = yield* listen(context)
        yield* TestClock.adjust("10 seconds")
        expect(calls("getUpdates").length).toBeLessThanOrEqual(43)
        expect(calls("getUpdates").length).toBeGreaterThanOrEqual(35)
        expect(bot.of("Disconnected")).toEqual([])
        yield* bot.stop
      }
    })
  )

  it.effect("is ended for good by nothing that a poll can bring (property)", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(FastCheck.array(FastCheck.jsonValue(), { maxLength: 4 }), (answers) =>
          Effect.gen(function* () {
            const odd = answers.map(
              (value, index): Reaction =>
                [{ result: value }, { result: [value] }, { status: 200, json: value }][index % 3] ?? nothing
            )
            const { context } = yield* scripted({
              polls: (asked, nth) => odd[nth - 1] ?? (nth === odd.length + 1 ? { result: [message(7)] } : held(asked))
            })
            const bot = yield* listen(context, patient)
            yield* TestClock.adjust("4 minutes")
            expect(bot.texts()).toContain("t7")
            expect(yield* bot.fatal).toBeUndefined()
          }).pipe(Effect.scoped, Effect.provide(TestContext.TestContext), Effect.runPromise)
        ),
        { numRuns: 10 }
      )
    )
  )
})

describe("the offset", () => {
  it.scoped("moves only when the next chunk is asked for: what was not kept comes again (F73, F78)", () =>
    Effect.gen(function* () {
      const { asked, context, say } = yield* world()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const bot = yield* listen(context, {}, holding)
          yield* say("never kept")
          yield* TestClock.adjust("1 minute")
          expect(bot.texts()).toEqual(["never kept"])
        })
      )
      for (const params of yield* asked("getUpdates")) expect(params).not.toHaveProperty("offset")
      const bot = yield* listen(context)
      expect(bot.texts()).toEqual(["never kept"])
    })
  )

  it.scoped("is stored, so that the next adapter goes on from there, and says that nothing was missed (F75)", () =>
    Effect.gen(function* () {
      const { context, say } = yield* world()
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* listen(context)
          yield* say("kept")
          yield* TestClock.adjust("1 second")
        })
      )
      yield* TestClock.adjust("23 hours")
      yield* say("while away")
      const bot = yield* listen(context)
      expect(bot.of("Connected")).toMatchObject([{ resumed: true }])
      expect(bot.texts()).toEqual(["while away"])
    })
  )

  it.scoped("vouches for nothing once Telegram may have forgotten what came in between", () =>
    Effect.gen(function* () {
      const { context } = yield* world()
      yield* Effect.scoped(listen(context))
      yield* TestClock.adjust("25 hours")
      expect((yield* listen(context)).of("Connected")).toMatchObject([{ resumed: false }])
    })
  )

  it.scoped("of a bot that nobody talked to for more than a day still vouches for the moment before the restart", () =>
    Effect.gen(function* () {
      const clock = yield* JumpingClock.make(0)
      const resumed = yield* Effect.gen(function* () {
        const { context } = yield* world()
        const first = yield* loop(context)
        yield* Effect.forkScoped(Stream.runDrain(first))
        // a minute of polls in each hour is as good as sixty
        yield* Effect.repeatN(
          Effect.zipRight(clock.shift(Duration.toMillis("59 minutes")), Effect.sleep("1 minute")),
          24
        )
        const connected = yield* Stream.runHead(Stream.filter(yield* loop(context), ({ _tag }) => _tag === "Connected"))
        return Option.getOrThrow(connected)
      }).pipe(Effect.withClock(clock))
      expect(resumed).toMatchObject({ _tag: "Connected", resumed: true })
    })
  )

  it.scoped("begins at the backlog when what is stored cannot be read", () =>
    Effect.gen(function* () {
      const { context, say } = yield* world()
      yield* say("still there")
      const store = yield* Effect.provide(ResumeStore, context)
      for (const text of [
        "",
        "{",
        "[]",
        '{"bot":"7100000001","offset":-1,"at":1}',
        '{"offset":7,"at":1}',
        '{"session":"x","seq":1}'
      ]) {
        yield* store.set("telegram:main", text)
        yield* Effect.scoped(
          Effect.gen(function* () {
            const bot = yield* listen(context, {}, holding)
            expect(bot.of("Connected")).toMatchObject([{ resumed: false }])
            expect(bot.texts()).toEqual(["still there"])
          })
        )
      }
    })
  )

  it.scoped("of another bot, whose name the account has taken over, is none", () =>
    Effect.gen(function* () {
      const { asked, context } = yield* world()
      const store = yield* Effect.provide(ResumeStore, context)
      yield* store.set("telegram:main", '{"bot":"7000000001","offset":7,"at":0}')
      expect((yield* listen(context)).of("Connected")).toMatchObject([{ resumed: false }])
      expect((yield* asked("getUpdates"))[0]).not.toHaveProperty("offset")
    })
  )

  it.scoped("is taken from the last update alone: ids that begin anew, lower, lose nothing (F73)", () =>
    Effect.gen(function* () {
      const { context, say, sim } = yield* world()
      const bot = yield* listen(context)
      yield* say("before")
      yield* TestClock.adjust("1 second")
      yield* sim.fault({ _tag: "RestartIds", at: 40 })
      for (const text of ["one", "two", "three"]) {
        yield* say(text)
        yield* TestClock.adjust("1 second")
      }
      expect(bot.texts()).toEqual(["before", "one", "two", "three"])
      yield* bot.stop
      yield* say("four")
      expect((yield* listen(context)).texts()).toEqual(["four"])
    })
  )

  it.scoped(
    "is continued by the next line after a cut: what was said meanwhile arrives once, in order (F73, F75)",
    () =>
      Effect.gen(function* () {
        const { context, say, sim } = yield* world()
        const bot = yield* listen(context, patient)
        yield* say("one")
        yield* TestClock.adjust("1 second")
        yield* sim.fault({ _tag: "Cut" })
        yield* say("two")
        yield* say("three")
        yield* TestClock.adjust("5 seconds")
        expect(bot.texts()).toEqual(["one", "two", "three"])
        expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, true])
      })
  )

  it.scoped("is confirmed once at a clean stop, for what was pulled past and for nothing else", () =>
    Effect.gen(function* () {
      const { asked, context, say, sim } = yield* world()
      const quiet = yield* listen(context)
      yield* quiet.stop
      expect(yield* asked("getUpdates")).toHaveLength(2)
      const bot = yield* listen(context)
      yield* say("kept")
      yield* TestClock.adjust("10 seconds")
      yield* bot.stop
      const [poll, confirm] = (yield* asked("getUpdates")).slice(-2)
      expect(confirm).toMatchObject({ offset: poll?.["offset"], limit: 1, timeout: 0 })
      expect(yield* sim.connections).toEqual([])
    })
  )

  it.scoped("is not confirmed after a loss, and a stop does not wait for a platform that is away", () =>
    Effect.gen(function* () {
      const { asked, context, say, sim } = yield* world()
      const bot = yield* listen(context, patient)
      yield* say("kept")
      yield* TestClock.adjust("1 second")
      const before = (yield* asked("getUpdates")).length
      yield* sim.fault({ _tag: "Stall", step: "http" })
      yield* sim.fault({ _tag: "Cut" })
      yield* TestClock.adjust("500 millis")
      expect(yield* asked("getUpdates")).toHaveLength(before)
      yield* bot.stop
      expect(yield* asked("getUpdates")).toHaveLength(before)
    })
  )
})

describe("an album", () => {
  const part = (id: number) => message(id, { media_group_id: "a", photo: [{ file_id: `f${id}`, width: 1, height: 1 }] })
  const files = (bot: Listening) =>
    bot
      .of("Received")
      .map(({ event }) => (event._tag === "MessageReceived" ? event.attachments.map(({ url }) => url.slice(9)) : []))

  /** Telegram's queue, to which updates come at these times. */
  const arriving = (...arrivals: ReadonlyArray<readonly [at: number, updates: ReadonlyArray<{ update_id: number }>]>) =>
    Effect.gen(function* () {
      const began = yield* Clock.currentTimeMillis
      const result = ({ params }: Asked): Effect.Effect<Reaction> =>
        Effect.gen(function* () {
          const until = (yield* Clock.currentTimeMillis) + Number(params["timeout"]) * 1000
          const offset = Number(params["offset"] ?? 0)
          for (;;) {
            const now = yield* Clock.currentTimeMillis
            const there = arrivals.flatMap(([at, updates]) => (began + at <= now ? updates : []))
            const given = there.filter(({ update_id }) => update_id >= offset)
            if (given.length > 0 || now >= until) return { result: given }
            yield* Effect.sleep("10 millis")
          }
        })
      return yield* scripted({ polls: result })
    })

  it.scoped("whose parts come one after the other is one event, and is not acknowledged before it is whole (F78)", () =>
    Effect.gen(function* () {
      const { calls, context } = yield* arriving([0, [message(1), part(2)]], [500, [part(3)]], [1500, [part(4)]])
      const bot = yield* listen(context)
      yield* TestClock.adjust("900 millis")
      expect(files(bot)).toEqual([[]])
      yield* TestClock.adjust("5 seconds")
      expect(files(bot)).toEqual([[], ["f2", "f3", "f4"]])
      const offsets = calls("getUpdates").map(({ params }) => params["offset"])
      expect(offsets).toEqual([undefined, 2, 2, 2, 5])
    })
  )

  it.scoped("is whole as soon as something else came after it", () =>
    Effect.gen(function* () {
      const { context } = yield* arriving([0, [part(2)]], [500, [part(3), message(4)]])
      const bot = yield* listen(context)
      yield* TestClock.adjust("1100 millis")
      expect(files(bot)).toEqual([["f2", "f3"], []])
    })
  )

  it.scoped("that is being waited for when the line is lost is heard on the next one, once", () =>
    Effect.gen(function* () {
      const { calls, context } = yield* scripted({
        polls: (asked, nth) => {
          if (nth === 1) return { result: [part(2)] }
          if (nth === 2) return { status: 502, raw: "" }
          return Number(asked.params["offset"] ?? 0) > 3 ? held(asked) : { result: [part(2), part(3)] }
        }
      })
      const bot = yield* listen(context, patient)
      yield* TestClock.adjust("10 seconds")
      expect(calls("getUpdates").length).toBeGreaterThan(3)
      expect(files(bot)).toEqual([["f2", "f3"]])
    })
  )
})

describe("a line that is lost", () => {
  const losses: ReadonlyArray<readonly [title: string, fault: Fault, reason: string]> = [
    ["a reset", { _tag: "Cut" }, "Transport"],
    ["a poll that is answered 502", { _tag: "Close", code: 502 }, "Transport"],
    ["a poll that is answered 403, by whatever is in between", { _tag: "Close", code: 403 }, "Refused"],
    ["a page with status 200", { _tag: "Malformed", text: "<html>Welcome</html>" }, "Transport"],
    ["a success without a result", { _tag: "Malformed", text: '{"ok":true}' }, "Transport"],
    ["a result that is no list", { _tag: "Malformed", text: '{"ok":true,"result":{}}' }, "Transport"],
    ["half an answer", { _tag: "Malformed", text: '{"ok":true,"result":[' }, "Transport"]
  ]
  for (const [title, fault, reason] of losses)
    it.scoped(`is found and replaced: ${title}`, () =>
      Effect.gen(function* () {
        const { context, say, sim } = yield* world()
        const bot = yield* listen(context, patient)
        yield* TestClock.adjust("5 seconds")
        yield* sim.fault(fault)
        yield* TestClock.adjust("5 seconds")
        expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason } }])
        expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, true])
        yield* say("still there")
        yield* TestClock.adjust("1 second")
        expect(bot.texts()).toEqual(["still there"])
      })
    )

  for (const status of [401, 404, 421])
    it.scoped(`to a page of something in between is found and replaced, although its status is ${status}`, () =>
      Effect.gen(function* () {
        const { context } = yield* scripted({
          polls: (asked, nth) => (nth === 1 ? { status, raw: "<html>Not here</html>" } : held(asked))
        })
        const bot = yield* listen(context, patient)
        yield* TestClock.adjust("5 seconds")
        expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Refused", code: status } }])
        expect(bot.connected()).toBe(true)
      })
    )

  it.scoped("in silence, with the connection open, is found within the poll's timeout and 5 s (F06, F10)", () =>
    Effect.gen(function* () {
      const { context, say, sim } = yield* world()
      const bot = yield* listen(context, patient)
      yield* TestClock.adjust("3 seconds")
      yield* sim.fault({ _tag: "Silence" })
      yield* say("into the void")
      yield* TestClock.adjust("26 seconds")
      expect(bot.connected()).toBe(true)
      yield* TestClock.adjust("1 second")
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { cause: expect.stringContaining("30s") } }])
      yield* TestClock.adjust("5 seconds")
      expect(bot.texts()).toEqual(["into the void"])
    })
  )

  for (const step of ["http", "upgrade", "hello", "ready"] as const)
    it.scoped(`on its way (${step}) is given up after 20 s, and the next one connects (F14, F18)`, () =>
      Effect.gen(function* () {
        const { context, sim } = yield* world()
        yield* sim.fault({ _tag: "Stall", step, times: 1 })
        const bot = yield* listen(context, patient)
        yield* turn("15 seconds")
        expect(bot.of("Disconnected")).toEqual([])
        yield* turn("10 seconds", "1 second")
        expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Timeout" } }])
        expect(bot.connected()).toBe(true)
      })
    )

  it.scoped("because we are too fast is opened again when we may (F32)", () =>
    Effect.gen(function* () {
      const { asked, context, sim } = yield* world()
      const body = '{"ok":false,"error_code":429,"parameters":{"retry_after":17}}'
      yield* sim.fault({ _tag: "Answer", path: "/getUpdates", status: 429, body, times: 1 })
      const bot = yield* listen(context, patient)
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "RateLimited", retryAfter: 17_000 } }])
      yield* TestClock.adjust("16 seconds")
      expect(yield* asked("getMe")).toHaveLength(1)
      yield* TestClock.adjust("2 seconds")
      expect(bot.connected()).toBe(true)
    })
  )
})

describe("credentials that are refused", () => {
  for (const code of [401, 404, 421] as const)
    it.scoped(
      `${code} ends the loop at once, on the way and in the middle, with a remedy and without the token (F31)`,
      () =>
        Effect.gen(function* () {
          const reason = code === 401 ? "Unauthorized" : "Misconfigured"
          for (const late of [false, true]) {
            const { context, sim } = yield* world()
            if (!late) yield* sim.fault({ _tag: "Unauthorized", code })
            const bot = yield* listen(context)
            if (late) yield* sim.fault({ _tag: "Unauthorized", code })
            yield* TestClock.adjust("30 seconds")
            expect(yield* bot.fatal).toMatchObject({
              reason,
              retryable: false,
              remedy: expect.stringMatching(/TELEGRAM_(BOT_TOKEN|API_BASE_URL)/)
            })
            expect(bot.of("Connected")).toHaveLength(late ? 1 : 0)
          }
        })
    )
})
