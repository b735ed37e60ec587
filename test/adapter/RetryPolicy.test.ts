import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Option, Random, Schedule, TestClock } from "effect"
import * as RetryPolicy from "../../src/adapter/RetryPolicy.ts"

const delays = <In>(schedule: Schedule.Schedule<unknown, In>, input: In, most: number) =>
  Effect.gen(function* () {
    const stepper = yield* RetryPolicy.stepper(schedule)
    const drawn: Array<number> = []
    while (drawn.length < most) {
      const delay = yield* stepper.next(input)
      if (Option.isNone(delay)) break
      drawn.push(Duration.toMillis(delay.value))
      yield* TestClock.adjust(delay.value)
    }
    return drawn
  })

const seeded = (seed: string) => Effect.withRandom(Random.make(seed))

describe("RetryPolicy.schedule", () => {
  it.effect("is spent after exactly `attempts` tries, the first one counted", () =>
    Effect.gen(function* () {
      for (const attempts of [1, 2, 10]) {
        const drawn = yield* delays(RetryPolicy.schedule({ ...RetryPolicy.listening, attempts }), undefined, 1000)
        expect(drawn.length).toBe(attempts - 1)
      }
    })
  )

  it.effect("goes on for ever below its cap when attempts are unbounded (F24)", () =>
    Effect.gen(function* () {
      const stepper = yield* RetryPolicy.stepper(RetryPolicy.schedule(RetryPolicy.rescheduling))
      for (let step = 0; step < 3000; step += 1) {
        const delay = Option.getOrThrow(yield* stepper.next(undefined))
        expect(Duration.toMillis(delay)).toBeLessThanOrEqual(30_000)
        expect(Duration.toMillis(delay)).toBeGreaterThanOrEqual(250)
      }
    })
  )

  it.effect("draws each delay between the floor and the doubled bound, never above the cap (F28)", () =>
    Effect.gen(function* () {
      const policy = { ...RetryPolicy.listening, attempts: 12 }
      for (const seed of ["a", "b", "c", "d", "e"]) {
        const drawn = yield* seeded(seed)(delays(RetryPolicy.schedule(policy), undefined, 11))
        for (const [step, delay] of drawn.entries()) {
          expect(delay).toBeGreaterThanOrEqual(250)
          expect(delay).toBeLessThanOrEqual(Math.min(30_000, 1000 * 2 ** step))
        }
      }
    })
  )

  it.effect("draws different delays for different seeds, and the same for the same (F28)", () =>
    Effect.gen(function* () {
      const drawn = (seed: string) => seeded(seed)(delays(RetryPolicy.schedule(RetryPolicy.listening), undefined, 9))
      expect(yield* drawn("one")).toEqual(yield* drawn("one"))
      expect(yield* drawn("one")).not.toEqual(yield* drawn("two"))
    })
  )

  it.effect("never draws above a delay that is shorter than the floor", () =>
    Effect.gen(function* () {
      const short = Schedule.spaced("100 millis").pipe(RetryPolicy.fullJitter(Duration.millis(250)))
      for (const delay of yield* delays(short, undefined, 20)) expect(delay).toBe(100)
    })
  )
})

describe("RetryPolicy.stepper", () => {
  it.effect("says the delays of any other schedule as they are", () =>
    Effect.gen(function* () {
      const fibonacci = Schedule.intersect(Schedule.fibonacci("1 second"), Schedule.recurs(5))
      expect(yield* delays(fibonacci, undefined, 100)).toEqual([1000, 1000, 2000, 3000, 5000])
    })
  )

  it.effect("starts the schedule over when it is reset", () =>
    Effect.gen(function* () {
      const stepper = yield* RetryPolicy.stepper(
        Schedule.intersect(Schedule.exponential("1 second"), Schedule.recurs(2))
      )
      const next = Effect.map(stepper.next(undefined), Option.map(Duration.toMillis))
      expect([yield* next, yield* next, yield* next]).toEqual([Option.some(1000), Option.some(2000), Option.none()])
      yield* stepper.reset
      expect(yield* next).toEqual(Option.some(1000))
    })
  )
})
