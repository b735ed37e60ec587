import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Dead, type Depth, groupOf } from "../KeyedQueue.ts"
import type { Owner } from "../Lease.ts"
import { decodeRows, timeOf } from "../Leases/Register.ts"
import { ProcessTable } from "../ProcessTable.ts"
import type { Codec } from "../SqlQueue/Codec.ts"
import * as Dialect from "./Dialect.ts"
import { ownerOf } from "./Fence.ts"
import { sessionOf } from "./Transactions.ts"
import { read } from "./Words.ts"

const answering = <A, I>(row: Schema.Schema<A, I>) =>
  Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ answer: Schema.parseJson(Schema.Array(row)) })))

const decodeDepths = answering(Schema.Tuple(Schema.String, Schema.Number, Schema.Number, Schema.NullOr(Schema.Number)))
const decodeDead = answering(
  Schema.Tuple(
    Schema.Number,
    Schema.String,
    Schema.String,
    Schema.String,
    Schema.Number,
    Schema.Number,
    Schema.String,
    Schema.Number
  )
)

const depthsOf = ({ all, array, parameter }: Dialect.Dialect): string => `
  select ${all(array("key", "waiting", "dead", "oldest"))} as answer from (
    select key, count(*) - count(reason) as waiting, count(reason) as dead,
      min(case when reason is null then kept_at end) as oldest
    from holdfast_item where queue = ${parameter(1)} group by key
  ) as item`

const deadOf = ({ all, array, parameter }: Dialect.Dialect): string => `
  select ${all(array("seq", "id", "key", "value", "attempts", "kept_at", "reason", "died_at"))} as answer
  from holdfast_item where queue = ${parameter(1)} and reason is not null`

const leasesOf = ({ all, array }: Dialect.Dialect): string => `
  select ${all(array("name", "generation", "owner", "expires"))} as answer from (
    select name, generation, owner, expires from holdfast_lease order by name
  ) as held`

/** What `statement` says of one queue, read on a connection that is nobody else's. */
const ask = <A>(
  statement: (dialect: Dialect.Dialect) => string,
  queue: string,
  decode: (rows: unknown) => Effect.Effect<readonly [{ readonly answer: A }], unknown>
): Effect.Effect<A, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql.unsafe(statement(Dialect.of(sql)), [queue])
    const [{ answer }] = yield* Effect.orDie(decode(rows))
    return answer
  })

/** How much of each account a queue of a store keeps, whoever owns it. Nothing is taken from them, and nothing changed. */
export const depths = (queue: string): Effect.Effect<ReadonlyMap<string, Depth>, SqlError, SqlClient.SqlClient> =>
  Effect.map(ask(depthsOf, queue, decodeDepths), (rows) => {
    const all = new Map<string, Depth>()
    for (const [key, waiting, dead, oldest] of rows) {
      const group = groupOf(read(key))
      const before = all.get(group) ?? { waiting: 0, dead: 0, oldest: undefined }
      all.set(group, {
        waiting: before.waiting + waiting,
        dead: before.dead + dead,
        oldest:
          before.oldest === undefined || oldest === null ? (oldest ?? before.oldest) : Math.min(before.oldest, oldest)
      })
    }
    return all
  })

/** What is dead in a queue of a store, the oldest first, whoever owns it. What cannot be read is left out, with a warning. */
export const dead = <A>(
  queue: string,
  { decode }: Codec<A>
): Effect.Effect<ReadonlyArray<Dead<A>>, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const rows = yield* ask(deadOf, queue, decodeDead)
    const all: Array<Dead<A>> = []
    const inOrder = rows.toSorted(([a, , , , , , , diedA], [b, , , , , , , diedB]) => diedA - diedB || a - b)
    for (const [, id, key, text, attempts, keptAt, reason, diedAt] of inOrder) {
      const value = decode(text)
      if (Either.isLeft(value))
        yield* Effect.logWarning(`${queue}: ${read(id)} is dead and cannot be read: ${value.left}`)
      else
        all.push({ id: read(id), key: read(key), value: value.right, attempts, keptAt, reason: read(reason), diedAt })
    }
    return all
  })

/** A lease as it stands in a store. */
export interface LeaseView {
  /** `account:qq:main`, or `credential:` and its fingerprint */
  readonly name: string
  readonly owner: Owner
  /** it has not expired, and its owner has not been seen to have ended */
  readonly live: boolean
}

/** Who holds what in a store, by name; what nobody holds is left out. */
export const leases: Effect.Effect<ReadonlyArray<LeaseView>, SqlError, SqlClient.SqlClient | ProcessTable> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const { isGone } = yield* ProcessTable
    const dialect = Dialect.of(sql)
    const session = sessionOf(yield* sql.reserve)
    const now = yield* timeOf(dialect.now, session)
    const rows = yield* Effect.flatMap(session.ask(leasesOf(dialect)), decodeRows)
    const held = rows.flatMap(({ expires, name, owner }) =>
      Option.toArray(Option.map(ownerOf(owner), (owner) => ({ expires, name, owner })))
    )
    return yield* Effect.forEach(held, ({ expires, name, owner }) =>
      Effect.map(isGone(owner), (gone) => ({ name, owner, live: expires > now && !gone }))
    )
  }
).pipe(Effect.scoped)
