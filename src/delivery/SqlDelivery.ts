import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Event } from "../domain/Event.ts"
import { Message } from "../domain/Message.ts"
import { Inbox } from "./Inbox.ts"
import { Outbox } from "./Outbox.ts"
import * as Plain from "./Plain.ts"
import * as SqlQueue from "./SqlQueue.ts"
import type { SqlStore } from "./SqlStore.ts"

/** How an inbox and an outbox stand in a database: the name of a message begins with that of the event that it answers. */
export const names = { inbox: { name: "inbox" }, outbox: { name: "outbox", origin: "inbox" } } as const

/** The bounds of an inbox and an outbox in a database; for how long ids are told apart is the store's to say. */
export type Limits = Omit<SqlQueue.Bounds, "name" | "origin">

/** A million wait, half of them for one account at most, and 10 000 dead are kept: of events, and of messages. */
export const defaults: Limits = { capacity: 1_000_000, dead: 10_000 }

/** An inbox and an outbox in a database, within `limits`: what was kept of an account is there when it is taken up again. */
export const layerWith = (limits: Partial<Limits>): Layer.Layer<Inbox | Outbox, never, SqlStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const outbox = yield* SqlQueue.make({ ...defaults, ...limits, ...names.outbox }, Message, Plain.message)
      const inbox = yield* SqlQueue.makeFeeding({ ...defaults, ...limits, ...names.inbox }, Event, outbox, Plain.event)
      return Context.make(Outbox, outbox).pipe(Context.add(Inbox, inbox))
    })
  )

/** An inbox and an outbox in a database, within `defaults`. */
export const layer: Layer.Layer<Inbox | Outbox, never, SqlStore> = layerWith({})
