import { describe, expect, it } from "@effect/vitest"
import { Effect, Schedule, TestClock } from "effect"
import { listen, world } from "../listening.ts"
import { held, message, scripted } from "../scripted.ts"

const patient = { listen: { retry: Schedule.spaced("1 second") } }
const turn = (seconds: number) => Effect.repeatN(TestClock.adjust("5 seconds"), seconds / 5 - 1)

describe("the second witness", () => {
  it.scoped(
    "finds a line deaf whose polls are answered and bring nothing of what waits, within three minutes (F06, F10)",
    () =>
      Effect.gen(function* () {
        const { context, say, sim } = yield* world()
        const bot = yield* listen(context, patient)
        yield* sim.fault({ _tag: "Deaf" })
        yield* say("can you hear me?")
        yield* turn(180)
        expect(bot.of("Disconnected")[0]).toMatchObject({
          cause: { reason: "Silent", cause: expect.stringContaining("wait for us (1)") }
        })
        yield* sim.heal
        yield* turn(30)
        expect(bot.texts()).toEqual(["can you hear me?"])
      })
  )

  it.scoped("is asked at the beginning too: a line that begins deaf is never called connected (F41)", () =>
    Effect.gen(function* () {
      const { context, say, sim } = yield* world()
      yield* say("before")
      yield* sim.fault({ _tag: "Deaf" })
      const bot = yield* listen(context, patient)
      yield* turn(60)
      expect(bot.of("Disconnected").length).toBeGreaterThan(3)
      expect(bot.of("Connected")).toEqual([])
      yield* sim.heal
      yield* turn(5)
      expect(bot.of("Connected")).toHaveLength(1)
      expect(bot.texts()).toEqual(["before"])
    })
  )

  it.scoped("is asked once a minute, beside the polls, and says nothing against a line that hears", () =>
    Effect.gen(function* () {
      const { asked, context, say } = yield* world()
      const bot = yield* listen(context)
      const before = (yield* asked("getWebhookInfo")).length
      for (let minute = 0; minute < 10; minute += 1) {
        yield* say("still here")
        yield* turn(60)
      }
      const looks = (yield* asked("getWebhookInfo")).length - before
      expect(looks).toBeGreaterThanOrEqual(7)
      expect(looks).toBeLessThanOrEqual(10)
      expect(bot.of("Disconnected")).toEqual([])
    })
  )

  it.scoped("is not believed when a poll brought something in between, however much waits", () =>
    Effect.gen(function* () {
      let id = 0
      const { context } = yield* scripted({
        polls: ({ params }) =>
          Effect.delay(
            Effect.sync(() => ({ result: [message((id += 1))] })),
            Number(params["timeout"]) * 800
          ),
        hook: () => ({ result: { url: "", pending_update_count: 99 } })
      })
      const bot = yield* listen(context)
      yield* turn(600)
      expect(bot.texts().length).toBeGreaterThan(25)
      expect(bot.of("Disconnected")).toEqual([])
    })
  )

  it.scoped("that hangs or fails holds up no poll and ends no line", () =>
    Effect.gen(function* () {
      let looks = 0
      const { calls, context } = yield* scripted({
        polls: held,
        hook: () => {
          looks += 1
          return looks === 1 ? { result: { url: "" } } : looks % 2 === 0 ? "never" : { status: 500, raw: "" }
        }
      })
      const bot = yield* listen(context)
      yield* turn(600)
      expect(looks).toBeGreaterThan(6)
      expect(calls("getUpdates").length).toBeGreaterThanOrEqual(25)
      expect(bot.of("Disconnected")).toEqual([])
    })
  )

  it.scoped("tells of a webhook that has been set, though no poll is refused", () =>
    Effect.gen(function* () {
      let url = ""
      const { context } = yield* scripted({ polls: held, hook: () => ({ result: { url } }) })
      const bot = yield* listen(context)
      url = "https://hooks.example/x"
      yield* turn(120)
      expect(yield* bot.fatal).toMatchObject({
        reason: "Misconfigured",
        remedy: expect.stringContaining("hooks.example")
      })
    })
  )

  it.scoped("of a webhook that is gone again by the time it is looked for ends the line once, at no cost", () =>
    Effect.gen(function* () {
      let looks = 0
      const { context } = yield* scripted({
        polls: held,
        hook: () => ({ result: { url: (looks += 1) === 2 ? "https://hooks.example/x" : "" } })
      })
      const bot = yield* listen(context)
      yield* turn(300)
      expect(bot.of("Disconnected")).toMatchObject([{ cause: { reason: "Expired" }, attempt: 0 }])
      expect(bot.of("Connected").map(({ resumed }) => resumed)).toEqual([false, false])
    })
  )
})
