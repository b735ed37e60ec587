import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, Random, type Scope } from "effect"
import { into } from "../../src/adapter/Simulator/Post.ts"
import { Webhooks } from "../../src/adapter/Webhooks.ts"
import * as Routes from "../../src/adapter/Webhooks/Routes.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import type { AccountStatus } from "../../src/gateway/Status.ts"
import * as Echo from "../../src/handler/Echo.ts"
import * as Digest from "../../src/node/Digest.ts"
import * as Ed25519 from "../../src/node/Ed25519.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"
import type { Simulation } from "./Row.ts"
import { type AnyRow, rows } from "./Story.ts"

/** What one life of the gateway is seen in. */
interface Life {
  readonly simulator: Simulation
  readonly status: Effect.Effect<AccountStatus>
}

/** Several lives of a gateway, one after the other, over the same stores and beside the same platform. */
const lives = (
  row: AnyRow,
  play: (
    live: (during: (life: Life) => Effect.Effect<void>) => Effect.Effect<void>,
    simulator: Simulation,
    repeats: ReadonlyArray<string>
  ) => Effect.Effect<void, never, Scope.Scope>
) =>
  Effect.gen(function* () {
    const routes = yield* Routes.make
    const { simulator } = yield* row.simulate(["main"], into(routes))
    const wire = yield* Layer.build(MemoryNetwork.layer(Object.fromEntries(row.hosts.map((host) => [host, simulator]))))
    const network = Context.merge(wire, yield* Layer.build(Layer.merge(Ed25519.layer, Digest.layer))).pipe(
      Context.add(Webhooks, routes)
    )
    const kept = yield* Layer.build(MemoryStores.layer)
    const repeats: Array<string> = []
    const inbox = Context.get(kept, Inbox)
    const stores = Context.add(kept, Inbox, {
      ...inbox,
      offer: (items) => Effect.tap(inbox.offer(items), (offered) => Effect.sync(() => repeats.push(...offered.repeats)))
    })
    const account = row.account("main")
    const live = (during: (life: Life) => Effect.Effect<void>) =>
      Effect.gen(function* () {
        const layer = Gateway.layer({ accounts: [account], handler: Echo.handler })
        const gateway = Context.get(yield* Layer.build(layer), Gateway)
        yield* Effect.sleep("30 seconds")
        yield* during({ simulator, status: Effect.orDie(gateway.status(account.id)) })
      }).pipe(Effect.scoped, Effect.provide(stores), Effect.provide(network))
    yield* play(live, simulator, repeats)
  })

for (const row of rows) {
  const { conversation, platform } = row
  const title = `on ${platform}, a restart goes on behind the newest event that was kept: nothing is missed, and nothing comes again (F73, F75, F78)`
  it.scopedLive(title, () =>
    Effect.gen(function* () {
      const clock = yield* JumpingClock.make(Date.UTC(2026, 0, 1))
      const hears = (simulator: Simulation, ...texts: ReadonlyArray<string>) =>
        Effect.forEach(texts, (text) => simulator.hear({ conversation, text }), { discard: true })
      yield* lives(row, (live, simulator, repeats) =>
        Effect.gen(function* () {
          // asked to stop in the very moment in which it hears something
          yield* live(({ simulator }) => hears(simulator, "one", "two"))
          yield* hears(simulator, "while you were away")
          yield* live(({ status }) =>
            Effect.gen(function* () {
              expect(yield* status).toMatchObject({ state: { _tag: "Connected" }, gaps: [] })
              yield* hears(simulator, "three")
              yield* Effect.sleep("1 millis")
            })
          )
          yield* live(({ status }) =>
            Effect.gen(function* () {
              expect(yield* status).toMatchObject({ state: { _tag: "Connected" }, gaps: [] })
              yield* hears(simulator, "four")
              yield* Effect.sleep("1 minute")
            })
          )
          const texts = (yield* simulator.said).map(({ text }) => text)
          expect(texts).toEqual(["one", "two", "while you were away", "three", "four"])
          expect(repeats).toEqual([])
        })
      ).pipe(Effect.withClock(clock))
    }).pipe(Effect.withRandom(Random.make(title)), Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
}
