import * as Layer from "effect/Layer"
import { Budget } from "../adapter/Budget.ts"
import { ResumeStore } from "../adapter/ResumeStore.ts"
import { Stability } from "../adapter/Stability.ts"
import * as Delivery from "../delivery/Delivery.ts"
import type { Inbox } from "../delivery/Inbox.ts"
import type { Outbox } from "../delivery/Outbox.ts"
import type { Stores } from "./Gateway.ts"
import { Ownership } from "./Ownership.ts"
import { Timeline } from "./Timeline.ts"

/** All that a gateway keeps, beside these queues, in memory: it forgets with the process. */
export const layerBeside = <E, R>(queues: Layer.Layer<Inbox | Outbox, E, R>): Layer.Layer<Stores, E, R> =>
  Layer.mergeAll(
    queues,
    ResumeStore.layerMemory,
    Budget.layerMemory,
    Ownership.layerMemory,
    Timeline.layerMemory,
    Stability.layer
  )

/** All that a gateway keeps, in memory: it forgets with the process. */
export const layer: Layer.Layer<Stores> = layerBeside(Delivery.layerMemory)
