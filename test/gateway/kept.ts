import type * as SqlClient from "@effect/sql/SqlClient"
import { Layer } from "effect"
import { Leases, type Options } from "../../src/delivery/Leases.ts"
import { ProcessTable } from "../../src/delivery/ProcessTable.ts"
import * as SqlDelivery from "../../src/delivery/SqlDelivery.ts"
import * as SqlResumeStore from "../../src/delivery/SqlResumeStore.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { KeptTimelines } from "../../src/delivery/SqlTimeline.ts"
import * as SqlOwnership from "../../src/gateway/SqlOwnership.ts"
import * as SqlTimelines from "../../src/gateway/SqlTimelines.ts"
import * as Sha256 from "../../src/node/Sha256.ts"

/** What is kept of accounts, and whose they are, in a database. */
export const kept = <E>(
  database: Layer.Layer<SqlClient.SqlClient, E>,
  options: Partial<Options> = {},
  processes: Layer.Layer<ProcessTable> = ProcessTable.layerAlone
) =>
  SqlOwnership.layer.pipe(
    Layer.provideMerge(SqlTimelines.layer),
    Layer.provideMerge(KeptTimelines.layer),
    Layer.provideMerge(Layer.merge(SqlDelivery.layer, SqlResumeStore.layer)),
    Layer.provideMerge(Leases.layerWith(options)),
    Layer.provide(Layer.merge(processes, Sha256.layer)),
    Layer.provideMerge(SqlStore.layer),
    Layer.provideMerge(database)
  )
