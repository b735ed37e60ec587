import { Context, Effect, Exit, Layer, Random, Stream } from "effect"
import { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import type { Offered, StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import type { Outbox } from "../../src/delivery/Outbox.ts"
import type { AccountId } from "../../src/domain/Address.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import { type Handler, plain } from "../../src/handler/Handler.ts"
import type * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { JumpingClock } from "../../src/testing/JumpingClock.ts"

export const echo: Handler = (event) =>
  event._tag === "MessageReceived" ? Stream.make(plain(event.text)) : Stream.empty

type Options = Partial<GatewayOptions<never, never>>

export const gateway = (fakes: ReadonlyArray<FakeAdapter.FakeAdapter>, options: Options = {}) =>
  Gateway.layerMemory({ accounts: fakes.map((fake) => fake.account), handler: echo, ...options })

/** Time passes by itself while everything waits, from the epoch on; `Effect.sleep` turns it. */
export const jumping = <A, E, R>(effect: Effect.Effect<A, E, R>, seed = "seed") =>
  Effect.scoped(Effect.flatMap(JumpingClock.make(0), (clock) => Effect.withClock(effect, clock))).pipe(
    Effect.withRandom(Random.make(seed))
  )

/** Runs a test beside a gateway that keeps these accounts connected. */
export const play = <A, E>(
  fakes: ReadonlyArray<FakeAdapter.FakeAdapter>,
  options: Options,
  test: Effect.Effect<A, E, Gateway>
) => jumping(Effect.provide(test, gateway(fakes, options)))

/** Long enough for whatever is due to be done. */
export const settle = Effect.sleep("100 millis")

export const status = (account: AccountId) => Effect.flatMap(Gateway, (gateway) => gateway.status(account))

export const fatal = (account: AccountId, fields: Partial<AdapterFatal> = {}) =>
  new AdapterFatal({
    account,
    reason: fields.reason ?? "Exhausted",
    retryable: fields.retryable ?? true,
    attempts: fields.attempts ?? 10,
    lastCause: fields.lastCause ?? "the network refused",
    remedy: fields.remedy ?? "None needed."
  })

export const unauthorized = (account: AccountId) =>
  fatal(account, { reason: "Unauthorized", retryable: false, attempts: 0, remedy: "Set the right secret." })

/** The account's listen loop gives up. */
export const givesUp = (fake: FakeAdapter.FakeAdapter, fields: Partial<AdapterFatal> = {}) =>
  fake.end(Exit.fail(fatal(fake.account.id, fields)))

/** The same beside a gateway whose queues can be looked into, over `stores` of the test's own where it has some. */
export const playOpenly = <A, E>(
  fakes: ReadonlyArray<FakeAdapter.FakeAdapter>,
  options: Options,
  test: Effect.Effect<A, E, Gateway | Inbox | Outbox>,
  stores: Layer.Layer<Inbox | Outbox> = Delivery.layerMemory
) => {
  const layer = Gateway.layer({ accounts: fakes.map((fake) => fake.account), handler: echo, ...options }).pipe(
    Layer.provideMerge(MemoryStores.layerBeside(stores))
  )
  return jumping(Effect.provide(test, layer))
}

/** The same over an inbox whose `offer` goes through `wrap`. */
export const playOver = <A, E>(
  wrap: (offer: Effect.Effect<Offered, StoreRefused>) => Effect.Effect<Offered, StoreRefused>,
  accounts: ReadonlyArray<Account<never>>,
  test: Effect.Effect<A, E, Gateway>
) => {
  const stores = Layer.effectContext(
    Effect.map(Effect.context<Inbox | Outbox>(), (context) => {
      const inbox = Context.get(context, Inbox)
      return Context.add(context, Inbox, { ...inbox, offer: (items) => wrap(inbox.offer(items)) })
    })
  ).pipe(Layer.provide(Delivery.layerMemory))
  const layer = Gateway.layer({ accounts, handler: echo }).pipe(Layer.provide(MemoryStores.layerBeside(stores)))
  return jumping(Effect.provide(test, layer))
}
