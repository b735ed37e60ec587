import { Duration, Effect } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import type { Outbox } from "../../src/delivery/Outbox.ts"
import type { MessageReceived } from "../../src/domain/Event.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import type { GatewayConfig } from "../../src/gateway/GatewayConfig.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { jumping, settle } from "./stage.ts"

export const greeting = [FakeAdapter.connected({ silence: "1 day" })]

export const { id } = FakeAdapter.make().account

/** Somebody says the event's own name. */
export const text = (event: string, where = "ann", fields: Partial<MessageReceived> = {}) =>
  received({ ...FakeAdapter.said(id, where, event, event), ...fields })

const group = { conversation: { account: id, kind: "group", id: "room" } } as const

/** The same in a group. */
export const inRoom = (event: string, who: string, fields: Partial<MessageReceived> = {}) =>
  text(event, who, { ...group, ...fields })

/** What was said, as `event#ordinal text`. */
export const told = (fake: FakeAdapter.FakeAdapter) =>
  fake.sent.map((message) => `${message.id.slice(id.length + 1)} ${message.content.text}`)

/** What outlasts a gateway. */
export const stores = MemoryStores.layer

/** One life of a gateway over the stores: what is begun is cut off at the end. */
export const life = <A>(
  fake: FakeAdapter.FakeAdapter,
  options: { readonly handler: Handler; readonly config: Partial<GatewayConfig> },
  test: Effect.Effect<A, never, Gateway | Inbox | Outbox>
) =>
  Effect.zipRight(settle, test).pipe(
    Effect.provide(
      Gateway.layer({
        accounts: [fake.account],
        handler: options.handler,
        config: { drainWithin: Duration.zero, ...options.config }
      })
    )
  )

/** A life alone. */
export const alone = (
  handler: Handler,
  config: Partial<GatewayConfig>,
  test: (fake: FakeAdapter.FakeAdapter) => Effect.Effect<void, never, Gateway | Inbox | Outbox>
) => {
  const fake = FakeAdapter.make({ greeting })
  return life(fake, { handler, config }, test(fake)).pipe(Effect.provide(stores), jumping)
}

export const left = Effect.flatMap(Inbox, (inbox) => Effect.orDie(inbox.depth))

export const nothing = { waiting: 0, dead: 0 }
