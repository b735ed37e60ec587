import { describe, expect, it } from "@effect/vitest"
import { Effect, Mailbox, Metric, RuntimeFlags, RuntimeFlagsPatch, type Scope, Stream } from "effect"
import type { AdapterFatal } from "../../../src/adapter/AdapterError.ts"
import type { Account } from "../../../src/adapter/Platform.ts"
import { received, type Signal } from "../../../src/adapter/Signal.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { due } from "../../../src/gateway/Status.ts"
import { stale } from "../../../src/gateway/Metrics/Lines.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { echo, gateway, givesUp, jumping, play, settle, status } from "../stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]
const { id } = FakeAdapter.make().account
const second = accountId("fake", "second")

/** A fake account whose adapters listen like this, on the scope that `open` gives. */
const listening = (
  listen: (attempt: number) => Effect.Effect<Stream.Stream<Signal, AdapterFatal>, never, Scope.Scope>
): Account<never> => {
  const { account } = FakeAdapter.make()
  let attempt = 0
  return {
    ...account,
    open: Effect.gen(function* () {
      attempt += 1
      return { ...(yield* account.open), listen: yield* listen(attempt) }
    })
  }
}

describe("Supervisor, when a teardown fails", () => {
  it.effect.each([
    ["never returns (F16, F17, F57)", Effect.never],
    ["dies (F100)", Effect.die("close failed")]
  ] as const)("has the retry on record while a close that %s is under way", ([, close]) => {
    const fake = FakeAdapter.make({ greeting, close })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        yield* settle
        yield* givesUp(fake)
        yield* settle
        expect((yield* status(id)).state._tag).toBe("Rescheduled")
        expect(due((yield* status(id)).state)).toBeGreaterThan(200)
        yield* Effect.sleep("8 seconds")
        expect([(yield* status(id)).state._tag, fake.opened(), fake.closed()]).toEqual(["Connected", 2, 1])
      })
    )
  })

  it.effect("stops within its bound although a close never returns (F17)", () => {
    const fake = FakeAdapter.make({ greeting, close: Effect.never })
    return jumping(
      Effect.gen(function* () {
        yield* Effect.provide(settle, gateway([fake]))
        expect(fake.closed()).toBe(1)
      }).pipe(Effect.timeout("15 seconds"))
    )
  })

  it.effect(
    "an open that never returns is Unresponsive, is tried again, and delays no other account (F18, F62, F72)",
    () => {
      const stuck = FakeAdapter.make({ open: () => Effect.uninterruptible(Effect.never) })
      const other = FakeAdapter.make({ id: second, greeting })
      return play(
        [stuck, other],
        {},
        Effect.gen(function* () {
          yield* settle
          expect((yield* status(second)).state._tag).toBe("Connected")
          expect((yield* status(id)).state).toEqual({ _tag: "Connecting", until: 20_000 })
          yield* Effect.sleep("20 seconds")
          expect((yield* status(id)).state._tag).toBe("Rescheduled")
          expect((yield* status(id)).cause).toContain("Unresponsive")
          yield* Effect.sleep("10 seconds")
          expect(stuck.opened()).toBe(2)
          expect((yield* status(second)).generation).toBe(1)
        })
      )
    }
  )

  it.effect(
    "an adapter that defies interruption is left behind, and what it says later is dropped and counted (F22)",
    () => {
      const defiant = Effect.patchRuntimeFlags(RuntimeFlagsPatch.disable(RuntimeFlags.Interruption))
      const late = Mailbox.make<Signal>()
      return jumping(
        Effect.gen(function* () {
          const box = yield* late
          yield* box.offerAll(greeting)
          const account = listening(() =>
            Effect.succeed(
              Stream.repeatEffectChunk(
                Effect.zipRight(
                  defiant,
                  Effect.map(Effect.orDie(box.takeAll), ([all]) => all)
                )
              )
            )
          )
          yield* Effect.gen(function* () {
            const gateway = yield* Gateway
            yield* settle
            yield* gateway.pause(id)
            const before = yield* Metric.value(stale.of())
            yield* box.offerAll([FakeAdapter.connected(), received(FakeAdapter.said(id, "ann", "e1", "hello"))])
            yield* settle
            expect((yield* status(id)).state._tag).toBe("Paused")
            expect(Number((yield* Metric.value(stale.of())).count) - Number(before.count)).toBe(2)
          }).pipe(Effect.provide(Gateway.layerMemory({ accounts: [account], handler: echo })))
        })
      )
    }
  )

  it.effect("closes an adapter once, however many commands come at once (F23)", () => {
    const fake = FakeAdapter.make({ greeting, close: Effect.sleep("1 second") })
    return play(
      [fake],
      {},
      Effect.gen(function* () {
        const { pause, restart, resume } = yield* Gateway
        yield* settle
        yield* Effect.all(
          [
            pause(id),
            restart(id),
            givesUp(fake),
            restart(id),
            pause(id),
            resume(id),
            restart(id),
            pause(id),
            resume(id)
          ],
          { concurrency: "unbounded" }
        )
        yield* Effect.sleep("5 seconds")
        expect((yield* status(id)).state._tag).toBe("Connected")
        expect(fake.opened() - fake.closed()).toBe(1)
      })
    )
  })
})
