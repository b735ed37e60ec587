import { expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import * as RetryPolicy from "../../src/adapter/RetryPolicy.ts"
import type { Fault } from "../../src/adapter/Simulator.ts"
import { due } from "../../src/gateway/Status.ts"
import type { QQConfig } from "../../src/platforms/qq/Adapter.ts"
import { story } from "./Story.ts"

interface Way {
  readonly how: string
  readonly begins: ReadonlyArray<Fault>
  readonly listen: (times: number) => QQConfig["listen"]
  /** how many lines come to nothing before so many attempts are spent */
  readonly lines: (times: number) => number
  readonly state: "Reconnecting" | "RateLimited"
}

const attempts = (attempts: number): QQConfig["listen"] => ({ retry: { ...RetryPolicy.listening, attempts } })

const closes = [1001, 4006, 4007, 4009, 4900, 4902, 4913, 4999]

const ways: ReadonlyArray<Way> = [
  {
    how: "transport failures",
    begins: [{ _tag: "Refuse", as: "refused" }, { _tag: "Cut" }],
    listen: attempts,
    lines: (times) => times,
    state: "Reconnecting"
  },
  {
    how: "close codes",
    begins: [
      ...closes.map((code): Fault => ({ _tag: "CloseOn", step: "upgrade", code, times: 1 })),
      { _tag: "CloseOn", step: "upgrade", code: 4009 },
      { _tag: "Close", code: 4900 }
    ],
    listen: attempts,
    lines: (times) => times,
    state: "Reconnecting"
  },
  {
    how: "rate-limit closes (F32)",
    begins: [
      { _tag: "CloseOn", step: "upgrade", code: 4008 },
      { _tag: "Close", code: 4008 }
    ],
    listen: (waits) => ({ waits }),
    // waiting is what was asked for: only the next refusal is too many
    lines: (times) => times + 1,
    state: "RateLimited"
  }
]

for (const { begins, how, lines, listen, state } of ways) {
  for (const times of [10, 100]) {
    story(
      `${times} ${how} end in one AdapterFatal, seen within a second, and the account comes back (F01, F02, F03, F04, F05)`,
      { accounts: [{ listen: listen(times) }] },
      ({ connected, converses, fatals, fibers, gateway, main, simulator, status, until }) =>
        Effect.gen(function* () {
          const first = yield* connected()
          yield* Effect.sleep("2 minutes")
          yield* Effect.forEach(begins, simulator.fault)
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
