import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, FastCheck, TestClock } from "effect"
import { Budget, type Limits } from "../../src/adapter/Budget.ts"

const limits: Limits = { perDay: 900, apart: Duration.seconds(5) }
const purse = (key = "qq:identify:1") => Effect.flatMap(Budget, (budget) => budget.of(key, limits))
const millis = Effect.map(Duration.toMillis)

/** A clock that only the test turns, and that costs nothing to turn. */
const turned = () => {
  let millis = 0
  const clock = Object.assign(Clock.make(), {
    currentTimeMillis: Effect.sync(() => millis),
    currentTimeNanos: Effect.sync(() => BigInt(millis) * 1_000_000n)
  })
  return { clock, now: () => millis, turn: (by: number) => (millis += by) }
}

/** Takes as fast as it is allowed to, for so long; says when it could, in milliseconds. */
const spree = (time: Duration.DurationInput) => {
  const { clock, now, turn } = turned()
  return Effect.gen(function* () {
    const { take } = yield* purse()
    const taken: Array<number> = []
    while (now() <= Duration.toMillis(time)) {
      const wait = yield* millis(take)
      if (wait === 0) taken.push(now())
      turn(wait)
    }
    return taken
  }).pipe(Effect.provide(Budget.layerMemory), Effect.withClock(clock))
}

const day = Duration.toMillis("1 day")
const withinADay = (taken: ReadonlyArray<number>) =>
  Math.max(...taken.map((from) => taken.filter((at) => at >= from && at < from + day).length))

describe("Budget", () => {
  it.effect("spends one at once and the next 5 s later", () =>
    Effect.gen(function* () {
      const { due, take } = yield* purse()
      expect(yield* millis(due)).toBe(0)
      expect(yield* millis(take)).toBe(0)
      expect(yield* millis(take)).toBe(5000)
      yield* TestClock.adjust("4999 millis")
      expect(yield* millis(due)).toBe(1)
      yield* TestClock.adjust("1 millis")
      expect(yield* millis(take)).toBe(0)
    }).pipe(Effect.provide(Budget.layerMemory))
  )

  it.effect("spends nothing by asking when it is due, nor by asking too early", () =>
    Effect.gen(function* () {
      const { due, seed, take } = yield* purse()
      yield* seed({ total: 10, remaining: 3, resetAfter: day })
      yield* take
      for (let index = 0; index < 100; index += 1) yield* Effect.zipRight(due, take)
      const wait = yield* due
      yield* TestClock.adjust(wait)
      expect(yield* millis(take)).toBe(0)
    }).pipe(Effect.provide(Budget.layerMemory))
  )

  it.effect("never spends more than the budget within any day, however greedily it is asked (F35)", () =>
    Effect.gen(function* () {
      const taken = yield* spree("60 hours")
      expect(withinADay(taken)).toBeLessThanOrEqual(900)
      expect(taken.length).toBeGreaterThan(1000)
      for (const [index, at] of taken.entries()) expect(at - (taken[index - 1] ?? -5000)).toBeGreaterThanOrEqual(5000)
    })
  )

  it.effect("lets the distance grow without a jump once half is spent", () =>
    Effect.gen(function* () {
      const taken = yield* spree("1 day")
      const gaps = taken.slice(1).map((at, index) => at - (taken[index] ?? 0))
      expect(gaps.slice(0, 440).every((gap) => gap === 5000)).toBe(true)
      for (const [index, gap] of gaps.slice(0, 700).entries()) {
        expect(gap).toBeGreaterThanOrEqual((gaps[index - 1] ?? 0) - 1)
        expect(gap - (gaps[index - 1] ?? gap)).toBeLessThan(2000)
      }
    })
  )

  it.effect("believes the platform's own count, and leaves a tenth of it alone", () =>
    Effect.gen(function* () {
      const { due, seed, take } = yield* purse()
      yield* seed({ total: 1000, remaining: 100, resetAfter: 3_600_000 })
      expect(yield* millis(due)).toBe(3_600_000)
      expect(yield* millis(take)).toBe(3_600_000)
      yield* TestClock.adjust("1 hour")
      expect(yield* millis(take)).toBe(0)
    }).pipe(Effect.provide(Budget.layerMemory))
  )

  it.effect("can begin a session for a bot that has only one a day", () =>
    Effect.gen(function* () {
      const { seed, take } = yield* purse()
      yield* seed({ total: 1, remaining: 1, resetAfter: day })
      expect(yield* millis(take)).toBe(0)
      expect(yield* millis(take)).toBe(day)
    }).pipe(Effect.provide(Budget.layerMemory))
  )

  it.effect("is one purse for all that share a key, and another for another key", () =>
    Effect.gen(function* () {
      yield* (yield* purse()).take
      expect(yield* millis((yield* purse()).due)).toBe(5000)
      expect(yield* millis((yield* purse("qq:identify:2")).due)).toBe(0)
    }).pipe(Effect.provide(Budget.layerMemory))
  )

  it.effect("always names a due time within a day, whatever the platform counts", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.integer(),
          FastCheck.integer(),
          FastCheck.integer(),
          (total, remaining, resetAfter) =>
            Effect.gen(function* () {
              const { due, seed, take } = yield* purse()
              yield* seed({ total, remaining, resetAfter })
              yield* take
              const wait = yield* millis(due)
              expect(wait).toBeGreaterThanOrEqual(0)
              expect(wait).toBeLessThanOrEqual(day)
            }).pipe(Effect.provide(Budget.layerMemory), Effect.runPromise)
        )
      )
    )
  )
})
