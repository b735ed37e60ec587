import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, TestClock } from "effect"
import { ResumeStore } from "../../../../src/adapter/ResumeStore.ts"
import { listen, world } from "../listening.ts"
import { held, message, nothing, scripted } from "../scripted.ts"
import { type Reaction, refusal } from "../wire.ts"

const turn = (seconds: number, step = 1) => Effect.repeatN(TestClock.adjust(step * 1000), seconds / step - 1)

const terminated = refusal(409, "Conflict: terminated by other getUpdates request")
const webhooked = refusal(409, "Conflict: can't use getUpdates method while webhook is active")
const at = (url: string, pending_update_count = 0): Reaction => ({ result: { url, pending_update_count } })
const theirs = at("https://user:pw@hooks.example/secret-path?token=1")

describe("a webhook in the way of polling", () => {
  it.scoped("needs a person, who is told where it points and what removes it, but not its path", () =>
    Effect.gen(function* () {
      const { calls, context } = yield* scripted({ polls: () => webhooked, hook: () => theirs })
      const store = yield* Effect.provide(ResumeStore, context)
      yield* store.set("telegram:main", '{"bot":"7100000001","offset":7,"at":0}')
      const bot = yield* listen(context)
      const fatal = yield* bot.fatal
      expect(fatal).toMatchObject({
        reason: "Misconfigured",
        retryable: false,
        remedy: expect.stringContaining("TELEGRAM_REMOVE_WEBHOOK=true")
      })
      expect(fatal?.lastCause).toContain("hooks.example")
      expect(JSON.stringify(fatal)).not.toMatch(/secret-path|pw|token=1/)
      expect([calls("deleteWebhook"), calls("getUpdates")]).toEqual([[], []])
      // and what it took is not vouched for when it is gone
      expect(yield* store.get("telegram:main")).toEqual(Option.some('{"bot":"7100000001","offset":7}'))
    })
  )

  it.scoped(
    "is removed where that is allowed, with what waits for it kept, and then we poll; it may have taken some",
    () =>
      Effect.gen(function* () {
        let hook = theirs
        const { asked, calls, context } = yield* scripted({
          polls: held,
          hook: () => hook,
          others: () => {
            hook = at("")
            return { result: true }
          }
        })
        const bot = yield* listen(context, { removeWebhook: true })
        expect(calls("deleteWebhook")).toMatchObject([{ params: { drop_pending_updates: false } }])
        expect(asked.map(({ method }) => method).slice(0, 4)).toEqual([
          "getMe",
          "getWebhookInfo",
          "deleteWebhook",
          "getUpdates"
        ])
        expect(bot.of("Connected")).toMatchObject([{ resumed: false }])
      })
  )

  it.scoped("that cannot be removed just now is a lost line, and is removed by the next one", () =>
    Effect.gen(function* () {
      let hook = theirs
      let tries = 0
      const { context } = yield* scripted({
        polls: held,
        hook: () => hook,
        others: () => {
          tries += 1
          if (tries === 1) return { status: 502, raw: "<html>" }
          hook = at("")
          return { result: true }
        }
      })
      const bot = yield* listen(context, { removeWebhook: true })
      yield* turn(5)
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Transport", code: 502 } }])
      expect(bot.connected()).toBe(true)
    })
  )

  it.scoped(
    "that appears while we poll is told by the refusal of the poll, whatever its words, and is removed once",
    () =>
      Effect.gen(function* () {
        let hook = at("")
        let removals = 0
        const { context } = yield* scripted({
          polls: (asked) =>
            hook === theirs
              ? terminated
              : Effect.delay(
                  Effect.suspend(() => Effect.succeed(hook === theirs ? terminated : nothing)),
                  Number(asked.params["timeout"]) * 1000
                ),
          hook: () => hook,
          others: () => {
            removals += 1
            hook = at("")
            return { result: true }
          }
        })
        const bot = yield* listen(context, { removeWebhook: true })
        hook = theirs
        yield* turn(30)
        expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Expired" }, attempt: 0 }])
        expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, false])
        hook = theirs
        yield* turn(30)
        expect(removals).toBe(1)
        expect(yield* bot.fatal).toMatchObject({
          reason: "Misconfigured",
          retryable: false,
          remedy: expect.stringContaining("set it again")
        })
      })
  )
})

describe("a second poller", () => {
  it.scoped(
    "is borne for at least five tries over at least 30 s, then it is a conflict that is probed slowly (F31, F54)",
    () =>
      Effect.gen(function* () {
        const { asked, context, sim } = yield* world()
        yield* sim.fault({ _tag: "SecondPoller" })
        const bot = yield* listen(context)
        let seconds = 0
        while ((yield* bot.fatal) === undefined && seconds < 600) {
          yield* TestClock.adjust("1 second")
          seconds += 1
        }
        expect(seconds).toBeGreaterThanOrEqual(30)
        expect((yield* asked("getMe")).length).toBeGreaterThanOrEqual(5)
        const waits = bot.of("Disconnected").map(({ cause }) => cause.retryAfter)
        expect(waits).toEqual([4_000, 6_000, 8_000, 10_000, 12_000])
        expect(yield* bot.fatal).toMatchObject({
          reason: "Conflict",
          retryable: true,
          lastCause: expect.stringContaining("another process polls"),
          remedy: expect.stringContaining("TELEGRAM_BOT_TOKEN")
        })
      })
  )

  it.scoped("that goes away within 15 s is outlived, and what it may have taken is not vouched for (F26)", () =>
    Effect.gen(function* () {
      const { context, say, sim } = yield* world()
      yield* sim.fault({ _tag: "SecondPoller" })
      const bot = yield* listen(context)
      yield* turn(15)
      yield* sim.heal
      yield* turn(45)
      expect(yield* bot.fatal).toBeUndefined()
      yield* say("hello again")
      yield* turn(1)
      expect(bot.texts()).toEqual(["hello again"])
      expect(bot.of("Connected").map(({ resumed }) => resumed)).not.toContain(true)
    })
  )

  it.scoped(
    "that comes back is counted on until our line was stable for a minute, not until it was connected (F26)",
    () =>
      Effect.gen(function* () {
        const polls = (every: number) => {
          let parked = 0
          return scripted({
            polls: (asked) => {
              if (asked.params["timeout"] === 0) return nothing
              parked += 1
              return Effect.delay(Effect.succeed(parked % every === 0 ? terminated : nothing), "20 seconds")
            }
          })
        }
        const unstable = yield* listen((yield* polls(1)).context)
        yield* turn(400, 10)
        expect(yield* unstable.fatal).toMatchObject({ reason: "Conflict" })
        const stable = yield* listen((yield* polls(4)).context)
        yield* turn(1200, 10)
        expect(yield* stable.fatal).toBeUndefined()
        expect(new Set(stable.of("Disconnected").map(({ cause }) => cause.retryAfter))).toEqual(new Set([4_000]))
      })
  )

  it.scoped("is not suspected when nobody can be asked whether there is a webhook: that is the line", () =>
    Effect.gen(function* () {
      let asked = 0
      const { context } = yield* scripted({
        polls: (_, nth) => (nth === 1 ? terminated : { result: [message(1)] }),
        hook: () => ((asked += 1) === 2 ? { status: 502, raw: "" } : at(""))
      })
      const bot = yield* listen(context)
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Transport", code: 502 } }])
    })
  )
})
