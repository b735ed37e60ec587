import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Event } from "../domain/Event.ts"
import { Message } from "../domain/Message.ts"
import { Inbox } from "./Inbox.ts"
import * as MemoryQueue from "./MemoryQueue.ts"
import { Outbox } from "./Outbox.ts"
import * as Plain from "./Plain.ts"
import * as SqlQueue from "./SqlQueue.ts"
import type { SqlStore } from "./SqlStore.ts"

/** The bounds of the inbox, and those of the outbox: what they mean is told with `MemoryQueue`. */
export type Limits = Omit<MemoryQueue.Bounds, "name">

/** 100 000 wait, half of them for one account at most, 10 000 dead are kept, and the last 100 000 settled ids are remembered: of events, and of messages. */
export const defaults: Limits = { capacity: 100_000, dead: 10_000, remember: 100_000 }

/** An inbox and an outbox that forget with the process, within `limits`. */
export const layerMemoryWith = (limits: Partial<Limits>): Layer.Layer<Inbox | Outbox> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const outbox = yield* MemoryQueue.make<Message>({ ...defaults, ...limits, name: "outbox" })
      const inbox = yield* MemoryQueue.makeFeeding<Event, Message>({ ...defaults, ...limits, name: "inbox" }, outbox)
      return Context.make(Outbox, outbox).pipe(Context.add(Inbox, inbox))
    })
  )

/** An inbox and an outbox that forget with the process, within `defaults`. */
export const layerMemory: Layer.Layer<Inbox | Outbox> = layerMemoryWith({})

/** The bounds of an inbox and an outbox in a database; for how long ids are told apart is the store's to say. */
export type SqlLimits = Omit<SqlQueue.Bounds, "name">

/** A million wait, half of them for one account at most, and 10 000 dead are kept: of events, and of messages. */
export const sqlDefaults: SqlLimits = { capacity: 1_000_000, dead: 10_000 }

/** An inbox and an outbox in a database, within `limits`: what was kept of an account is there when it is taken up again. */
export const layerSqlWith = (limits: Partial<SqlLimits>): Layer.Layer<Inbox | Outbox, never, SqlStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const outbox = yield* SqlQueue.make({ ...sqlDefaults, ...limits, name: "outbox" }, Message, Plain.message)
      const inbox = yield* SqlQueue.makeFeeding(
        { ...sqlDefaults, ...limits, name: "inbox" },
        Event,
        outbox,
        Plain.event
      )
      return Context.make(Outbox, outbox).pipe(Context.add(Inbox, inbox))
    })
  )

/** An inbox and an outbox in a database, within `sqlDefaults`. */
export const layerSql: Layer.Layer<Inbox | Outbox, never, SqlStore> = layerSqlWith({})
