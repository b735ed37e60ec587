import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, FastCheck, Schedule, TestClock } from "effect"
import { Budget } from "../../../src/adapter/Budget.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { closeCodes } from "../../../src/platforms/qq/Protocol/CloseCodes.ts"
import { cutsBorne } from "../../../src/platforms/qq/Socket/Losses.ts"
import { listen, start, world } from "./listening.ts"

const patient = { listen: { retry: Schedule.spaced("1 second") } }

const turn = (time: Duration.DurationInput, step: Duration.DurationInput = "5 seconds") =>
  Effect.repeatN(TestClock.adjust(step), Math.ceil(Duration.toMillis(time) / Duration.toMillis(step)) - 1)

describe("a session", () => {
  it.scoped("is connected by READY and by nothing before it (F41)", () =>
    Effect.gen(function* () {
      const bot = yield* world().pipe(
        Effect.tap(({ sim }) => sim.fault({ _tag: "Stall", step: "ready", times: 1 })),
        Effect.flatMap((made) => listen(made, patient))
      )
      yield* turn("15 seconds")
      expect(bot.signals.map(({ _tag }) => _tag)).toEqual(["Connecting"])
      yield* turn("15 seconds")
      expect(bot.of("Connected")).toMatchObject([
        { resumed: false, self: { id: "11409876543210987654", name: "demo-bot" } }
      ])
    })
  )

  it.scoped("is resumed after a cut: what was said meanwhile arrives once, in order, before RESUMED (F73, F75)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* bot.say("one")
      yield* TestClock.adjust("1 millis")
      yield* bot.sim.fault({ _tag: "Cut" })
      yield* bot.say("two")
      yield* bot.say("three")
      yield* TestClock.adjust("2 seconds")
      expect(bot.texts()).toEqual(["one", "two", "three"])
      expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, true])
      expect(bot.of("Connected")[1]?.self).toEqual(bot.of("Connected")[0]?.self)
      expect(yield* bot.sim.counts()).toMatchObject({ identifies: 1, resumes: 1 })
    })
  )

  it.scoped("is resumed by the next adapter of the account, even in a new process with the same store", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* Effect.scoped(listen(made))
      yield* made.sim.hear({ conversation: "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5", text: "while away" })
      const bot = yield* listen(made)
      expect(bot.of("Connected")).toMatchObject([{ resumed: true, self: { id: "11409876543210987654" } }])
      expect(bot.texts()).toEqual(["while away"])
    })
  )

  it.scoped("moves its cursor only when the next chunk is asked for: what was not kept comes again (F73, F78)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const bot = yield* listen(made, {}, (chunk) =>
            [...chunk].some(({ _tag }) => _tag === "Received") ? Effect.never : Effect.void
          )
          yield* bot.say("never kept")
          yield* TestClock.adjust("1 second")
          expect(bot.texts()).toEqual(["never kept"])
        })
      )
      const bot = yield* listen(made)
      expect(bot.texts()).toEqual(["never kept"])
    })
  )

  it.scoped("does not ask again for what was kept", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const bot = yield* listen(made)
          yield* bot.say("kept")
          yield* TestClock.adjust("1 second")
        })
      )
      expect((yield* listen(made)).texts()).toEqual([])
    })
  )

  it.scoped("begins anew when what is stored cannot be read", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const store = yield* Effect.provide(ResumeStore, made.context)
      for (const text of ["", "{", "[]", '{"session":"","seq":1,"self":{"id":""}}', '{"session":"x","seq":-1}']) {
        yield* store.set("qq:main", text)
        const bot = yield* listen(made)
        expect(bot.of("Connected")).toMatchObject([{ resumed: false }])
        yield* TestClock.adjust("6 seconds")
      }
    })
  )

  it.scoped("acknowledges interactions at once, although nobody pulls", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const bot = yield* listen(made, {}, (chunk) =>
        [...chunk].some(({ _tag }) => _tag === "Received") ? Effect.never : Effect.void
      )
      yield* bot.say("hold the pull")
      yield* TestClock.adjust("1 second")
      const pressed = { conversation: "group:5D1F0A7B2C3D4E5F60718293A4B5C6D7", button: "ok", data: "approve" }
      const id = yield* made.sim.press(pressed)
      yield* TestClock.adjust("1 second")
      expect(yield* made.sim.acknowledged).toEqual([id])
    })
  )

  it.scoped("stays connected, and hears on, when interactions cannot be acknowledged", () =>
    Effect.gen(function* () {
      const bot = yield* start()
      yield* bot.sim.fault({ _tag: "Answer", path: "/interactions/", status: 500, body: "" })
      for (let index = 0; index < 300; index += 1) {
        yield* bot.sim.press({ conversation: "group:5D1F0A7B2C3D4E5F60718293A4B5C6D7", button: "ok", data: "approve" })
      }
      yield* bot.say("still there")
      yield* TestClock.adjust("1 second")
      expect(bot.texts()).toEqual(["still there"])
      expect(bot.connected()).toBe(true)
    })
  )
})

describe("each step on the way to a session has its own deadline", () => {
  const steps = [
    { step: "http", within: "20 seconds" },
    { step: "upgrade", within: "20 seconds" },
    { step: "hello", within: "10 seconds" },
    { step: "ready", within: "20 seconds" }
  ] as const
  for (const { step, within } of steps) {
    it.scoped(`${step} withheld is a loss after ${within}, and the next attempt connects (F14, F18)`, () =>
      Effect.gen(function* () {
        const made = yield* world()
        yield* made.sim.fault({ _tag: "Stall", step, times: 1 })
        const bot = yield* listen(made, patient)
        yield* TestClock.adjust(Duration.subtract(Duration.decode(within), Duration.millis(1001)))
        expect(bot.of("Disconnected")).toEqual([])
        yield* TestClock.adjust("1001 millis")
        expect(bot.of("Disconnected")).toHaveLength(1)
        if (step !== "http") expect(bot.of("Disconnected")[0]?.cause.reason).toBe("Timeout")
        yield* turn("10 seconds")
        expect(bot.connected()).toBe(true)
      })
    )
  }
})

describe("a close code", () => {
  for (const { action, code, meaning } of closeCodes) {
    it.scoped(`${code}, ${meaning}, means ${action} on a live line (F31, F34)`, () =>
      Effect.gen(function* () {
        const bot = yield* start({}, patient)
        yield* bot.sim.fault({ _tag: "Close", code })
        yield* turn("10 seconds", "1 second")
        const counts = yield* bot.sim.counts()
        const fatal = yield* bot.fatal
        switch (action) {
          case "fatal":
            expect(fatal).toMatchObject({ retryable: false, lastCause: expect.stringContaining(String(code)) })
            expect(fatal?.remedy).not.toBe("")
            expect(fatal?.reason).toBe(code >= 4914 ? "Banned" : "Misconfigured")
            break
          case "wait":
            expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "RateLimited" }, attempt: 0 }])
            expect(counts).toMatchObject({ identifies: 1, resumes: 0 })
            yield* turn("1 minute")
            expect(yield* bot.sim.counts()).toMatchObject({ identifies: 1, resumes: 1 })
            break
          case "identify":
            expect(counts).toMatchObject({ identifies: 2, resumes: 0 })
            break
          default:
            expect(counts).toMatchObject({ identifies: 1, resumes: 1 })
            expect(fatal).toBeUndefined()
        }
        if (action !== "fatal") expect(bot.connected()).toBe(true)
      })
    )
  }

  const refusals = closeCodes.filter(
    ({ action, code }) => code >= 4000 && action !== "fatal" && action !== "wait" && action !== "token"
  )
  it.scoped(
    "of the platform's own, before RESUMED, is a refused resume: the next attempt identifies (F33)",
    () =>
      Effect.gen(function* () {
        const bot = yield* start({}, patient)
        for (const [index, { code }] of refusals.entries()) {
          yield* bot.sim.fault({ _tag: "CloseOn", step: "resume", code, times: 1 })
          yield* bot.sim.fault({ _tag: "Cut" })
          yield* turn("1 minute", "3 seconds")
          expect([code, yield* bot.sim.counts()]).toMatchObject([code, { identifies: index + 2, resumes: 0 }])
        }
      }),
    60_000
  )

  for (const code of [1000, 1006, 4008]) {
    it.scoped(`${code} before RESUMED, ${cutsBorne} times in a row, ends in a fresh session (F33)`, () =>
      Effect.gen(function* () {
        const bot = yield* start({}, patient)
        yield* bot.sim.fault({ _tag: "CloseOn", step: "resume", code })
        yield* bot.sim.fault({ _tag: "Cut" })
        yield* turn(code === 4008 ? "4 minutes" : "20 seconds")
        expect(yield* bot.sim.counts()).toMatchObject({ identifies: 2, resumes: 0 })
        expect(yield* bot.sent(6)).toHaveLength(cutsBorne)
        expect(bot.connected()).toBe(true)
      })
    )
  }

  it.scoped("4004 to every resume parks the account, and its next adapter begins a fresh session (F33)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const bot = yield* listen(made, patient)
      yield* made.sim.fault({ _tag: "CloseOn", step: "resume", code: 4004 })
      yield* made.sim.fault({ _tag: "Cut" })
      yield* turn("20 seconds")
      expect(yield* bot.fatal).toMatchObject({ reason: "Unauthorized", retryable: false })
      expect((yield* listen(made)).of("Connected")).toMatchObject([{ resumed: false }])
    })
  )

  it.scoped("4001, three times soon after connecting, calls for a person (F31)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* bot.sim.fault({ _tag: "CloseOn", step: "ready", code: 4001 })
      yield* bot.sim.fault({ _tag: "Cut" })
      yield* turn("5 minutes")
      expect(yield* bot.fatal).toMatchObject({ reason: "Misconfigured", retryable: false })
    })
  )
})

describe("op 7", () => {
  it.scoped("is followed within a second to a new line, where the session is resumed (F34)", () =>
    Effect.gen(function* () {
      const bot = yield* start()
      yield* bot.sim.fault({ _tag: "Reconnect" })
      yield* TestClock.adjust("1 second")
      yield* TestClock.adjust("1 second")
      expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, true])
      expect(yield* bot.sim.connections).toHaveLength(1)
    })
  )
})

describe("op 9", () => {
  it.scoped("on a live line resumes if it may, and identifies if it may not (F35)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* bot.sim.fault({ _tag: "InvalidSession", resumable: true, on: "now" })
      yield* turn("10 seconds", "1 second")
      expect(yield* bot.sim.counts()).toMatchObject({ identifies: 1, resumes: 1 })
      yield* bot.sim.fault({ _tag: "InvalidSession", resumable: false, on: "now" })
      yield* turn("10 seconds", "1 second")
      expect(yield* bot.sim.counts()).toMatchObject({ identifies: 2, resumes: 1 })
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped("in answer to a resume leads to a fresh session, at once or after three in a row (F33)", () =>
    Effect.gen(function* () {
      for (const resumable of [false, true]) {
        const bot = yield* start({}, patient)
        yield* bot.sim.fault({ _tag: "InvalidSession", resumable, on: "resume" })
        yield* bot.sim.fault({ _tag: "Cut" })
        yield* turn("20 seconds", "1 second")
        expect(yield* bot.sent(6)).toHaveLength(resumable ? cutsBorne : 1)
        expect(yield* bot.sim.counts()).toMatchObject({ identifies: 2 })
        expect(bot.connected()).toBe(true)
      }
    })
  )

  it.scoped("in answer to Identify drops the token once, and slows down while it lasts (F35)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "InvalidSession", resumable: false, on: "identify" })
      const bot = yield* listen(made, patient)
      yield* turn("1 minute", "1 second")
      expect((yield* made.sim.counts()).tokens).toBe(2)
      const identifies = yield* bot.sent(2)
      expect(identifies.length).toBeGreaterThan(5)
      expect(identifies.length).toBeLessThanOrEqual(13)
      yield* made.sim.heal
      yield* turn("10 seconds", "1 second")
      expect(bot.connected()).toBe(true)
    })
  )
})

describe("credentials", () => {
  it.scoped("a token that the gateway refuses is replaced, and the session kept (F37)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* bot.sim.fault({ _tag: "ExpireToken" })
      yield* bot.sim.fault({ _tag: "Close", code: 4004 })
      yield* turn("5 seconds", "1 second")
      expect(yield* bot.sim.counts()).toMatchObject({ identifies: 1, resumes: 1, tokens: 2 })
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped("fresh tokens that are refused again and again call for a person (F31, F36)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "CloseOn", step: "identify", code: 4004 })
      const bot = yield* listen(made, patient)
      yield* turn("1 minute", "5 seconds")
      expect(yield* bot.fatal).toMatchObject({ reason: "Unauthorized", retryable: false })
      expect((yield* made.sim.counts()).tokens).toBe(3)
    })
  )

  it.scoped("a wrong secret calls for a person at once, and says what to compare (F31)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "RefuseToken", code: 100016 })
      const bot = yield* listen(made)
      expect(yield* bot.fatal).toMatchObject({
        reason: "Unauthorized",
        retryable: false,
        remedy: expect.stringContaining("QQ_CLIENT_SECRET")
      })
    })
  )

  it.scoped("the token service asking for a pause is obeyed (F32)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      yield* made.sim.fault({ _tag: "RefuseToken", code: 100001, times: 1 })
      const bot = yield* listen(made, patient)
      expect(bot.of("Disconnected")).toMatchObject([
        { cause: { reason: "RateLimited", retryAfter: 60_000 }, attempt: 0 }
      ])
      yield* turn("61 seconds")
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped("a refresh that fails once before the token expires goes unnoticed (F37)", () =>
    Effect.gen(function* () {
      const bot = yield* start({ tokenLife: Duration.minutes(10) })
      yield* bot.sim.fault({ _tag: "Answer", path: "getAppAccessToken", status: 500, body: "", times: 1 })
      yield* turn("15 minutes", "20 seconds")
      yield* bot.sim.fault({ _tag: "Cut" })
      yield* turn("5 seconds", "1 second")
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Transport" } }])
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped("discovery that answers 429, 500 or HTML is a loss like any other", () =>
    Effect.gen(function* () {
      for (const [status, reason] of [
        [429, "RateLimited"],
        [500, "Transport"],
        [502, "Transport"],
        [404, "Refused"]
      ] as const) {
        const made = yield* world()
        yield* made.sim.fault({ _tag: "Answer", path: "/gateway", status, body: "<html></html>", type: "text/html" })
        const bot = yield* listen(made, patient)
        expect(bot.of("Disconnected")[0]?.cause).toMatchObject({ reason, code: status })
        expect(yield* bot.fatal).toBeUndefined()
      }
    })
  )
})

describe("liveness", () => {
  it.scoped("acks that stop coming end the line within an interval and 10 s, and it comes back (F08)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* turn("1 minute", "1 second")
      yield* bot.sim.fault({ _tag: "DropAcks" })
      yield* turn("55 seconds", "1 second")
      expect(bot.of("Disconnected")[0]).toMatchObject({ cause: { reason: "Silent", resumable: true } })
      yield* bot.sim.heal
      // a beat that went out just before is still owed its ack for 10 s
      yield* turn("15 seconds", "1 second")
      expect(bot.connected()).toBe(true)
      expect(yield* bot.sim.counts()).toMatchObject({ identifies: 1 })
    })
  )

  it.scoped("a half-open line is found within 25 s, since the server answers pings (F10)", () =>
    Effect.gen(function* () {
      const bot = yield* start({}, patient)
      yield* turn("30 seconds", "1 second")
      yield* bot.sim.fault({ _tag: "Silence" })
      yield* turn("25 seconds", "1 second")
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Silent" } }])
      yield* turn("5 seconds", "1 second")
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped(
    "one heartbeat a line, however often it reconnected (F07)",
    () =>
      Effect.gen(function* () {
        const bot = yield* start({}, patient)
        for (let index = 0; index < 30; index += 1) {
          yield* bot.sim.fault({ _tag: "Cut" })
          yield* turn(index < 2 ? "2 seconds" : "31 seconds")
        }
        const before = (yield* bot.sent(1)).length
        yield* turn("450 seconds", "15 seconds")
        expect((yield* bot.sent(1)).length - before).toBe(10)
        expect(yield* bot.sim.connections).toHaveLength(1)
      }),
    60_000
  )

  it.scoped(
    "a pull that is held lets go of the line, resumably and without spending an attempt (F70)",
    () =>
      Effect.gen(function* () {
        const made = yield* world({ resumeEvents: 10_000 })
        let held = true
        const bot = yield* listen(made, patient, (chunk) =>
          held && [...chunk].some(({ _tag }) => _tag === "Received")
            ? Effect.repeat(Effect.sleep("10 seconds"), { while: () => held })
            : Effect.void
        )
        for (let index = 0; index < 5000; index += 1) yield* bot.say(String(index))
        yield* turn("45 seconds")
        expect(yield* made.sim.connections).toEqual([])
        held = false
        yield* turn("15 seconds", "1 second")
        expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Held", resumable: true }, attempt: 0 }])
        expect(bot.connected()).toBe(true)
        expect([...new Set(bot.texts())]).toEqual(Array.from({ length: 5000 }, (_, index) => String(index)))
      }),
    60_000
  )
})

describe("whatever arrives", () => {
  it.scoped(
    "frames of any shape never end the loop, and what is understood still gets through",
    () =>
      Effect.gen(function* () {
        const bot = yield* start({}, patient)
        const shapes = FastCheck.oneof(
          FastCheck.string(),
          FastCheck.json(),
          FastCheck.record({
            op: FastCheck.oneof(FastCheck.constantFrom(0, 1, 2, 6, 7, 9, 10, 11, 12), FastCheck.anything()),
            s: FastCheck.oneof(FastCheck.constant(undefined), FastCheck.string()),
            t: FastCheck.oneof(
              FastCheck.constantFrom("READY", "RESUMED", "C2C_MESSAGE_CREATE", "INTERACTION_CREATE"),
              FastCheck.anything()
            ),
            d: FastCheck.anything()
          }).map((frame) =>
            JSON.stringify(frame, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
          )
        )
        for (const text of FastCheck.sample(shapes, { numRuns: 500, seed: 7 })) {
          yield* bot.sim.fault({ _tag: "Malformed", text })
        }
        yield* turn("2 minutes", "2 seconds")
        expect(yield* bot.fatal).toBeUndefined()
        yield* bot.say("understood")
        yield* turn("1 minute", "2 seconds")
        expect(bot.texts()).toContain("understood")
      }),
    60_000
  )
})

describe("the budget of identifies", () => {
  it.scoped("is spent ever more slowly on a platform that refuses every session (F35)", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const purse = yield* Effect.flatMap(Budget, (budget) =>
        budget.of("qq:identify:102000001", { perDay: 900, apart: Duration.seconds(5) })
      ).pipe(Effect.provide(made.context))
      yield* purse.seed({ total: 100, remaining: 50, resetAfter: Duration.toMillis("1 hour") })
      yield* made.sim.fault({ _tag: "CloseOn", step: "identify", code: 4900 })
      const bot = yield* listen(made, { ...patient, gatewayUrl: "wss://api.sgroup.qq.com/websocket" })
      yield* turn("20 minutes", "10 seconds")
      const spent = (yield* bot.sent(2)).length
      expect(spent).toBeGreaterThan(5)
      expect(spent).toBeLessThan(30)
      expect(yield* bot.fatal).toBeUndefined()
    })
  )

  it.scoped(
    "keeps an account waiting, with a due time and without spending attempts, when it is spent",
    () =>
      Effect.gen(function* () {
        const made = yield* world({ sessionStarts: { total: 10, per: Duration.hours(1) } })
        yield* made.sim.fault({ _tag: "CloseOn", step: "ready", code: 4900 })
        const bot = yield* listen(made, patient)
        yield* turn("30 minutes", "30 seconds")
        yield* made.sim.heal
        expect((yield* made.sim.counts()).identifies).toBeLessThanOrEqual(9)
        expect(bot.of("Disconnected").some(({ cause }) => cause.reason === "Budgeted")).toBe(true)
        expect(bot.of("Disconnected").at(-1)?.cause.retryAfter).toBeGreaterThan(0)
        yield* turn("90 minutes", "30 seconds")
        expect(bot.connected()).toBe(true)
      }),
    120_000
  )
})
