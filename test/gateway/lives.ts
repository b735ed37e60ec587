import { Context, Effect, Layer } from "effect"
import { Budget } from "../../src/adapter/Budget.ts"
import { Stability } from "../../src/adapter/Stability.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import type { Inbox } from "../../src/delivery/Inbox.ts"
import type { Outbox } from "../../src/delivery/Outbox.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { file, remains } from "../delivery/SqlStore/Sqlite.ts"
import { kept } from "./kept.ts"
import { jumping, settle } from "./stage.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]

/** One life of a gateway; the next one finds what is kept as this one left it. */
type Live = <A, E>(
  options: Omit<GatewayOptions<never, never>, "accounts">,
  during: (fake: FakeAdapter.FakeAdapter) => Effect.Effect<A, E, Gateway | Inbox | Outbox>
) => Effect.Effect<A, E>

/**
 * One life of a gateway after the other, over one database in a file; each has a fresh connection to its platform. Once one
 * is `killed`, the lives after it find what was on the disk at that moment, whatever it does before it has ended.
 */
export const lives = (
  play: (live: Live, killed: Effect.Effect<void>) => Effect.Effect<void>,
  adapter: FakeAdapter.FakeAdapterOptions = {}
) =>
  Effect.gen(function* () {
    let path = yield* file
    let next = path
    const live: Live = (options, during) =>
      Effect.gen(function* () {
        path = next
        const fake = FakeAdapter.make({ greeting, ...adapter })
        const stores = Layer.mergeAll(kept(Sqlite.layer(path)), Budget.layerMemory, Stability.layer)
        const built = yield* Effect.orDie(Layer.build(stores))
        const gateway = yield* Effect.provide(
          Layer.build(Gateway.layer({ accounts: [fake.account], ...options })),
          built
        )
        yield* settle
        return yield* Effect.provide(during(fake), Context.merge(built, gateway))
      }).pipe(Effect.scoped)
    yield* play(
      live,
      Effect.sync(() => {
        next = remains(path, "next")
      })
    )
  }).pipe(Effect.scoped, jumping)
