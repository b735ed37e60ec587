import { join } from "node:path"
import type * as SqlClient from "@effect/sql/SqlClient"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as Delivery from "../../src/delivery/Delivery.ts"
import { Inbox } from "../../src/delivery/Inbox.ts"
import { Outbox } from "../../src/delivery/Outbox.ts"
import { SqlStore } from "../../src/delivery/SqlStore.ts"
import { conversationKey } from "../../src/domain/Address.ts"
import type { Words } from "./Oracle.ts"

/** What a program that has ended left in its store. */
export interface Remains {
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
  /** Opens it in the program's place, which must have ended. */
  readonly remains: Effect.Effect<Remains>
}

const look = Effect.gen(function* () {
  const inbox = yield* Inbox
  const outbox = yield* Outbox
  const [heard, said] = [yield* inbox.depth, yield* outbox.depth]
  const [events, messages] = [yield* inbox.dead, yield* outbox.dead]
  const doubtful = messages.filter(({ reason }) => reason.includes("may have arrived"))
  return {
    waiting: heard.waiting + said.waiting,
    uncertain: doubtful.map(({ value: { content, conversation } }) => ({
      conversation: conversationKey(conversation),
      text: content.text
    })),
    aside: [...events, ...messages.filter((message) => !doubtful.includes(message))].map(
      ({ id, reason }) => `${id}: ${reason}`
    )
  }
})

const store = (url: string, client: Layer.Layer<SqlClient.SqlClient, unknown>): Store => ({
  url,
  remains: look.pipe(
    Effect.provide(Delivery.layerSql.pipe(Layer.provide(SqlStore.layer), Layer.provide(client))),
    Effect.orDie
  )
})

/** A file in this folder. */
export const sqlite = (folder: string): Store => {
  const path = join(folder, "store.db")
  return store(`sqlite:${path}`, Sqlite.layer(path))
}

export const postgres = (url: string): Store => store(url, PgClient.layer({ url: Redacted.make(url) }))
