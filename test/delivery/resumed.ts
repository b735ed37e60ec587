import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Effect, Layer } from "effect"
import { ResumeStore } from "../../src/adapter/ResumeStore.ts"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { Leases } from "../../src/delivery/Leases.ts"
import * as SqlResumeStore from "../../src/delivery/SqlResumeStore.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { next } from "./SqlStore/Owned.ts"

/** The resume points of these accounts, as the next process has them. */
export const open = (path: string, ...accounts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = SqlStore.layer.pipe(Layer.provideMerge(Sqlite.layer(path)))
    const context = yield* Layer.build(
      Layer.merge(SqlResumeStore.layer, Leases.layer.pipe(Layer.provide(next))).pipe(Layer.provideMerge(store))
    )
    for (const account of accounts) {
      yield* Context.get(context, Leases).take({ account, fingerprint: account })
      yield* Context.get(context, SqlResumeStore.ResumePoints).adopt(account)
    }
    return { points: Context.get(context, ResumeStore), sql: Context.get(context, SqlClient.SqlClient) }
  })
