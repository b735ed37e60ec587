import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { everywhere, type Stage, stableAfter } from "./Sockets.ts"

const exhausts =
  (begins: (stage: Stage) => Effect.Effect<void>, ends: (stage: Stage) => Effect.Effect<void>) => (stage: Stage) =>
    Effect.gen(function* () {
      const { connected, converses, fatals, until } = stage
      const first = yield* connected
      yield* begins(stage)
      const down = yield* until(({ state }) => state._tag === "Rescheduled")
      expect(fatals[0]).toMatchObject({ reason: "Exhausted", retryable: true })
      expect(down.state).toHaveProperty("until")
      yield* until(({ generation }) => generation > 2)
      yield* ends(stage)
      const up = yield* connected
      expect(up.generation).toBeGreaterThan(first.generation)
      yield* converses
    })

const heal = ({ simulator }: Stage) => simulator.heal
const pass = ({ relay }: Stage) => relay.become({ _tag: "Pass" })

// the first, since it waits for the longest while the others pass
everywhere(
  "what is asked before a line and never answered is given up in time for another try (F14, F18)",
  {},
  ({ connected, converses, simulator, until }, { words }) =>
    Effect.gen(function* () {
      yield* connected
      yield* simulator.fault({ _tag: "Stall", step: "upgrade", times: 1 })
      yield* simulator.fault({ _tag: "Cut" })
      yield* until(({ cause }) => cause?.includes(words.upgrade) === true)
      yield* connected
      yield* converses
    })
)

everywhere(
  "transport failures exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Refuse" }), relay.cut), pass)
)

everywhere(
  "lines that are taken and reset exhaust an adapter, and the account comes back (F01, F49)",
  {},
  exhausts(({ relay }) => Effect.zipRight(relay.become({ _tag: "Reset" }), relay.cut), pass)
)

everywhere(
  ({ words }) => `${words.refuses} exhaust an adapter, and the account comes back (F01)`,
  {},
  exhausts(({ troubles }) => troubles.refuses, heal)
)

// nobody waits here for the minute that is asked for: with no waits allowed the first one is one too many
everywhere(
  ({ words }) => `${words.limits} that may not be waited for exhaust an adapter, and the account comes back (F01, F32)`,
  { waits: 0 },
  exhausts(({ troubles }) => troubles.limits, heal)
)

everywhere(
  "a service that is down when the process starts is waited for (F61, F63)",
  { weather: { _tag: "Refuse" } },
  ({ connected, converses, relay, until }) =>
    Effect.gen(function* () {
      const down = yield* until(({ generation }) => generation > 2)
      expect(down.self).toBeUndefined()
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* converses
    })
)

everywhere(
  "a line on which nothing arrives any more is found and replaced (F08, F10)",
  {},
  ({ connected, converses, relay, until }) =>
    Effect.gen(function* () {
      yield* connected
      yield* relay.become({ _tag: "BlackHole" })
      yield* until(({ state }) => state._tag !== "Connected")
      yield* relay.become({ _tag: "Pass" })
      yield* connected
      yield* converses
    })
)

// a flapping account waits half a minute between tries: here a person is faster
everywhere(
  "a server that accepts and kicks is flapping by the fifth time, and forgiven by command (F26, F42)",
  {},
  ({ connected, converses, gateway, main, simulator, standing, troubles, until }, { tries }) =>
    Effect.gen(function* () {
      yield* connected
      yield* Effect.sleep(Duration.sum(stableAfter, Duration.millis(100)))
      yield* standing
      const before = tries(yield* simulator.record).length
      yield* troubles.kicks(50)
      yield* until(({ flapping }) => flapping)
      expect(tries(yield* simulator.record).length - before).toBeLessThanOrEqual(5)
      yield* simulator.heal
      yield* gateway.restart(main)
      yield* connected
      yield* converses
    })
)
