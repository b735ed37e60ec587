import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Event } from "../domain/Event.ts"
import type { Message } from "../domain/Message.ts"
import { Inbox } from "./Inbox.ts"
import * as MemoryQueue from "./MemoryQueue.ts"
import { Outbox } from "./Outbox.ts"

/** The bounds of the inbox, and those of the outbox. */
export interface Limits {
  /** How many events, and how many messages, may wait. A chunk that goes beyond is refused whole. */
  readonly capacity: number
  /** How many that were put aside are kept of each; the oldest make room, with a warning. */
  readonly dead: number
  /** A repeat is ignored for at least `for` after its first was settled, or until `ids` others were. */
  readonly remember: { readonly ids: number; readonly for: Duration.DurationInput }
}

/** 100 000 wait, 10 000 dead, and 100 000 settled ids remembered for a day, of events and of messages each. */
export const defaults: Limits = { capacity: 100_000, dead: 10_000, remember: { ids: 100_000, for: "24 hours" } }

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
