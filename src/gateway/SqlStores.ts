import * as Layer from "effect/Layer"
import { Budget } from "../adapter/Budget.ts"
import type { Sha256 } from "../adapter/Sha256.ts"
import { Stability } from "../adapter/Stability.ts"
import { Leases, type Options } from "../delivery/Leases.ts"
import type { ProcessTable } from "../delivery/ProcessTable.ts"
import * as SqlDelivery from "../delivery/SqlDelivery.ts"
import * as SqlResumeStore from "../delivery/SqlResumeStore.ts"
import type { SqlStore } from "../delivery/SqlStore.ts"
import { KeptTimelines } from "../delivery/SqlTimeline.ts"
import type { Stores } from "./Gateway.ts"
import * as SqlOwnership from "./SqlOwnership.ts"
import * as SqlTimelines from "./SqlTimelines.ts"

/**
 * All that a gateway keeps, in one database: what was kept is there again in the next process, and of several processes
 * that have it open each account has one. `options` say how long it belongs to one that is gone.
 */
export const layer = (options: Partial<Options> = {}): Layer.Layer<Stores, never, SqlStore | ProcessTable | Sha256> =>
  Layer.mergeAll(SqlOwnership.layer, Budget.layerMemory, Stability.layer).pipe(
    Layer.provideMerge(SqlTimelines.layer),
    Layer.provide(KeptTimelines.layer),
    Layer.provideMerge(Layer.merge(SqlDelivery.layer, SqlResumeStore.layer)),
    Layer.provide(Leases.layerWith(options))
  )
