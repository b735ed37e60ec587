import { Context, Effect, Layer } from "effect"
import type { Traits } from "../../src/adapter/Platform.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { dead } from "../../src/delivery/KeyedQueue.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import { type AccountId, conversationKey } from "../../src/domain/Address.ts"
import { Gateway, type GatewayOptions } from "../../src/gateway/Gateway.ts"
import * as Client from "../../src/http/Client.ts"
import { Control } from "../../src/http/Control.ts"
import * as Server from "../../src/http/Server.ts"
import { platform as qq } from "../../src/platforms/qq/Adapter.ts"
import * as MemoryStores from "../../src/gateway/MemoryStores.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { echo } from "../gateway/stage.ts"

/** The platform of `FakeAdapter`, as far as it is known without an adapter: it has QQ's limits and any conversation. */
export const fake: Traits = {
  name: "fake",
  places: { kindOf: (id) => (id.includes("?") ? undefined : "direct"), written: "any name without a ?" },
  capabilities: qq.capabilities
}

export const process = { pid: 4711, since: 0, store: "memory:" }

const options = { process, platforms: [fake, qq] }

const served = Effect.flatMap(Server.app, (app) =>
  Effect.map(Client.make(Client.direct(app)), (client) => ({ app, client }))
)

/** A client of a gateway that keeps these accounts connected, for as long as the scope lasts, and what it is made of. */
export const running = (
  fakes: ReadonlyArray<FakeAdapter.FakeAdapter>,
  gateway: Partial<GatewayOptions<never, never>> = {}
) =>
  Effect.gen(function* () {
    const accounts = fakes.map(({ account }) => account)
    const layer = Control.layer(options).pipe(
      Layer.provideMerge(Gateway.layer({ accounts, handler: echo, ...gateway })),
      Layer.provideMerge(MemoryStores.layer)
    )
    const context = yield* Layer.build(layer)
    return {
      ...(yield* Effect.provide(served, context)),
      gateway: Context.get(context, Gateway),
      inbox: Context.get(context, Inbox),
      outbox: Context.get(context, Outbox)
    }
  })

/** The queues of a stopped gateway, and a client of them. `wrap` may make them refuse. */
export const stopped = (wrap: (outbox: Context.Tag.Service<Outbox>) => Context.Tag.Service<Outbox> = (same) => same) =>
  Effect.gen(function* () {
    const kept = yield* Layer.build(Delivery.layerMemory)
    const outbox = wrap(Context.get(kept, Outbox))
    const inbox = Context.get(kept, Inbox)
    return { ...(yield* Effect.provide(served, Control.layerStopped(options, { inbox, outbox }))), inbox, outbox }
  })

type Queues = Pick<Effect.Effect.Success<ReturnType<typeof stopped>>, "inbox" | "outbox">

/** Ann says this, and it is put aside. */
export const deadEvent = ({ inbox }: Queues, account: AccountId, id: string, reason = "the handler failed") =>
  Effect.gen(function* () {
    const value = FakeAdapter.said(account, "ann", id, `about ${id}`)
    yield* inbox.offer([{ id: `${account}/${id}`, key: conversationKey(value.conversation), value }])
    const worker = yield* Effect.fork(inbox.work(() => Effect.succeed(dead(reason)), { concurrency: 1 }))
    yield* inbox.idle
    yield* worker.interruptAsFork(worker.id())
    yield* worker.await
  })

/** This is to be said to Ann, and is put aside. */
export const deadMessage = ({ outbox }: Queues, account: AccountId, id: string, reason = "the chat is gone") =>
  Effect.gen(function* () {
    const conversation = { account, kind: "direct", id: "ann" } as const
    const value = { id: `${account}/${id}`, conversation, content: { text: `about ${id}`, format: "plain" } } as const
    yield* outbox.offer([{ id: value.id, key: conversationKey(conversation), value }])
    const worker = yield* Effect.fork(outbox.work(() => Effect.succeed(dead(reason)), { concurrency: 1 }))
    yield* outbox.idle
    yield* worker.interruptAsFork(worker.id())
    yield* worker.await
  })
