import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Dialect } from "./Dialect.ts"

/** The database was written by a later version than this one. Nothing of it was changed. */
export class StoreTooNew extends Schema.TaggedError<StoreTooNew>()("StoreTooNew", {
  found: Schema.Number,
  understood: Schema.Number
}) {
  override get message(): string {
    return `the store is of version ${this.found} and this program understands ${this.understood} at most; nothing of it was changed: start the later program again, or point this one to another store`
  }
}

/** What makes a store of each version out of one of the version before it, from an empty database on. */
const steps = (dialect: Dialect): ReadonlyArray<ReadonlyArray<string>> => [
  [
    `create table holdfast_store (
      one integer primary key check (one = 1), version integer not null, generation integer not null
    )`,
    "insert into holdfast_store (one, version, generation) values (1, 0, 0)",
    // every id that was kept, until it cannot be repeated any more
    `create table holdfast_known (
      seq ${dialect.sequence}, queue text not null, id text not null, kept_at bigint not null, unique (queue, id)
    )`,
    // what waits, in the order of seq, and what is dead: that has a reason
    `create table holdfast_item (
      seq ${dialect.sequence}, queue text not null, id text not null, key text not null, value text not null,
      kept_at bigint not null, attempts integer not null, due bigint not null,
      reason text, died_at bigint, generation integer not null
    )`,
    "create index holdfast_dead on holdfast_item (queue, id) where reason is not null",
    "create table holdfast_point (key text primary key, point text not null, generation integer not null)"
  ],
  [
    // what was begun and has no end yet, apart from what waits, so that no value is written again for it
    `create table holdfast_begun (seq ${dialect.sequence}, attempts integer not null)`,
    // who may write of an account, or be connected with a credential, until when; its generation never falls
    `create table holdfast_lease (
      name text primary key, owner text not null, generation bigint not null, expires bigint not null
    )`,
    // instead of one owner of everything: blocks of numbers, from the next on, for as many as there are
    "alter table holdfast_store drop column generation",
    "alter table holdfast_store add column next bigint not null default 1",
    "update holdfast_store set next = (select coalesce(max(seq), 0) + 1 from holdfast_known)",
    "alter table holdfast_point drop column generation",
    "alter table holdfast_item drop column generation",
    "alter table holdfast_item add column account text not null default ''",
    `update holdfast_item set account = ${dialect.group("key")} where key not like '"%'`,
    `update holdfast_item set account = ${dialect.group("substr(key, 2)")} where key like '"%'`,
    "create index holdfast_account on holdfast_item (queue, account, seq)"
  ],
  [
    // what became of each account, in the order of number, which is the time or a little more
    `create table holdfast_entry (
      account text not null, number bigint not null, text text not null, primary key (account, number)
    )`
  ],
  [
    // what was proved when it was settled, apart from what is known: a row that grows there would split its page
    `create table holdfast_receipt (seq ${dialect.sequence}, proof text not null)`
  ],
  [
    // what was said so far where a handler goes on from there; each event once
    `create table holdfast_turn (
      memory text not null, event text not null, at bigint not null, text text not null, primary key (memory, event)
    )`,
    "create index holdfast_turn_at on holdfast_turn (at)"
  ],
  [
    // what comes of something kept is known by the number of that, and what tells it apart there; the rest by its id, and 0
    `create table holdfast_name (
      seq ${dialect.sequence}, queue text not null, origin bigint not null default 0, id text not null, kept_at bigint not null
    )`,
    // what a message comes of stands before its last "#", if it has any: its length is that up to and with it, or 0
    `insert into holdfast_name (seq, queue, origin, id, kept_at)
      select kept.seq, kept.queue, coalesce(event.seq, 0),
        case when event.seq is null then kept.id else substr(kept.id, kept.length) end, kept.kept_at
      from (
        select seq, queue, id, kept_at, length(rtrim(id, replace(id, '#', ''))) as length from holdfast_known
      ) as kept left join holdfast_known as event on event.queue = 'inbox' and event.id =
        case when kept.queue = 'outbox' and kept.length > 1 then substr(kept.id, 1, kept.length - 1) end`,
    "drop table holdfast_known",
    "alter table holdfast_name rename to holdfast_known",
    "create unique index holdfast_name on holdfast_known (origin, queue, id)"
  ],
  // where that is may also be a bay, a number below 0, in which a process that has this open since before would not look
  ["alter table holdfast_known rename column origin to place"]
]

/** The version of a store that this program writes. */
export const understood = (dialect: Dialect): number => steps(dialect).length

const Found = Schema.Tuple(Schema.Struct({ found: Schema.Number }))
const Version = Schema.Tuple(Schema.Struct({ version: Schema.Number }))

type Rows = Effect.Effect<ReadonlyArray<unknown>, SqlError>

/** One connection: what is asked gives rows, what is said gives none. */
export interface Session {
  readonly ask: (text: string, parameters?: ReadonlyArray<unknown>) => Rows
  readonly say: (text: string) => Effect.Effect<unknown, SqlError>
}

/** The version of a store, 0 where there is none; fails when it is too new. */
export const check = (dialect: Dialect, { ask }: Session): Effect.Effect<number, SqlError | StoreTooNew> =>
  Effect.gen(function* () {
    const [{ found }] = yield* Effect.orDie(Schema.decodeUnknown(Found)(yield* ask(dialect.found)))
    if (found === 0) return 0
    const rows = yield* ask("select version from holdfast_store")
    const [{ version }] = yield* Effect.orDie(Schema.decodeUnknown(Version)(rows))
    const most = understood(dialect)
    return version > most ? yield* new StoreTooNew({ found: version, understood: most }) : version
  })

/** Brings a store up to date; to be run within a transaction. */
export const upgrade = (dialect: Dialect, session: Session): Effect.Effect<void, SqlError | StoreTooNew> =>
  Effect.gen(function* () {
    for (const lock of dialect.alone) yield* session.ask(lock)
    // asked again: another process may have been here first
    const version = yield* check(dialect, session)
    const missing = steps(dialect).slice(version)
    for (const statement of missing.flat()) yield* session.say(statement)
    if (missing.length > 0) yield* session.say(`update holdfast_store set version = ${version + missing.length}`)
  })
