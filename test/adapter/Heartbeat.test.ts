import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Random, TestClock } from "effect"
import { Answers } from "../../src/adapter/Answers.ts"
import * as Heartbeat from "../../src/adapter/Heartbeat.ts"
import { account, type FarEnd, farEnd, open, reading } from "./farEnd.ts"

const interval = Duration.seconds(45)

/** A line that beats; the far end answers for as long as `answering` says so. */
const beating = (end: FarEnd, answering: () => boolean = () => true) =>
  Effect.gen(function* () {
    const line = yield* open(end)
    const answers = new Answers()
    const beats: Array<number> = []
    const clock = yield* Effect.clock
    yield* Heartbeat.start(line, {
      account,
      interval,
      answers,
      beat: () => {
        beats.push(clock.unsafeCurrentTimeMillis())
        line.send("beat")
        if (answering()) answers.note()
      }
    })
    return { line, beats }
  })

const seconds = (count: number) => Effect.repeatN(TestClock.adjust("1 second"), count - 1)
const now = Effect.map(Effect.clock, (clock) => clock.unsafeCurrentTimeMillis())

describe("Heartbeat", () => {
  it.scoped("beats first at a random moment of the interval, then once each interval, from one fiber (F07, F28)", () =>
    Effect.gen(function* () {
      const firsts: Array<number> = []
      for (const seed of ["a", "b"]) {
        const start = yield* now
        const { beats } = yield* Effect.withRandom(beating(farEnd()), Random.make(seed))
        yield* TestClock.adjust("10 minutes")
        const [first = 0] = beats
        firsts.push(first - start)
        expect(first - start).toBeLessThanOrEqual(45_000)
        expect(beats).toEqual(Array.from({ length: beats.length }, (_, index) => first + index * 45_000))
        expect(beats.length).toBeGreaterThanOrEqual(13)
      }
      expect(firsts[0]).not.toBe(firsts[1])
    })
  )

  it.scoped("gives the line up as Silent, resumable, 10 s after a beat that nobody answered (F08)", () =>
    Effect.gen(function* () {
      const end = farEnd()
      end.pongs = false
      let answering = true
      const { beats, line } = yield* beating(end, () => answering)
      const { lost } = yield* reading(line)
      yield* TestClock.adjust("100 seconds")
      answering = false
      yield* seconds(55)
      expect(yield* lost).toMatchObject({
        reason: "Silent",
        resumable: true,
        cause: "no answer to a heartbeat within 10s"
      })
      expect(end.closed).toEqual([4000])
      const count = beats.length
      yield* TestClock.adjust("10 minutes")
      expect(beats.length).toBe(count)
    })
  )

  it.scoped("finds a half-open line within 25 s where pings have been answered (F10)", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const { line } = yield* beating(end)
      const { lost, read } = yield* reading(line)
      yield* TestClock.adjust("60 seconds")
      expect(end.pings()).toBeGreaterThanOrEqual(6)
      expect(read).toContainEqual({ _tag: "Alive" })
      end.peer().hush()
      end.pongs = false
      yield* seconds(25)
      expect(yield* lost).toMatchObject({ reason: "Silent", cause: "no answer to a ping within 15s" })
    })
  )

  it.scoped("believes in no ping on a line whose server has never answered one", () =>
    Effect.gen(function* () {
      const end = farEnd()
      end.pongs = false
      const { line } = yield* beating(end)
      yield* reading(line)
      yield* TestClock.adjust("10 minutes")
      expect(end.closed).toEqual([])
    })
  )

  it.scoped("judges no silence while the line is not being read", () =>
    Effect.gen(function* () {
      const end = farEnd()
      let answering = true
      const { line } = yield* beating(end, () => answering)
      yield* TestClock.adjust("50 seconds")
      yield* line.pull
      answering = false
      end.pongs = false
      for (let index = 0; index < 5000; index += 1) end.peer().send("frame")
      yield* seconds(29)
      expect(end.closed).toEqual([])
      yield* seconds(1)
      const { lost } = yield* reading(line)
      expect(yield* lost).toMatchObject({ reason: "Held" })
    })
  )

  it.scoped("stops with the line's scope", () =>
    Effect.gen(function* () {
      const end = farEnd()
      const { beats } = yield* Effect.scoped(beating(end))
      const count = beats.length
      yield* TestClock.adjust("10 minutes")
      expect(beats.length).toBe(count)
    })
  )
})
