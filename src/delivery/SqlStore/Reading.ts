import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Dead, type Depth, type Fate, groupOf } from "../KeyedQueue.ts"
import type { Owner } from "../Lease.ts"
import type { Codec } from "../SqlQueue/Codec.ts"
import { answer } from "./Answer.ts"
import * as DeadRows from "./DeadRows.ts"
import * as Dialect from "./Dialect.ts"
import { fateOf } from "./FateRows.ts"
import { accountLease, ownerOf } from "./Fence.ts"
import { askedAlone, type Naming } from "./Naming.ts"
import { statements } from "./Statements.ts"
import { version } from "./Survey.ts"
import { read, written } from "./Words.ts"

const decodeDepths = answer(Schema.Tuple(Schema.String, Schema.Number, Schema.Number, Schema.NullOr(Schema.Number)))
const decodeLeases = answer(Schema.Tuple(Schema.String, Schema.String))

const decodeEntries = answer(Schema.Tuple(Schema.Number, Schema.String))

const leasesOf = ({ all, array }: Dialect.Dialect): string =>
  `select ${all(array("name", "owner"))} as answer from holdfast_lease`

const depthsOf = ({ all, array, parameter }: Dialect.Dialect): string => `
  select ${all(array("key", "waiting", "dead", "oldest"))} as answer from (
    select key, count(*) - count(reason) as waiting, count(reason) as dead,
      min(case when reason is null then kept_at end) as oldest
    from holdfast_item where queue = ${parameter(1)} group by key
  ) as item`

const deadIn = (dialect: Dialect.Dialect): string => `
  select ${DeadRows.columns(dialect)} as answer
  from holdfast_item where queue = ${dialect.parameter(1)} and reason is not null`

const prefix = accountLease("")

/** The account of which a lease is, if it is of one. */
const accountOf = (lease: string): string | undefined =>
  lease.startsWith(prefix) ? lease.slice(prefix.length) : undefined

/** What `statement` says, read on a connection that is nobody else's. */
const ask = <A>(
  statement: (dialect: Dialect.Dialect) => string,
  parameters: ReadonlyArray<string>,
  decode: (rows: unknown) => Effect.Effect<A>
): Effect.Effect<A, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* decode(yield* sql.unsafe(statement(Dialect.of(sql)), parameters))
  })

/** The first version of a store in which accounts have owners. */
const ownedSince = 2

/** Whose the accounts of a store are, or were: of one that was given up, nobody's. Whether they live is not asked. */
export const owners: Effect.Effect<
  ReadonlyMap<string, Option.Option<Owner>>,
  SqlError,
  SqlClient.SqlClient
> = Effect.flatMap(version, (found) =>
  found < ownedSince ? Effect.succeed([]) : ask(leasesOf, [], decodeLeases)
).pipe(
  Effect.map((rows) => {
    const all = new Map<string, Option.Option<Owner>>()
    for (const [name, owner] of rows) {
      const account = accountOf(read(name))
      if (account !== undefined) all.set(account, ownerOf(owner))
    }
    return all
  })
)

/** The first version of a store that keeps timelines. */
const remembersSince = 3

const entriesOf = ({ all, array, parameter }: Dialect.Dialect): string =>
  `select ${all(array("number", "text"))} as answer from holdfast_entry where account = ${parameter(1)}`

const decodeExpires = answer(Schema.Tuple(Schema.String, Schema.Number))

const expiresOf = ({ all, array, parameter }: Dialect.Dialect): string =>
  `select ${all(array("owner", "expires"))} as answer from holdfast_lease where name = ${parameter(1)}`

/** Until when the owner of an account has it unless it says so again, in Unix milliseconds; undefined where it has none. */
export const ownedUntil = (account: string): Effect.Effect<number | undefined, SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(version, (found) =>
    found < ownedSince ? Effect.succeed([]) : ask(expiresOf, [written(accountLease(account))], decodeExpires)
  ).pipe(Effect.map(([row]) => (row === undefined || row[0] === "" ? undefined : row[1])))

/** The timeline of an account, as texts in order, whoever owns it. */
export const entries = (account: string): Effect.Effect<ReadonlyArray<string>, SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(version, (found) =>
    found < remembersSince ? Effect.succeed([]) : ask(entriesOf, [written(account)], decodeEntries)
  ).pipe(Effect.map((rows) => rows.toSorted(([one], [other]) => one - other).map(([, text]) => read(text))))

/** How much of each account a queue of a store keeps, whoever owns it. Nothing is taken from them, and nothing changed. */
export const depths = (queue: string): Effect.Effect<ReadonlyMap<string, Depth>, SqlError, SqlClient.SqlClient> =>
  Effect.map(ask(depthsOf, [queue], decodeDepths), (rows) => {
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

/** The first version of a store in which receipts are kept. */
const provesSince = 4

/** The first version of a store in which what comes of something stands under its number. */
const descendsSince = 6

/** The first version of a store that may have bays. */
const baysSince = 7

/** What became of an item of a queue of a store, whoever owns it; unknown in one that is older than receipts. */
export const fate = (naming: Naming, id: string): Effect.Effect<Fate, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* version
    if (found < provesSince) return { _tag: "Unknown" }
    const { fate, fateBefore, fateBeforeBays } = statements(Dialect.of(sql))
    const rows =
      found < descendsSince
        ? sql.unsafe(fateBefore, [naming.name, written(id)])
        : sql.unsafe(found < baysSince ? fateBeforeBays : fate, askedAlone(naming, id))
    return yield* fateOf(yield* rows)
  })

/** What is dead in a queue of a store, the oldest first, whoever owns it. What cannot be read is left out, with a warning. */
export const dead = <A>(
  queue: string,
  codec: Codec<A>
): Effect.Effect<ReadonlyArray<Dead<A>>, SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql.unsafe(deadIn(Dialect.of(sql)), [queue])
    return yield* DeadRows.deadOf(queue, codec, rows)
  })
