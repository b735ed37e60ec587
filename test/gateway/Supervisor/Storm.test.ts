import { describe, expect, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Metric, Random, Supervisor } from "effect"
import { ConnectionLost } from "../../../src/adapter/AdapterError.ts"
import { leftBehind } from "../../../src/adapter/Teardown.ts"
import { alive, received } from "../../../src/adapter/Signal.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { due, overdue } from "../../../src/gateway/Status.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { fatal, gateway, givesUp, jumping, play, status, unauthorized } from "../stage.ts"

const { id } = FakeAdapter.make().account
const connected = FakeAdapter.connected({ silence: "30 seconds" })

/** An account on which everything goes wrong that can, whenever `odds` say so. */
const unlucky = (name: string) => {
  const account = accountId("fake", name)
  const odds = Effect.map(Random.next, (drawn) => Math.floor(drawn * 20))
  const stuck = Effect.uninterruptible(Effect.never)
  const fake = FakeAdapter.make({
    id: account,
    open: () =>
      Effect.flatMap(odds, (drawn) => {
        if (drawn < 6) return Effect.fail(fatal(account))
        if (drawn === 6) return Effect.fail(unauthorized(account))
        if (drawn === 7) return Effect.die("a defect")
        if (drawn === 8) return drawn % 2 === 0 ? Effect.never : stuck
        return Effect.sleep(`${drawn} seconds`)
      }),
    close: Effect.flatMap(odds, (drawn) => {
      if (drawn === 0) return Effect.never
      if (drawn === 1) return Effect.die("close failed")
      return drawn < 5 ? Effect.sleep("1 second") : Effect.void
    })
  })
  const lost = (until: number) =>
    fake.emit({
      _tag: "Disconnected",
      cause: new ConnectionLost({ account, reason: "Closed", cause: "cut", resumable: true }),
      attempt: 1,
      until,
      flapping: false
    })
  let serial = 0
  const weather = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    switch (yield* odds) {
      case 0:
        return yield* givesUp(fake)
      case 1:
        return yield* fake.end(Exit.void)
      case 2:
        return yield* fake.end(Exit.die("a defect"))
      case 3:
        return yield* lost(now + 5000)
      case 4:
        return yield* fake.emit({ _tag: "Connecting", attempt: 2, until: now + 10_000 })
      case 5:
        return yield* Effect.sleep("2 minutes")
      case 6:
      case 7:
        return yield* fake.emit(alive, received(FakeAdapter.said(account, "ann", `e${serial++}`, "hello")))
      default:
        return yield* fake.emit(connected)
    }
  }).pipe(Effect.catchAllCause(() => Effect.void))
  const commands = Effect.gen(function* () {
    const gateway = yield* Gateway
    yield* Effect.sleep("97 seconds")
    switch (Math.floor((yield* Random.next) * 3)) {
      case 0:
        return yield* gateway.restart(account)
      case 1:
        return yield* Effect.all([gateway.pause(account), gateway.restart(account), gateway.resume(account)], {
          concurrency: "unbounded"
        })
      default:
        yield* gateway.pause(account)
        yield* Effect.sleep("1 minute")
        return yield* gateway.resume(account)
    }
  })
  const storm = Effect.zipRight(Effect.sleep("3 seconds"), weather)
  return { fake, storm: Effect.all([Effect.forever(storm), Effect.forever(commands)], { concurrency: 2 }) }
}

const slack = Duration.seconds(15)
const personal = new Set(["Paused", "Stopped"])

describe("Supervisor, in a storm", () => {
  it.effect.each(["a", "b", "c"])(
    "every account has a due time that is kept, each second of an hour in which everything fails, seed %s (F20, F21)",
    (seed) => {
      const accounts = ["one", "two", "three", "four"].map(unlucky)
      const calm = FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })
      return jumping(
        Effect.gen(function* () {
          const { statuses } = yield* Gateway
          const seen = new Set<string>()
          const storms = yield* Effect.forkAll(accounts.map(({ storm }) => storm))
          for (let second = 0; second < 3600; second++) {
            yield* Effect.sleep("1 second")
            const now = yield* Clock.currentTimeMillis
            for (const status of yield* statuses) {
              seen.add(status.state._tag)
              if (!personal.has(status.state._tag)) expect(due(status.state)).toBeDefined()
              if (overdue(status, now, slack)) expect.fail(`at ${now}: ${JSON.stringify(status)}`)
            }
          }
          yield* Fiber.interrupt(storms)
          expect([...seen].sort()).toEqual(
            expect.arrayContaining(["Connected", "Connecting", "Parked", "Paused", "Reconnecting", "Rescheduled"])
          )
          expect(yield* status(id)).toMatchObject({ state: { _tag: "Connected" }, generation: 1, since: 0 })
        }).pipe(Effect.provide(gateway([calm, ...accounts.map(({ fake }) => fake)]))),
        seed
      )
    },
    60_000
  )
})

describe("Supervisor, for a long time", () => {
  it.effect("a thousand adapters leave nothing behind: as many closed as opened, and no fiber more (F47, F48)", () =>
    Effect.gen(function* () {
      const fibers = yield* Supervisor.track
      const fake = FakeAdapter.make({
        open: (attempt) =>
          attempt % 3 === 0 ? Effect.fail(fatal(id)) : attempt % 3 === 1 ? Effect.die("x") : Effect.void,
        greeting: [connected]
      })
      const count = Effect.map(fibers.value, (all) => all.length)
      const until = (opened: number) =>
        Effect.gen(function* () {
          while (fake.opened() < opened) {
            yield* Effect.sleep("1 second")
            if ((yield* status(id)).state._tag === "Connected") yield* givesUp(fake)
          }
          yield* Effect.sleep("200 millis")
        })
      const before = Number((yield* Metric.value(leftBehind.of())).count)
      yield* play(
        [fake],
        {
          config: {
            reschedule: {
              base: Duration.seconds(1),
              factor: 1,
              cap: Duration.seconds(1),
              floor: Duration.seconds(1),
              attempts: Infinity
            }
          }
        },
        Effect.gen(function* () {
          yield* until(10)
          const few = yield* count
          yield* until(1000)
          expect(fake.opened() - fake.closed()).toBeLessThanOrEqual(1)
          expect(Math.abs((yield* count) - few)).toBeLessThanOrEqual(6)
        })
      ).pipe(Effect.supervised(fibers))
      expect(fake.closed()).toBe(fake.opened())
      expect(Number((yield* Metric.value(leftBehind.of())).count)).toBe(before)
    })
  )
})
