import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, Redacted, Schema, type Scope } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { conversationKey } from "../../src/domain/Address.ts"
import { Message } from "../../src/domain/Message.ts"
import type { Words } from "./Oracle.ts"

/** What is in a store. */
export interface Content {
  /** events and messages that somebody still has to work on */
  readonly waiting: number
  /** messages that were put aside because they may have arrived */
  readonly uncertain: ReadonlyArray<Words>
  /** why other events and messages were put aside */
  readonly aside: ReadonlyArray<string>
}

export interface Store {
  /** as the program is told of it */
  readonly url: string
  /** Looks into it past the program, which may be at work, by a connection that lasts as long as the scope. */
  readonly open: Effect.Effect<Effect.Effect<Content>, never, Scope.Scope>
}

const Rows = Schema.Array(
  Schema.Struct({ queue: Schema.String, id: Schema.String, value: Schema.String, reason: Schema.NullOr(Schema.String) })
)
const decodeMessage = Schema.decodeSync(Schema.parseJson(Message))

const contentOf = (rows: typeof Rows.Type): Content => {
  const dead = rows.flatMap(({ reason, ...row }) => (reason === null ? [] : [{ ...row, reason }]))
  const isUncertain = ({ queue, reason }: { readonly queue: string; readonly reason: string }) =>
    queue === "outbox" && reason.includes("may have arrived")
  return {
    waiting: rows.length - dead.length,
    uncertain: dead.filter(isUncertain).map(({ value }) => {
      const { content, conversation } = decodeMessage(value)
      return { conversation: conversationKey(conversation), text: content.text }
    }),
    aside: dead.filter((row) => !isUncertain(row)).map(({ id, queue, reason }) => `${queue}, ${id}: ${reason}`)
  }
}

const store = (url: string, client: Layer.Layer<SqlClient.SqlClient, unknown>): Store => ({
  url,
  open: Layer.build(client).pipe(
    Effect.map((context) => {
      const sql = Context.get(context, SqlClient.SqlClient)
      return sql`select queue, id, value, reason from holdfast_item`.pipe(
        Effect.flatMap(Schema.decodeUnknown(Rows)),
        Effect.map(contentOf),
        Effect.orDie
      )
    }),
    Effect.orDie
  )
})

/** A file in this folder. */
export const sqlite = (folder: string): Store => {
  const path = join(folder, "store.db")
  return store(`sqlite:${path}`, Sqlite.layer(path))
}

export const postgres = (url: string): Store => store(url, PgClient.layer({ url: Redacted.make(url) }))

/** Nothing that lasts: what is kept in it is gone with the program. */
export const memory: Store = {
  url: "memory:",
  open: Effect.succeed(Effect.succeed({ waiting: 0, uncertain: [], aside: [] }))
}
