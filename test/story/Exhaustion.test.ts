import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import type { ListenOptions } from "../../src/adapter/Connection.ts"
import * as RetryPolicy from "../../src/adapter/RetryPolicy.ts"
import { due } from "../../src/gateway/Status.ts"
import { type AnyRow, everywhere, type Scene } from "./Story.ts"

interface Way {
  readonly how: (row: AnyRow) => string
  readonly begins: (scene: Scene) => Effect.Effect<void>
  readonly listen: (times: number) => ListenOptions
  /** how many lines come to nothing before so many attempts are spent */
  readonly lines: (times: number) => number
  readonly state: "Reconnecting" | "RateLimited"
}

const attempts = (attempts: number): ListenOptions => ({ retry: { ...RetryPolicy.listening, attempts } })

const ways: ReadonlyArray<Way> = [
  {
    how: () => "transport failures",
    begins: ({ outage }) => outage({ _tag: "Refuse", as: "refused" }),
    listen: attempts,
    lines: (times) => times,
    state: "Reconnecting"
  },
  {
    how: ({ words }) => words.refuses,
    begins: ({ troubles }) => troubles.refuses,
    listen: attempts,
    lines: (times) => times,
    state: "Reconnecting"
  },
  {
    how: ({ words }) => `${words.limits} (F32)`,
    begins: ({ troubles }) => troubles.limits,
    listen: (waits) => ({ waits }),
    // waiting is what was asked for: only the next refusal is too many
    lines: (times) => times + 1,
    state: "RateLimited"
  }
]

for (const { begins, how, lines, listen, state } of ways) {
  for (const times of [10, 100]) {
    everywhere(
      (row) =>
        `${times} ${how(row)} end in one AdapterFatal, seen within a second, and the account comes back (F01, F02, F03, F04, F05)`,
      { account: { listen: listen(times) } },
      (scene) =>
        Effect.gen(function* () {
          const { connected, converses, fatals, fibers, gateway, main, simulator, status, until } = scene
          const first = yield* connected()
          yield* Effect.sleep("2 minutes")
          yield* begins(scene)
          yield* until((status) => status.state._tag === state, "1 second")
          yield* until((status) => status.state._tag === "Rescheduled", "4 hours")
          yield* Effect.sleep("100 millis")

          expect(fatals.map(({ fatal }) => fatal)).toMatchObject([
            { reason: "Exhausted", retryable: true, attempts: lines(times) }
          ])
          const now = yield* Clock.currentTimeMillis
          expect(now - (fatals[0]?.at ?? 0)).toBeLessThan(1000)
          const down = yield* status()
          expect(down).toMatchObject({ state: { _tag: "Rescheduled" }, generation: 1, attempts: lines(times) })
          expect(due(down.state)).toBeGreaterThan(now)
          expect(yield* simulator.connections).toEqual([])
          const left = yield* fibers

          yield* until((status) => status.generation === 3, "4 hours")
          expect(fatals).toHaveLength(2)
          yield* simulator.heal
          const up = yield* connected("2 minutes")
          expect(up.generation).toBeGreaterThan(first.generation)
          yield* converses("are you there?")

          // what is left of an account between two adapters is the fiber that sees to it
          yield* gateway.pause(main)
          expect(left).toBe((yield* fibers) + 1)
        })
    )
  }
}
