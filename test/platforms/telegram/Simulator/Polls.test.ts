import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Raw from "./RawClient.ts"

const gap = TestClock.adjust("4 seconds")

describe("an offset", () => {
  it.scoped("confirms what is below it, for good, and gives what is from it on", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two", "three"]) yield* Raw.say(simulator, text)
        const [first] = yield* Raw.poll()
        const head = first?.update_id ?? 0
        expect(yield* Raw.texts({ offset: head + 1 })).toEqual(["two", "three"])
        expect(yield* Raw.texts({ offset: 0 })).toEqual(["two", "three"])
        expect(yield* Raw.texts({ offset: head, limit: 1 })).toEqual(["two"])
        expect(yield* Raw.texts({ offset: head + 3, timeout: 0 })).toEqual([])
        yield* gap
        expect(yield* Raw.texts()).toEqual([])
      })
    )
  )

  it.scoped("that is left out or 0 confirms nothing", () =>
    Raw.withSimulator({ slowRepeats: false }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "one")
        for (const args of [{}, { offset: 0 }, {}]) expect(yield* Raw.texts(args)).toEqual(["one"])
      })
    )
  )

  it.scoped("below 0 keeps so many of the newest and drops the others", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two", "three"]) yield* Raw.say(simulator, text)
        expect(yield* Raw.texts({ offset: -2 })).toEqual(["two", "three"])
        expect(yield* Raw.texts({ offset: -100 })).toEqual(["two", "three"])
        expect(yield* Raw.texts({ offset: -1, limit: 1 })).toEqual(["three"])
        expect(yield* Raw.texts({ offset: 0 })).toEqual(["three"])
      })
    )
  )

  it.scoped("more than 10 above the next id, or far below the first, is no offset: nothing is confirmed", () =>
    Raw.withSimulator({ slowRepeats: false }, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        const [first] = yield* Raw.poll()
        const head = first?.update_id ?? 0
        for (const offset of [head + 2 + 11, head - 100_001, 1]) {
          expect(yield* Raw.texts({ offset })).toEqual(["one", "two"])
        }
        expect(yield* Raw.texts({ offset: head - 100_000 })).toEqual(["one", "two"])
        expect(yield* Raw.texts({ offset: head + 2 + 10 })).toEqual([])
      })
    )
  )
})

describe("a poll", () => {
  it.scoped("gives at most its limit, which is 100 and brought between 1 and 100", () =>
    Raw.withSimulator({ slowRepeats: false }, (simulator) =>
      Effect.gen(function* () {
        for (let i = 0; i < 120; i++) yield* Raw.say(simulator, "x")
        const counts: Array<number> = []
        for (const limit of [undefined, 7, 0, 1000, "what"]) counts.push((yield* Raw.poll({ limit })).length)
        expect(counts).toEqual([100, 7, 1, 100, 1])
      })
    )
  )

  it.scoped("that finds nothing waits for as long as it asks, and is then answered with nothing", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* Raw.begun(Raw.texts({ timeout: 10 }))
        expect(yield* simulator.connections).toEqual([{ id: 1, state: "polling", since: 0 }])
        yield* TestClock.adjust("9999 millis")
        expect(yield* Raw.isOver(poll)).toBe(false)
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(poll)).toEqual([])
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("waits for 50 seconds at most", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const poll = yield* Raw.begun(Raw.texts({ timeout: 3600 }))
        yield* TestClock.adjust("49 seconds")
        expect(yield* Raw.isOver(poll)).toBe(false)
        yield* TestClock.adjust("1 seconds")
        expect(yield* Fiber.join(poll)).toEqual([])
      })
    )
  )

  it.scoped("that waits is answered a millisecond after the first update, with those that came meanwhile", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* Raw.begun(Raw.texts({ timeout: 25 }))
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        yield* Raw.settle
        expect(yield* Raw.isOver(poll)).toBe(false)
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(poll)).toEqual(["one", "two"])
      })
    )
  )

  it.scoped("without a timeout is answered at once", () =>
    Raw.withSimulator({}, () => Effect.map(Raw.texts(), (texts) => expect(texts).toEqual([])))
  )

  it.scoped("that is given up by its caller is gone", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const poll = yield* Raw.begun(Raw.texts({ timeout: 25 }))
        yield* Fiber.interrupt(poll)
        expect(yield* simulator.connections).toEqual([])
        yield* Raw.say(simulator, "one")
        expect(yield* Raw.texts({ offset: 1 })).toEqual(["one"])
      })
    )
  )

  it.scoped("is cut at about 4 MiB", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (let i = 0; i < 5; i++) yield* Raw.say(simulator, "x".repeat(2 ** 20))
        expect((yield* Raw.poll()).length).toBe(3)
      })
    )
  )

  it.scoped("that repeats its offset at once gets one update, and waits for 3 s where it asked for less", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        expect(yield* Raw.texts()).toEqual(["one", "two"])
        expect(yield* Raw.texts()).toEqual(["one"])
        yield* TestClock.adjust("500 millis")
        expect(yield* Raw.texts()).toEqual(["one", "two"])
        const [first] = yield* Raw.poll({ offset: -2 })
        const offset = (first?.update_id ?? 0) + 2
        yield* Raw.poll({ offset })
        const again = yield* Raw.begun(Raw.texts({ offset }))
        yield* TestClock.adjust("2999 millis")
        expect(yield* Raw.isOver(again)).toBe(false)
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(again)).toEqual([])
      })
    )
  )

  it.scoped("asks for kinds of updates, which stay asked for, and none is the default", () =>
    Raw.withSimulator({ slowRepeats: false }, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.poll({ allowed_updates: ["callback_query", "chat_member", "what"] })
        yield* Raw.say(simulator, "unheard")
        expect(yield* Raw.texts()).toEqual([])
        const info = yield* Raw.sent("getWebhookInfo", {})
        expect(info["allowed_updates"]).toEqual(["callback_query", "chat_member"])
        yield* Raw.poll({ allowed_updates: "[]" })
        yield* simulator.join({ conversation: "chat:-100", user: "9" })
        expect((yield* Raw.poll()).length).toBe(1)
      })
    )
  )
})

const takenOver = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

describe("a second poller", () => {
  it.scoped("that has to wait ends the first with 409, which is late when it is not the first in 3 s", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const calls = [yield* Raw.begun(Raw.call("getUpdates", { timeout: 25 }))]
        calls.push(yield* Raw.begun(Raw.call("getUpdates", { timeout: 26 })))
        expect(yield* Fiber.join(calls[0] ?? Fiber.never)).toMatchObject({ status: 409, description: takenOver })
        calls.push(yield* Raw.begun(Raw.call("getUpdates", { timeout: 27 })))
        const late = calls[1] ?? Fiber.never
        yield* TestClock.adjust("2999 millis")
        expect(yield* Fiber.poll(late)).toMatchObject({ _tag: "None" })
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(late)).toMatchObject({ status: 409 })
        expect(yield* Fiber.poll(calls[2] ?? Fiber.never)).toMatchObject({ _tag: "None" })
      })
    )
  )

  it.scoped("that need not wait ends nobody", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const first = yield* Raw.begun(Raw.call("getUpdates", { timeout: 25 }))
        expect(yield* Raw.texts({ offset: 5 })).toEqual([])
        expect(yield* Raw.isOver(first)).toBe(false)
      })
    )
  )

  it.scoped("of another bot is none", () =>
    Raw.withSimulator({ bots: [Raw.firstBot, Raw.otherBot] }, (simulator) =>
      Effect.gen(function* () {
        const first = yield* Raw.begun(Raw.poll({ timeout: 25 }))
        const second = yield* Raw.begun(Raw.poll({ timeout: 25 }, Raw.tokenOf(Raw.otherBot)))
        yield* simulator.hear({ conversation: "chat:7001", text: "for one", account: Raw.otherBot.id })
        yield* TestClock.adjust("1 millis")
        expect((yield* Fiber.join(second)).length).toBe(1)
        expect(yield* Raw.isOver(first)).toBe(false)
      })
    )
  )
})

describe("an update", () => {
  it.scoped("has an id of at least 2 000 001, and the next has the next", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two"]) yield* Raw.say(simulator, text)
        const [one, two] = (yield* Raw.poll()).map(({ update_id }) => update_id)
        expect(one).toBeGreaterThan(2_000_000)
        expect(one).toBeLessThan(1_000_000_001)
        expect(two).toBe((one ?? 0) + 1)
      })
    )
  )

  it.scoped("is forgotten after 24 hours", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "old")
        yield* TestClock.adjust("23 hours")
        yield* Raw.say(simulator, "new")
        yield* TestClock.adjust("1 hours")
        expect(yield* Raw.texts()).toEqual(["new"])
      })
    )
  )

  it.scoped("that finds the queue full is lost", () =>
    Raw.withSimulator({ queueLimit: 2 }, (simulator) =>
      Effect.gen(function* () {
        for (const text of ["one", "two", "three"]) yield* Raw.say(simulator, text)
        expect(yield* Raw.texts()).toEqual(["one", "two"])
      })
    )
  )

  it.scoped("after the ids restarted has a lower one, and an offset from before confirms nothing of it", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        yield* Raw.say(simulator, "before")
        const [before] = yield* Raw.poll()
        const offset = (before?.update_id ?? 0) + 1
        const poll = yield* Raw.begun(Raw.poll({ offset, timeout: 25 }))
        yield* simulator.fault({ _tag: "RestartIds" })
        yield* Raw.say(simulator, "after")
        yield* TestClock.adjust("1 millis")
        const [after] = yield* Fiber.join(poll)
        expect(after).toMatchObject({ message: { text: "after" } })
        expect(after?.update_id).toBeLessThan(offset / 2 + 1)
        expect(yield* Raw.texts({ offset })).toEqual(["after"])
      })
    )
  )
})
