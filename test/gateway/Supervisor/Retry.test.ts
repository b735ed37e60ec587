import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Redacted } from "effect"
import { alive } from "../../../src/adapter/Signal.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { due } from "../../../src/gateway/Status.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { fatal, givesUp, play, settle, status, unauthorized } from "../stage.ts"
import { ailing } from "./ailing.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const second = accountId("fake", "second")

/** Sleeps until the account is connected, and says how long that took. */
const untilConnected = (account = id) =>
  Effect.gen(function* () {
    const from = yield* Clock.currentTimeMillis
    while ((yield* status(account)).state._tag !== "Connected") yield* Effect.sleep("100 millis")
    return (yield* Clock.currentTimeMillis) - from
  })

describe("Supervisor, retrying", () => {
  it.effect.each(["1 minute", "1 hour", "1 day"] as const)(
    "after an outage of %s the account is connected within 30 s of recovery (F24, F25, F27)",
    (outage) => {
      const ill = ailing()
      return play(
        [ill.fake],
        {},
        Effect.gen(function* () {
          yield* settle
          yield* ill.falls(fatal(id))
          yield* givesUp(ill.fake)
          yield* Effect.sleep(outage)
          expect((yield* status(id)).state._tag).not.toBe("Connected")
          yield* ill.recovers
          expect(yield* untilConnected()).toBeLessThanOrEqual(30_100)
          expect(Math.max(...ill.delays().slice(1))).toBeLessThanOrEqual(30_000)
        })
      )
    }
  )

  it.effect("a first connect that fails is tried again as any later one is (F61, F63)", () => {
    const ill = ailing()
    return Effect.zipRight(
      ill.falls(fatal(id)),
      play(
        [ill.fake],
        {},
        Effect.gen(function* () {
          yield* Effect.sleep("10 minutes")
          expect((yield* status(id)).reschedules).toBe(ill.openings.length)
          yield* ill.recovers
          expect(yield* untilConnected()).toBeLessThanOrEqual(30_100)
        })
      )
    )
  })

  it.effect("the delay grows from 5 s to its cap, drawn anew for every account (F28)", () => {
    const [one, two] = [ailing(), ailing({ id: second })]
    return Effect.all([one.falls(fatal(id)), two.falls(fatal(second))]).pipe(
      Effect.zipRight(play([one.fake, two.fake], {}, Effect.sleep("10 minutes"))),
      Effect.tap(() => {
        for (const { delays } of [one, two]) {
          delays().forEach((delay, k) => {
            expect(delay).toBeGreaterThanOrEqual(250)
            expect(delay).toBeLessThanOrEqual(Math.min(5000 * 2 ** k, 30_000))
          })
        }
        expect(one.delays().slice(0, 10)).not.toEqual(two.delays().slice(0, 10))
      })
    )
  })

  it.effect("delays go on growing while sessions die young, and start over after a stable one (F26)", () => {
    const fake = FakeAdapter.make({ greeting })
    return play(
      [fake],
      {
        config: {
          reschedule: {
            base: Duration.seconds(1),
            factor: 2,
            cap: Duration.seconds(8),
            floor: Duration.seconds(8),
            attempts: Infinity
          }
        }
      },
      Effect.gen(function* () {
        const waits: Array<number> = []
        const lasts = (span: Duration.DurationInput) =>
          Effect.gen(function* () {
            yield* untilConnected()
            yield* Effect.sleep(span)
            yield* givesUp(fake)
            yield* settle
            const { since, state } = yield* status(id)
            waits.push((due(state) ?? 0) - since)
          })
        yield* lasts("5 seconds")
        yield* lasts("5 seconds")
        yield* lasts("61 seconds")
        yield* lasts("61 seconds")
        yield* lasts("5 seconds")
        expect(waits).toEqual([1000, 2000, 1000, 1000, 2000])
      })
    )
  })

  it.effect(
    "a server that accepts and kicks is flapping by the fifth time, and tried each 30 s from then on (F26, F42)",
    () => {
      const fake = FakeAdapter.make({ greeting })
      return play(
        [fake],
        {},
        Effect.gen(function* () {
          for (let kick = 1; kick <= 5; kick++) {
            yield* untilConnected()
            yield* Effect.sleep("1 second")
            yield* givesUp(fake)
            yield* settle
            const { flapping, since, state } = yield* status(id)
            expect(flapping).toBe(kick >= 3)
            if (flapping) expect((due(state) ?? 0) - since).toBe(30_000)
          }
          yield* Effect.sleep("31 seconds")
          expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, flapping: true })
          yield* Effect.sleep("1 minute")
          yield* fake.emit(alive)
          yield* settle
          expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, flapping: false, reschedules: 0 })
        })
      )
    }
  )

  it.effect("someone else using the credential is waited out slowly, and named (F31)", () => {
    const ill = ailing()
    return Effect.zipRight(
      ill.falls(fatal(id, { reason: "Conflict", lastCause: "another poller at 10.0.0.7" })),
      play(
        [ill.fake],
        {},
        Effect.gen(function* () {
          yield* Effect.sleep("20 minutes")
          expect(yield* status(id)).toMatchObject({ state: { _tag: "Rescheduled" } })
          expect((yield* status(id)).cause).toContain("10.0.0.7")
          expect(ill.delays()[0]).toBe(60_000)
          expect(ill.openings.length).toBeLessThanOrEqual(20)
        })
      )
    )
  })

  it.effect(
    "one that needs a person is parked with the remedy, and probed from 60 s to 15 min apart (F31, F36)",
    () => {
      const ill = ailing()
      return Effect.zipRight(
        ill.falls(unauthorized(id)),
        play(
          [ill.fake],
          {},
          Effect.gen(function* () {
            yield* settle
            expect((yield* status(id)).state).toEqual({
              _tag: "Parked",
              until: 60_000,
              remedy: "Set the right secret."
            })
            yield* Effect.sleep("1 day")
            const delays = ill.delays()
            delays.forEach((delay, k) => {
              expect(delay).toBeGreaterThanOrEqual(60_000)
              expect(delay).toBeLessThanOrEqual(Math.min(60_000 * 2 ** k, 900_000))
            })
            expect(Math.max(...delays)).toBeGreaterThan(600_000)
            yield* ill.recovers
            expect(yield* untilConnected()).toBeLessThanOrEqual(900_100)
          })
        )
      )
    }
  )

  it.effect.each(["restart", "resume"] as const)("a parked account is tried at once on %s (F36)", (command) => {
    const ill = ailing()
    return Effect.zipRight(
      ill.falls(unauthorized(id)),
      play(
        [ill.fake],
        {},
        Effect.gen(function* () {
          const gateway = yield* Gateway
          yield* Effect.sleep("10 minutes")
          yield* ill.recovers
          yield* gateway[command](id)
          expect(yield* untilConnected()).toBeLessThanOrEqual(100)
        })
      )
    )
  })

  it.effect(
    "a parked account is tried at once when its credential changes, and not when it does not (F36, F93)",
    () => {
      const ill = ailing()
      return Effect.zipRight(
        ill.falls(unauthorized(id)),
        play(
          [ill.fake],
          {},
          Effect.gen(function* () {
            const gateway = yield* Gateway
            yield* Effect.sleep("10 minutes")
            yield* ill.recovers
            const before = ill.openings.length
            yield* gateway.add(ill.fake.account)
            yield* settle
            expect(ill.openings.length).toBe(before)
            yield* gateway.add({ ...ill.fake.account, credential: { key: id, secret: Redacted.make("right") } })
            expect(yield* untilConnected()).toBeLessThanOrEqual(100)
            expect((yield* status(id)).generation).toBe(before + 1)
          })
        )
      )
    }
  )

  it.effect(
    "what befalls one account, from a wrong secret to two days of defects, ends no other's session (F105)",
    () => {
      const worst = FakeAdapter.make({
        open: (attempt) => (attempt % 2 === 0 ? Effect.die("x") : Effect.fail(unauthorized(id)))
      })
      const other = FakeAdapter.make({ id: second, greeting: [FakeAdapter.connected({ silence: "30 days" })] })
      return play(
        [worst, other],
        {},
        Effect.gen(function* () {
          yield* Effect.sleep("2 days")
          expect(worst.opened()).toBeGreaterThan(300)
          expect(yield* status(second)).toMatchObject({ state: { _tag: "Connected" }, generation: 1 })
        })
      )
    }
  )
})
