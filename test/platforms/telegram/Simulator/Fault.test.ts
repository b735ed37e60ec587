import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { Fault } from "../../../../src/adapter/Simulator.ts"
import * as Raw from "./RawClient.ts"

const chat_id = 7001
const conversations = ["chat:7001"]

const parked = Raw.begun(Raw.call("getUpdates", { timeout: 25 }))

describe("what befalls the polls that wait", () => {
  const resets: ReadonlyArray<Fault> = [{ _tag: "Cut" }, { _tag: "Close", code: 1006 }, { _tag: "Close", code: 200 }]
  it.scoped.each(resets)("%j resets them", (fault) =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* parked
        yield* simulator.fault(fault)
        expect(yield* Effect.flip(Fiber.join(poll))).toMatchObject({ cause: { code: "ECONNRESET" } })
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("Close with an error's status answers them with that", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* parked
        yield* simulator.fault({ _tag: "Close", code: 502 })
        expect((yield* Fiber.join(poll)).status).toBe(502)
      })
    )
  )

  it.scoped("Silence leaves them unanswered for ever, and later ones are answered", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* parked
        yield* simulator.fault({ _tag: "Silence" })
        yield* Raw.say(simulator, "one")
        yield* TestClock.adjust("1 hours")
        expect(yield* Raw.isOver(poll)).toBe(false)
        expect(yield* simulator.connections).toMatchObject([{ state: "silent" }])
        expect(yield* Raw.texts()).toEqual(["one"])
        yield* Fiber.interrupt(poll)
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("Malformed answers the one that waits, or else the next, with a body of its own", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const get = HttpClient.get(`${Raw.api}/bot${Raw.token}/getUpdates?timeout=25`).pipe(
          Effect.flatMap(({ text }) => text),
          Effect.scoped
        )
        const poll = yield* Raw.begun(get)
        for (const text of ["<html>", "{"]) yield* simulator.fault({ _tag: "Malformed", text })
        expect(yield* Fiber.join(poll)).toBe("<html>")
        expect(yield* get).toBe("{")
        expect(yield* Raw.isOver(yield* Raw.begun(get))).toBe(false)
      })
    )
  )
})

describe("what befalls polls that come", () => {
  it.scoped("Stall takes them and answers none, as it does with getMe and getWebhookInfo", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const [step, method] of [
          ["ready", "getUpdates"],
          ["upgrade", "getMe"],
          ["hello", "getWebhookInfo"]
        ] as const) {
          yield* simulator.fault({ _tag: "Stall", step, times: 1 })
          const call = yield* Raw.begun(Raw.call(method))
          yield* TestClock.adjust("1 hours")
          expect(yield* Raw.isOver(call)).toBe(false)
          yield* Fiber.interrupt(call)
          expect((yield* Raw.call(method)).ok).toBe(true)
        }
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("CloseOn resets a poller some time after its first poll was answered, and again when it is back", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "CloseOn", step: "ready", code: 0, after: 1000 })
        for (const _ of [1, 2]) {
          expect((yield* Raw.call("getUpdates", { offset: -1 })).ok).toBe(true)
          const poll = yield* parked
          yield* TestClock.adjust("999 millis")
          expect(yield* Raw.isOver(poll)).toBe(false)
          yield* TestClock.adjust("1 millis")
          expect(yield* Effect.flip(Fiber.join(poll))).toMatchObject({ cause: { code: "ECONNRESET" } })
          yield* TestClock.adjust("10 seconds")
        }
        yield* simulator.heal
        expect((yield* Raw.call("getUpdates", { offset: -1 })).ok).toBe(true)
        const poll = yield* parked
        yield* TestClock.adjust("10 seconds")
        expect(yield* Raw.isOver(poll)).toBe(false)
      })
    )
  )

  it.scoped("SecondPoller ends the one that waits and those that would, each with 409, 3 s apart", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const first = yield* parked
        yield* simulator.fault({ _tag: "SecondPoller", times: 1 })
        expect((yield* Fiber.join(first)).status).toBe(409)
        const second = yield* parked
        expect(yield* Raw.isOver(second)).toBe(false)
        yield* TestClock.adjust("3 seconds")
        expect((yield* Fiber.join(second)).status).toBe(409)
        const third = yield* parked
        yield* TestClock.adjust("3 seconds")
        expect(yield* Raw.isOver(third)).toBe(false)
      })
    )
  )

  it.scoped("StealWebhook sets a webhook, which outlives the fault", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* parked
        yield* simulator.fault({ _tag: "StealWebhook" })
        expect((yield* Fiber.join(poll)).description).toBe("Conflict: terminated by setWebhook request")
        yield* simulator.heal
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ url: "https://somebody.example/hook" })
        expect(yield* Raw.call("deleteWebhook")).toMatchObject({ description: "Webhook was deleted" })
        expect((yield* Raw.call("getUpdates", { offset: -1 })).ok).toBe(true)
      })
    )
  )

  it.scoped("Conflict refuses them in the words of its cause", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const [cause, words] of [
          ["poller", "terminated by other getUpdates request"],
          ["webhook", "can't use getUpdates method while webhook is active"],
          ["setWebhook", "terminated by setWebhook request"]
        ] as const) {
          yield* simulator.fault({ _tag: "Conflict", with: cause, times: 1 })
          const poll = yield* Raw.begun(Raw.call("getUpdates"))
          yield* TestClock.adjust("3 seconds")
          expect(yield* Fiber.join(poll)).toMatchObject({ status: 409, description: expect.stringContaining(words) })
          yield* TestClock.adjust("3 seconds")
        }
      })
    )
  )

  it.scoped("Deaf keeps updates from them, while getWebhookInfo tells that some wait", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Deaf" })
        const poll = yield* parked
        yield* Raw.say(simulator, "one")
        yield* TestClock.adjust("24 seconds")
        expect(yield* Raw.isOver(poll)).toBe(false)
        expect(yield* Raw.sent("getWebhookInfo", {})).toMatchObject({ pending_update_count: 1 })
        yield* TestClock.adjust("1 seconds")
        expect((yield* Fiber.join(poll)).result).toEqual([])
        const next = yield* parked
        yield* simulator.heal
        yield* TestClock.adjust("1 millis")
        expect((yield* Fiber.join(next)).result).toMatchObject([{ message: { text: "one" } }])
      })
    )
  )
})

describe("what befalls any call", () => {
  const refusals = [
    [401, "Unauthorized"],
    [404, "Not Found"],
    [421, "Misdirected Request: unallowed token specified"]
  ] as const
  it.scoped.each(refusals)("Unauthorized with %i refuses them all, the poll that waits too", ([code, description]) =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* parked
        yield* simulator.fault({ _tag: "Unauthorized", code })
        expect(yield* Fiber.join(poll)).toMatchObject({ status: code, description })
        for (const method of ["getMe", "getUpdates", "sendMessage"]) {
          expect(yield* Raw.call(method)).toMatchObject({ status: code, error_code: code, description })
        }
        yield* simulator.heal
        expect((yield* Raw.call("getMe")).ok).toBe(true)
      })
    )
  )

  it.scoped("Flood is obeyed in the lane that it names", () =>
    Raw.withSimulator({ conversations: ["chat:7001", "chat:7002"] }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Flood", retryAfter: 33, path: "/sendMessage", chat: "chat:7001", times: 1 })
        expect(yield* Raw.refused("sendMessage", { chat_id: 7002, text: "x" })).toBeUndefined()
        expect(yield* Raw.refused("sendChatAction", { chat_id, action: "typing" })).toBeUndefined()
        expect(yield* Raw.call("sendMessage", { chat_id, text: "x" })).toMatchObject({
          status: 429,
          description: "Too Many Requests: retry after 33",
          parameters: { retry_after: 33 }
        })
        expect(yield* Raw.refused("sendMessage", { chat_id, text: "x" })).toBeUndefined()
      })
    )
  )

  it.scoped("a fault of one bot leaves the others alone", () =>
    Raw.withSimulator({ bots: [Raw.firstBot, Raw.otherBot] }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Unauthorized", code: 401, account: Raw.otherBot.id })
        expect((yield* Raw.call("getMe")).ok).toBe(true)
        expect((yield* Raw.call("getMe", {}, Raw.tokenOf(Raw.otherBot))).status).toBe(401)
      })
    )
  )

  it.scoped("the network's own come first: refused, answered by a page, taken and not answered, late", () =>
    Raw.withSimulator({ conversations }, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Refuse", as: "dns", times: 1 })
        expect(yield* Effect.flip(Raw.call("getMe"))).toMatchObject({ cause: { code: "ENOTFOUND" } })
        yield* simulator.fault({ _tag: "LoseAnswer", path: "/sendMessage", times: 1 })
        const lost = yield* Raw.begun(Raw.call("sendMessage", { chat_id, text: "x" }))
        expect(yield* Raw.isOver(lost)).toBe(false)
        expect(yield* simulator.said).toHaveLength(1)
        yield* simulator.fault({ _tag: "Delay", millis: 500 })
        const late = yield* Raw.begun(Raw.call("getMe"))
        yield* TestClock.adjust("499 millis")
        expect(yield* Raw.isOver(late)).toBe(false)
        yield* TestClock.adjust("1 millis")
        expect((yield* Fiber.join(late)).ok).toBe(true)
        yield* simulator.heal
        yield* simulator.fault({ _tag: "Answer", status: 502, body: "<html>", times: 1 })
        const response = yield* HttpClient.get(`${Raw.api}/bot${Raw.token}/getMe`)
        expect([response.status, response.headers["content-type"]]).toEqual([502, "text/html"])
      })
    )
  )
})

describe("what befalls updates", () => {
  it.scoped("Duplicate gives one twice, under one id", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Duplicate", times: 1 })
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        const updates = yield* Raw.poll()
        expect(updates).toMatchObject([{ message: { text: "one" } }, { message: { text: "one" } }, {}])
        expect(updates[0]?.update_id).toBe(updates[1]?.update_id)
      })
    )
  )

  it.scoped("Reorder lets the next two change places, and heal lets go of one alone", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* simulator.fault({ _tag: "Reorder", times: 2 })
        for (const text of ["one", "two", "three"]) yield* Raw.say(simulator, text)
        expect(yield* Raw.texts({ offset: -9 })).toEqual(["two", "one"])
        yield* simulator.heal
        expect(yield* Raw.texts({ offset: -9 + 1 })).toEqual(["two", "one", "three"])
      })
    )
  )
})
