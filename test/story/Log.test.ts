import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { rescheduling } from "../../src/adapter/RetryPolicy.ts"
import { qq } from "./rows/qq.ts"
import { telegram } from "./rows/telegram.ts"
import { everywhere, type Scene, story } from "./Story.ts"

/** Longer than usual, so that three hours have hundreds of tries, not thousands. */
const pause = Duration.minutes(10)

/** What is written to the log while `during` runs. */
const written = <A, E, R>({ logged }: Pick<Scene, "logged">, during: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const from = logged.length
    return Effect.map(during, () => logged.slice(from))
  })

story(
  qq,
  "an outage of three hours is told in three lines: its beginning, that the adapter gave up, and a summary at its end",
  { audit: "1 minute", config: { reschedule: { ...rescheduling, base: pause, cap: pause, floor: pause } } },
  (scene) =>
    Effect.gen(function* () {
      const { connected, outage, recovers } = scene
      yield* connected()
      yield* Effect.sleep("130 seconds")
      const lines = yield* written(
        scene,
        Effect.gen(function* () {
          yield* outage({ _tag: "Refuse", as: "refused" })
          yield* Effect.sleep("3 hours")
          yield* recovers()
          yield* Effect.sleep("5 minutes")
        })
      )
      expect(lines).toHaveLength(3)
      expect(lines[0]).toMatch(/^WARN .*; attempt \d+ in /)
      expect(lines[1]).toMatch(/^WARN Exhausted after 10 attempts: .*; a fresh adapter in /)
      expect(lines[2]).toMatch(/^INFO connected as .* after 3h.*; it took \d{3} attempts, and began with: /)
    })
)

everywhere("a line that is lost and found again is told in two lines", {}, (scene) =>
  Effect.gen(function* () {
    const { connected, simulator } = scene
    yield* connected()
    for (let time = 0; time < 3; time++) {
      yield* Effect.sleep("2 minutes")
      const lines = yield* written(
        scene,
        Effect.gen(function* () {
          yield* simulator.fault({ _tag: "Cut" })
          yield* Effect.sleep("20 seconds")
        })
      )
      expect(lines).toEqual([
        expect.stringMatching(/^WARN .*; attempt \d+ in /),
        expect.stringMatching(/^INFO connected as .* after [^;]*$/)
      ])
    }
  })
)

story(
  telegram,
  "sessions that die young for half an hour are told when it begins, and in one line once one has lasted",
  { audit: "1 minute" },
  (scene) =>
    Effect.gen(function* () {
      const { connected, simulator, status, troubles, until } = scene
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* troubles.kicks(1000)
      yield* until((status) => status.flapping, "1 minute")
      const lines = yield* written(
        scene,
        Effect.gen(function* () {
          yield* Effect.sleep("30 minutes")
          expect((yield* status()).flapping).toBe(true)
          yield* simulator.heal
          yield* Effect.sleep("5 minutes")
        })
      )
      // that it flaps, that the adapter gave up, and the end
      expect(lines.length).toBeLessThanOrEqual(3)
      expect(lines.at(-1)).toMatch(
        /^INFO connected as .* and stable again after 3\dm.*; it took \d+ attempts, and began with: /
      )
      expect(lines.filter((line) => line.includes("flapping")).length).toBeGreaterThan(0)
    })
)

everywhere("what a person must do is said once, however often it is probed meanwhile", { audit: "1 minute" }, (scene) =>
  Effect.gen(function* () {
    const { add, connected, mistaken } = scene
    yield* connected()
    const lines = yield* written(
      scene,
      Effect.gen(function* () {
        yield* add(mistaken("main"))
        yield* Effect.sleep("3 hours")
      })
    )
    const parked = lines.filter((line) => line.includes("parked"))
    expect(parked).toEqual([expect.stringMatching(/^ERROR .*parked: .*Probed in /)])
  })
)
