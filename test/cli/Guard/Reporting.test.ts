import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Scope, TestClock } from "effect"
import * as Reporting from "../../../src/cli/Guard/Reporting.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { type AccountStatus, initial } from "../../../src/gateway/Status.ts"
import type { News } from "../../../src/node/Systemd.ts"

const main = accountId("fake", "main")
const up: AccountStatus = { ...initial(main, 0), state: { _tag: "Connected", until: 1e9 } }
const down: AccountStatus = { ...initial(main, 0), state: { _tag: "Reconnecting", until: 1e9 }, cause: "it was cut" }

/** A service manager that notes what it is told, of accounts and a watchdog that the test makes up. */
const stage = (watchdog?: Duration.Duration) =>
  Effect.gen(function* () {
    const told: Array<News> = []
    const world = { statuses: [up], content: true }
    const systemd = { watchdog, tell: (news: News) => Effect.sync(() => void told.push(news)) }
    const reporting = yield* Reporting.to(
      systemd,
      Effect.sync(() => world.statuses),
      Effect.sync(() => world.content)
    )
    /** What it is told within so long. */
    const within = (span: Duration.DurationInput) =>
      Effect.map(TestClock.adjust(span), () => told.splice(0, told.length))
    return { reporting, told, within, world }
  })

describe("what the service manager is told", () => {
  it.scoped("is that all is ready once the accounts are kept, how they are when that changes, and that it stops", () =>
    Effect.gen(function* () {
      const { reporting, told, within, world } = yield* stage()
      expect(yield* within("1 minute")).toEqual([])
      const scope = yield* Scope.make()
      yield* Scope.extend(reporting.running, scope)
      expect(told.splice(0)).toEqual([{ READY: 1, STATUS: "1 of 1 account connected" }])
      expect(yield* within("1 minute")).toEqual([])
      world.statuses = [down]
      expect(yield* within("1 minute")).toEqual([
        { STATUS: "0 of 1 account connected; fake:main is Reconnecting: it was cut" }
      ])
      yield* Scope.close(scope, Exit.void)
      expect(yield* within("1 minute")).toEqual([{ STOPPING: 1, STATUS: "it stops: what was begun is finished" }])
    })
  )

  it.scoped("is a sign of life three times within what it allows, before anything is ready and while it stops", () =>
    Effect.gen(function* () {
      const { within } = yield* stage(Duration.minutes(1))
      yield* within("1 second")
      expect(yield* within("1 minute")).toEqual([{ WATCHDOG: 1 }, { WATCHDOG: 1 }, { WATCHDOG: 1 }])
    })
  )

  it.scoped("is no sign of life while the watchdog sees that nothing moves (F106)", () =>
    Effect.gen(function* () {
      const { within, world } = yield* stage(Duration.seconds(3))
      world.content = false
      yield* within("1 second")
      expect(yield* within("1 minute")).toEqual([])
      world.content = true
      expect((yield* within("3 seconds")).length).toBe(3)
    })
  )

  it.scoped("is that another configuration is taken up, and that it has been, whatever came of it", () =>
    Effect.gen(function* () {
      const { reporting, told } = yield* stage()
      const reload = Effect.zipRight(
        Effect.sync(() => expect(told).toEqual([{ RELOADING: 1 }])),
        Effect.fail("a bad value")
      )
      expect(yield* Effect.flip(reporting.reloading(reload))).toBe("a bad value")
      expect(told).toEqual([{ RELOADING: 1 }, { READY: 1 }])
    })
  )
})
