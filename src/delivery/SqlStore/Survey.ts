import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { answer } from "./Answer.ts"
import * as Dialect from "./Dialect.ts"
import { check, type StoreTooNew } from "./Layout.ts"
import { sessionOf } from "./Transactions.ts"

/** What a queue of a store holds. */
export interface Contents {
  readonly queue: string
  readonly waiting: number
  readonly dead: number
  /** when the oldest of the waiting was kept, in Unix milliseconds */
  readonly oldest: number | undefined
}

/** What a store holds. */
export interface Survey {
  /** 0 where there is no store yet */
  readonly version: number
  readonly queues: ReadonlyArray<Contents>
}

const decode = answer(Schema.Tuple(Schema.String, Schema.Number, Schema.Number, Schema.NullOr(Schema.Number)))

const contents = ({ all, array }: Dialect.Dialect): string => `
  select ${all(array("queue", "waiting", "dead", "oldest"))} as answer from (
    select queue, count(*) - count(reason) as waiting, count(reason) as dead,
      min(case when reason is null then kept_at end) as oldest
    from holdfast_item group by queue order by queue
  ) as item`

const opened = Effect.map(SqlClient.SqlClient, (sql) => {
  const dialect = Dialect.of(sql)
  return Effect.map(sql.reserve, (connection) => ({ dialect, session: sessionOf(connection) }))
}).pipe(Effect.flatten)

/** The version of a store, if it is one that can be understood; 0 where there is no store yet. */
export const understood: Effect.Effect<number, SqlError | StoreTooNew, SqlClient.SqlClient> = Effect.flatMap(
  opened,
  ({ dialect, session }) => check(dialect, session)
).pipe(Effect.scoped)

/** The version of a store, as it stands there; 0 where there is no store yet. */
export const version: Effect.Effect<number, SqlError, SqlClient.SqlClient> = Effect.catchTag(
  understood,
  "StoreTooNew",
  ({ found }) => Effect.succeed(found)
)

// Nothing is written, but a user who may not write, and a database that takes no writes now, say so.
const attempt = "update holdfast_store set version = version where false"

/**
 * Looks at a store beside whoever owns it, and takes nothing from them. Fails where it could not be written either; where
 * there is no store yet, nothing is made.
 */
export const survey: Effect.Effect<Survey, SqlError | StoreTooNew, SqlClient.SqlClient> = Effect.gen(function* () {
  const { dialect, session } = yield* opened
  const look = Effect.gen(function* () {
    const version = yield* check(dialect, session)
    if (version === 0) return { version, queues: [] }
    yield* session.say(attempt)
    const found = yield* decode(yield* session.ask(contents(dialect)))
    const queues = found.map(([queue, waiting, dead, oldest]) => ({
      queue,
      waiting,
      dead,
      oldest: oldest ?? undefined
    }))
    return { version, queues }
  })
  return yield* Effect.acquireUseRelease(
    session.say(dialect.begin),
    () => look,
    () => Effect.ignore(session.say("rollback"))
  )
}).pipe(Effect.scoped)
