import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Event } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"
import { Inbox } from "./Inbox.ts"
import * as MemoryQueue from "./MemoryQueue.ts"
import { Outbox } from "./Outbox.ts"

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
