import * as SqlClient from "@effect/sql/SqlClient"
import { Context, Duration, Effect, Layer } from "effect"
import { Leases } from "../../src/delivery/Leases.ts"
import * as SqlMemory from "../../src/delivery/SqlMemory.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { Memory, type Turn } from "../../src/handler/Memory.ts"
import { next } from "./SqlStore/Owned.ts"

/** The nth turn of a conversation, kept n milliseconds after the beginning of time. */
export const turn = (n: number): Turn => ({ event: `e${n}`, asked: `asked ${n}`, answered: `answered ${n}`, at: n })

/** What the next process remembers of these accounts. */
export const open = <E>(database: Layer.Layer<SqlClient.SqlClient, E>, ...accounts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = SqlStore.layerWith({ within: Duration.infinity }).pipe(Layer.provideMerge(database))
    const lasting = Leases.layerWith({ lasts: Duration.days(1000), renewed: Duration.days(300) })
    const context = yield* Layer.build(
      Layer.merge(SqlMemory.layer, lasting.pipe(Layer.provide(next))).pipe(Layer.provideMerge(store))
    )
    for (const account of accounts) yield* Context.get(context, Leases).take({ account, fingerprint: account })
    return { memory: Context.get(context, Memory), sql: Context.get(context, SqlClient.SqlClient) }
  })
