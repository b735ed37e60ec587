import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type { Account } from "../../src/adapter/Platform.ts"
import type { Requirements } from "./Row.ts"
import { everywhere } from "./Story.ts"

type Opening = Account<Requirements>["open"]

/** The first adapter is broken like this; those after it are sound. */
const firstOnly = (broken: (open: Opening) => Opening) => (account: Account<Requirements>) => {
  let opened = 0
  return { ...account, open: Effect.suspend(() => ((opened += 1) === 1 ? broken(account.open) : account.open)) }
}

const listens = (
  change: (listen: Effect.Effect.Success<Opening>["listen"]) => Effect.Effect.Success<Opening>["listen"]
) => firstOnly(Effect.map((adapter) => ({ ...adapter, listen: change(adapter.listen) })))

for (const [what, adapter] of [
  ["an adapter whose listen stream ends after a minute", listens(Stream.interruptAfter("1 minute"))],
  [
    "an adapter with a defect in its listen stream",
    listens(Stream.merge(Stream.drain(Stream.fromEffect(Effect.delay(Effect.dieMessage("a mistake"), "1 minute")))))
  ],
  [
    "an adapter that interrupts itself",
    listens(Stream.merge(Stream.drain(Stream.fromEffect(Effect.delay(Effect.interrupt, "1 minute")))))
  ],
  ["an open that throws", firstOnly(() => Effect.dieMessage("a mistake"))],
  ["an open that never returns", firstOnly(() => Effect.never)],
  ["an open that never returns and cannot be interrupted", firstOnly(() => Effect.uninterruptible(Effect.never))],
  ["a listen stream that says nothing", listens(() => Stream.never)]
] as const) {
  everywhere(
    `${what} is replaced by one that works (F05, F18, F20, F89, F90, F94)`,
    { adapter, audit: "10 minutes" },
    ({ converses, simulator, until }) =>
      Effect.gen(function* () {
        const up = yield* until(({ generation, state }) => state._tag === "Connected" && generation === 2, "5 minutes")
        expect(up.gaps.length).toBeLessThanOrEqual(1)
        yield* Effect.sleep("10 seconds")
        expect(yield* simulator.connections).toHaveLength(1)
        yield* converses("are you there?")
      })
  )
}

for (const [what, hang] of [
  ["never returns", Effect.never],
  ["throws", Effect.dieMessage("a mistake")]
] as const) {
  everywhere(
    `a close that ${what} delays neither the record nor the next adapter (F16, F17, F100)`,
    {
      adapter: firstOnly((open) =>
        Effect.zipLeft(
          open,
          Effect.addFinalizer(() => hang)
        )
      )
    },
    ({ connected, converses, outage, recovers, simulator, status, until }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* outage({ _tag: "Refuse", as: "refused" })
        yield* until(({ state }) => state._tag === "Rescheduled", "10 minutes")
        yield* until(({ generation }) => generation === 2, "8 seconds")
        yield* recovers()
        expect((yield* status()).generation).toBeGreaterThan(1)
        expect(yield* simulator.connections).toHaveLength(1)
        yield* converses("are you there?")
      })
  )
}

everywhere(
  "a person who pauses and resumes, over and over, in the middle of anything, ends up connected (F21, F23)",
  {},
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, gateway, main, simulator } = scene
      for (let time = 0; time < 40; time++) {
        yield* Effect.sleep(time * 37)
        yield* Effect.fork(gateway.pause(main))
        yield* Effect.fork(gateway.restart(main))
        yield* gateway.resume(main)
      }
      yield* gateway.resume(main)
      yield* connected("1 minute")
      expect(yield* simulator.connections).toHaveLength(1)
      yield* converses("are you there?")
    })
)

everywhere(
  "a clock that is set back or forward by a day changes nothing for anybody (F39)",
  { audit: "1 day" },
  (scene) =>
    Effect.gen(function* () {
      const { clock, connected, converses, fatals, outage, recovers, status } = scene
      yield* connected()
      for (const day of [-86_400_000, 86_400_000]) {
        yield* clock.shift(day)
        yield* Effect.sleep("10 minutes")
        expect(yield* status()).toMatchObject({ state: { _tag: "Connected" }, generation: 1 })
        yield* outage({ _tag: "Refuse", as: "dns" })
        yield* Effect.sleep("10 seconds")
        yield* clock.shift(day / 2)
        yield* Effect.sleep("10 seconds")
        yield* recovers()
        yield* converses("what time is it?")
      }
      expect(fatals).toEqual([])
    })
)
