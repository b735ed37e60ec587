import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import * as SqliteFile from "../delivery/SqliteFile.ts"
import * as SqlMemory from "../delivery/SqlMemory.ts"
import { SqlStore, type StoreTooNew } from "../delivery/SqlStore.ts"
import * as Refusal from "../delivery/SqlStore/Refusal.ts"
import type { Stores } from "../gateway/Gateway.ts"
import * as MemoryStores from "../gateway/MemoryStores.ts"
import * as SqlStores from "../gateway/SqlStores.ts"
import { Memory } from "../handler/Memory.ts"
import * as ProcessTable from "../node/ProcessTable.ts"
import * as Sha256 from "../node/Sha256.ts"
import * as Driver from "./Driver.ts"
import { StoreUrl } from "./StoreUrl.ts"

/** Why a store is not open: what the database says, that it is of a later version, or that there is no driver for it. */
export type NotOpened = StoreRefused | StoreTooNew | Driver.DriverMissing

/** Why it is not open and what can be done, for whoever knows by now which store it is. */
export const reason = (why: NotOpened): string =>
  why._tag === "StoreRefused" ? `${why.cause}; HOLDFAST_STORE_URL says which store is used` : why.message

/** The file is there, and ours alone, before SQLite opens it. */
const secured = (path: string): Effect.Effect<void, StoreRefused> =>
  SqliteFile.secure(path).pipe(
    Effect.mapError(({ cause }) => Refusal.refusedFile("store", cause)),
    Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer))
  )

const kept = (
  database: Layer.Layer<SqlClient.SqlClient, StoreRefused | Driver.DriverMissing>,
  control: string | undefined
): Layer.Layer<Stores | Memory, NotOpened> =>
  Layer.merge(SqlStores.layer(control === undefined ? {} : { control }), SqlMemory.layer).pipe(
    Layer.provide(Layer.merge(ProcessTable.layer, Sha256.layer)),
    Layer.provide(SqlStore.layer),
    Layer.provide(database)
  )

const inMemory: Layer.Layer<Stores | Memory> = Layer.merge(MemoryStores.layer, Memory.layerMemory)

/**
 * Everything that outlives adapters, in one store. What is in a database is there again in the next process. `control` is
 * where this process can be told what to do: it stands with what it owns.
 */
export const layer = (url: StoreUrl, control?: string): Layer.Layer<Stores | Memory, NotOpened> =>
  StoreUrl.$match(url, {
    Memory: () => inMemory,
    Sqlite: ({ path }) => kept(Layer.unwrapEffect(Effect.as(secured(path), Driver.sqlite(path))), control),
    Postgres: ({ url }) => kept(Driver.postgres(url), control)
  })
