import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Duration, Effect, Layer } from "effect"
import { Leases } from "../../src/delivery/Leases.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { KeptTimelines } from "../../src/delivery/SqlTimeline.ts"
import { next } from "./SqlStore/Owned.ts"

/** The timelines of these accounts as the next process has them, and what each had. */
export const open = <E>(database: Layer.Layer<SqlClient.SqlClient, E>, ...accounts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = SqlStore.layerWith({ within: Duration.infinity }).pipe(Layer.provideMerge(database))
    const context = yield* Layer.build(
      Layer.merge(KeptTimelines.layer, Leases.layer.pipe(Layer.provide(next))).pipe(Layer.provideMerge(store))
    )
    const kept = Context.get(context, KeptTimelines)
    const had: Array<ReadonlyArray<string>> = []
    for (const account of accounts) {
      yield* Context.get(context, Leases).take({ account, fingerprint: account })
      had.push(yield* kept.adopt(account))
    }
    return { kept, had, sql: Context.get(context, SqlClient.SqlClient) }
  })
