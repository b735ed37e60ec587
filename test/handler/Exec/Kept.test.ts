import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Stream, TestClock } from "effect"
import { written } from "../events.ts"
import { asks, crashed, failure, opened, text, turn } from "./kept.ts"

describe("a program that is kept", () => {
  it.scoped("is asked about many events at once, and answers in any order", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened()
      const [one, two] = [yield* asks(handler, "one"), yield* asks(handler, "two")]
      const bot = yield* life(0)
      expect(bot.given).toMatchObject([
        { id: 1, event: { text: "one" } },
        { id: 2, event: { text: "two" } }
      ])
      yield* bot.says({ id: 2, text: "2", done: true })
      expect(yield* Fiber.join(two)).toEqual([text("2")])
      yield* bot.writes('{"id":1,"piece":"o"}\n\n{"id":1,"pie')
      yield* bot.writes('ce":"ne"}\n{"id":1,"done":true}\n')
      expect(yield* Fiber.join(one)).toEqual([
        { piece: "o", format: "plain" },
        { piece: "ne", format: "plain" }
      ])
    })
  )

  it.scoped("is heard while it still answers", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened()
      const head = yield* Effect.fork(Stream.runHead(handler(written("x"))))
      yield* turn(0)
      const bot = yield* life(0)
      yield* bot.says({ id: 1, piece: "a" })
      expect(yield* Fiber.join(head)).toMatchObject({ value: { piece: "a" } })
      // nobody waits for the rest
      expect(bot.given.at(-1)).toEqual({ id: 1, cancel: true })
    })
  )

  it.scoped("is started again when it ends, later each time, and status and one line in the log say so", () =>
    Effect.gen(function* () {
      const log: Array<unknown> = []
      const noting = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => log.push(...[message].flat()))
      )
      const { handler, health, life, lives } = yield* Effect.provide(opened(), noting)
      expect(yield* health).toEqual({ handler: "bot", state: "working", since: 0 })
      for (let round = 0; round < 8; round++) {
        const bot = yield* life(round)
        yield* bot.complains("no\u001b[31m database\n")
        yield* bot.ends(crashed)
        yield* turn(0)
        expect(bot.over).toBe(true)
        const cause = "bot ended with exit code 1; the last it said: no [31m database"
        const { next = 0, ...now } = (yield* health) ?? {}
        expect(now).toMatchObject({ state: "failing", since: 0, cause })
        yield* TestClock.setTime(next - 1)
        expect(lives).toHaveLength(round + 1)
        yield* turn(1)
        expect(lives).toHaveLength(round + 2)
      }
      expect(log).toEqual([expect.stringMatching(/^bot ended with exit code 1; .*; it is started again in /)])
      yield* turn(9999)
      expect(yield* health).toMatchObject({ state: "failing" })
      yield* turn(1)
      const answer = yield* asks(handler, "well?")
      yield* (yield* life(8)).says({ id: 1, text: "well", done: true })
      expect(yield* Fiber.join(answer)).toEqual([text("well")])
      expect(yield* health).toMatchObject({ state: "working" })
      expect(log.slice(1)).toEqual(["bot runs again"])
    })
  )

  it.scoped("is as quick to start again as at first once it has run for a minute", () =>
    Effect.gen(function* () {
      const { health, life } = yield* opened()
      for (let round = 0; round < 7; round++) {
        yield* (yield* life(round)).ends(crashed)
        yield* turn(30_000)
      }
      yield* turn(60_000)
      const now = yield* TestClock.currentTimeMillis
      yield* (yield* life(7)).ends({ _tag: "Killed", signal: "SIGKILL" })
      yield* turn(0)
      const { cause, next = 0 } = (yield* health) ?? {}
      expect(cause).toBe("bot was ended by SIGKILL")
      expect(next - now).toBeLessThanOrEqual(500)
    })
  )

  it.scoped("is waited for while it is just being started; else events wait till then, at no attempt's cost", () =>
    Effect.gen(function* () {
      const { handler, health, life, lives, stage } = yield* opened()
      yield* (yield* life(0)).ends(crashed)
      yield* turn(0)
      const early = yield* asks(handler, "early")
      yield* turn(500)
      yield* (yield* life(1)).says({ id: 1, text: "here", done: true })
      expect(yield* Fiber.join(early)).toEqual([text("here")])

      stage.missing = true
      yield* (yield* life(1)).ends(crashed)
      yield* turn(30_000)
      const { next = 0 } = (yield* health) ?? {}
      yield* TestClock.setTime(next - 2001)
      const [one, two] = [yield* asks(handler, "one"), yield* asks(handler, "two")]
      for (const waiting of [one, two])
        expect(yield* failure(waiting)).toMatchObject({
          cause: "bot does not run: there is no program bot",
          retryable: true,
          until: next
        })
      stage.missing = false
      yield* TestClock.setTime(next)
      yield* turn(10_000)
      const answer = yield* asks(handler, "one")
      expect(lives).toHaveLength(3)
      yield* (yield* life(2)).says({ id: 1, text: "here too", done: true })
      expect(yield* Fiber.join(answer)).toEqual([text("here too")])
    })
  )

  it.scoped("is not asked before it has run for a while, once it has ended several times in a row", () =>
    Effect.gen(function* () {
      const { handler, health, life } = yield* opened()
      for (let round = 0; round < 4; round++) {
        yield* (yield* life(round)).ends(crashed)
        yield* turn(0)
        yield* TestClock.setTime((yield* health)?.next ?? 0)
      }
      yield* turn(0)
      const now = yield* TestClock.currentTimeMillis
      expect(yield* failure(yield* asks(handler, "x"))).toMatchObject({ retryable: true, until: now + 4000 })
      yield* turn(4000)
      const answer = yield* asks(handler, "x")
      const bot = yield* life(4)
      expect(bot.given).toMatchObject([{ event: { text: "x" } }])
      yield* bot.says({ id: 1, text: "y", done: true })
      expect(yield* Fiber.join(answer)).toEqual([text("y")])
      expect(yield* health).toMatchObject({ state: "working" })
    })
  )

  it.scoped("is asked alone about what it may have ended of, however long it was away meanwhile", () =>
    Effect.gen(function* () {
      const { handler, health, life, stage } = yield* opened()
      const [bad, other] = [yield* asks(handler, "bad"), yield* asks(handler, "other")]
      stage.missing = true
      yield* (yield* life(0)).ends(crashed)
      yield* turn(30_000)
      expect(yield* failure(bad)).toMatchObject({ until: expect.any(Number) })
      expect(yield* failure(other)).toMatchObject({ until: expect.any(Number) })
      stage.missing = false
      yield* TestClock.setTime((yield* health)?.next ?? 0)
      yield* turn(10_000)
      const [again, otherAgain] = [yield* asks(handler, "bad"), yield* asks(handler, "other")]
      const second = yield* life(1)
      expect(second.given).toMatchObject([{ event: { text: "bad" } }])
      yield* second.ends(crashed)
      yield* turn(0)
      const failed = yield* failure(again)
      expect(failed).toMatchObject({ cause: "bot ended with exit code 1", retryable: true })
      expect(failed.until).toBeUndefined()
      yield* TestClock.setTime((yield* health)?.next ?? 0)
      yield* turn(0)
      yield* Fiber.interrupt(otherAgain)
      const last = yield* asks(handler, "other")
      const third = yield* life(2)
      expect(third.given.at(-1)).toMatchObject({ event: { text: "other" } })
      yield* third.says({ id: third.given.at(-1)?.id ?? 0, text: "fine", done: true })
      expect(yield* Fiber.join(last)).toEqual([text("fine")])
    })
  )

  it.scoped("is asked again, one event at a time, about what it had not begun to answer when it ended", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened()
      const [good, bad, begun] = [
        yield* asks(handler, "good"),
        yield* asks(handler, "bad"),
        yield* asks(handler, "begun")
      ]
      const first = yield* life(0)
      yield* first.says({ id: 3, piece: "so far" })
      yield* turn(0)
      yield* first.ends(crashed)
      yield* turn(500)
      // what was said stays as it is
      expect(yield* failure(begun)).toMatchObject({ cause: "bot ended with exit code 1" })
      const second = yield* life(1)
      expect(second.given).toMatchObject([{ id: 1, event: { text: "good" } }])
      const new1 = yield* asks(handler, "new")
      expect(second.given).toHaveLength(1)
      yield* second.says({ id: 1, text: "fine", done: true })
      expect(yield* Fiber.join(good)).toEqual([text("fine")])
      yield* turn(0)
      expect(second.given).toMatchObject([{}, { id: 2, event: { text: "bad" } }])
      yield* second.ends(crashed)
      yield* turn(1_000)
      expect(yield* failure(bad)).toMatchObject({ cause: "bot ended with exit code 1", retryable: true })
      const third = yield* life(2)
      expect(third.given).toMatchObject([{ event: { text: "new" } }])
      yield* third.says({ id: 1, text: "new too", done: true })
      expect(yield* Fiber.join(new1)).toEqual([text("new too")])
    })
  )

  it.scoped("fails on the one event that it was asked about when it ended", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened()
      const answer = yield* asks(handler, "x")
      yield* (yield* life(0)).ends({ _tag: "Killed", signal: "SIGSEGV" })
      yield* turn(0)
      expect(yield* failure(answer)).toMatchObject({ cause: "bot was ended by SIGSEGV", retryable: true })
    })
  )

  it.scoped("is given up on one event that it does not answer in time, and goes on with others", () =>
    Effect.gen(function* () {
      const { handler, life, lives } = yield* opened()
      const slow = yield* asks(handler, "slow")
      yield* turn(30_000)
      const quick = yield* asks(handler, "quick")
      const bot = yield* life(0)
      yield* bot.says({ id: 2, text: "2", done: true })
      yield* turn(30_000)
      expect(yield* Fiber.join(quick)).toEqual([text("2")])
      expect(yield* failure(slow)).toMatchObject({ cause: "bot did not answer within 1m", retryable: false })
      expect(bot.given.at(-1)).toEqual({ id: 1, cancel: true })
      // an answer that comes too late is none
      yield* bot.says({ id: 1, text: "1", done: true })
      yield* turn(0)
      expect(lives).toHaveLength(1)
      expect(bot.over).toBe(false)
    })
  )

  it.scoped(
    "hangs when it says nothing at all for as long as an answer may take: it is started anew, and asked again (F51)",
    () =>
      Effect.gen(function* () {
        const { handler, health, life } = yield* opened()
        const first = yield* asks(handler, "first")
        yield* turn(59_000)
        const other = yield* asks(handler, "other")
        yield* turn(1_000)
        expect(yield* failure(first)).toMatchObject({ cause: "bot did not answer within 1m" })
        expect((yield* life(0)).over).toBe(true)
        expect(yield* health).toMatchObject({
          state: "failing",
          cause: "bot did not answer within 1m, and said nothing at all meanwhile"
        })
        yield* turn(500)
        const anew = yield* life(1)
        expect(anew.given).toMatchObject([{ event: { text: "other" } }])
        yield* anew.says({ id: 1, text: "here", done: true })
        expect(yield* Fiber.join(other)).toEqual([text("here")])
      })
  )

  it.scoped("that reads nothing hangs too", () =>
    Effect.gen(function* () {
      const { handler, life, stage } = yield* opened()
      stage.deaf = true
      const answer = yield* asks(handler, "x")
      yield* turn(60_000)
      expect(yield* failure(answer)).toMatchObject({ cause: "bot did not answer within 1m" })
      expect((yield* life(0)).over).toBe(true)
    })
  )
})

describe("what a program writes that is kept", () => {
  it.scoped("costs one event its answer when it is not understood, too long, or an error", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened({ output: 100 })
      const all = yield* Effect.forEach(["a", "b", "c", "d"], (name) => asks(handler, name))
      const bot = yield* life(0)
      yield* bot.says({ id: 1, txt: "x" })
      yield* bot.says({ id: 2, text: "x".repeat(40) })
      yield* bot.says({ id: 2, text: "x".repeat(40) })
      yield* bot.says({ id: 3, error: "busy", retryable: true })
      yield* bot.says({ id: 4, text: "fine", done: true })
      yield* turn(0)
      const exits = yield* Effect.forEach(all, (one) => Effect.either(Fiber.join(one)))
      expect(exits).toMatchObject([
        {
          left: {
            cause: "bot wrote a line that is not understood: it wants text, or media to show",
            retryable: false
          }
        },
        { left: { cause: "bot wrote more than 100 bytes in answer to one event", retryable: false } },
        { left: { cause: "busy", retryable: true } },
        { right: [text("fine")] }
      ])
      expect(bot.over).toBe(false)
    })
  )

  it.scoped("beside its answers is told in the log once, and changes nothing", () =>
    Effect.gen(function* () {
      const log: Array<unknown> = []
      const noting = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => log.push(...[message].flat()))
      )
      const { handler, life } = yield* Effect.provide(opened(), noting)
      const answer = yield* asks(handler, "x")
      const bot = yield* life(0)
      yield* bot.writes('starting up\n{"text":"whose?"}\n{"id":7,"text":"?"}\n[1]\n')
      yield* bot.says({ id: 1, text: "ok", done: true })
      expect(yield* Fiber.join(answer)).toEqual([text("ok")])
      expect(log).toEqual([
        "bot wrote a line that answers nothing: it wants JSON, and got starting up; what is for people belongs on standard error"
      ])
    })
  )

  it.scoped("beside its answers is taken no faster than a megabyte a second (F70)", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened()
      const answer = yield* asks(handler, "x")
      const bot = yield* life(0)
      for (let line = 0; line < 33; line++) yield* bot.writes(`${"x".repeat(1 << 16)}\n`)
      yield* bot.says({ id: 1, text: "ok", done: true })
      yield* turn(1900)
      expect(yield* Fiber.poll(answer)).toMatchObject({ _tag: "None" })
      yield* turn(200)
      expect(yield* Fiber.join(answer)).toEqual([text("ok")])
    })
  )

  it.scoped("without end on one line ends it, since nobody knows what it is about", () =>
    Effect.gen(function* () {
      const { handler, health, life } = yield* opened({ output: 1000 })
      const answer = yield* asks(handler, "x")
      const bot = yield* life(0)
      for (let written = 0; written <= 1000; written += 100) yield* bot.writes("x".repeat(100))
      yield* turn(0)
      expect(bot.over).toBe(true)
      expect(yield* failure(answer)).toMatchObject({
        cause: "bot wrote a line longer than 1000 bytes",
        retryable: true
      })
      expect(yield* health).toMatchObject({ state: "failing" })
    })
  )

  it.scoped("is bounded by how many events it is asked about at once", () =>
    Effect.gen(function* () {
      const { handler, life } = yield* opened({ concurrency: 2 })
      const all = yield* Effect.forEach(["a", "b", "c"], (name) => asks(handler, name))
      const bot = yield* life(0)
      expect(bot.given).toHaveLength(2)
      yield* bot.says({ id: 1, text: "a", done: true })
      yield* turn(0)
      expect(bot.given).toMatchObject([{}, {}, { event: { text: "c" } }])
      yield* bot.says({ id: 2, text: "b", done: true })
      yield* bot.says({ id: 3, text: "c", done: true })
      expect(yield* Effect.forEach(all, Fiber.join)).toEqual([[text("a")], [text("b")], [text("c")]])
    })
  )
})
