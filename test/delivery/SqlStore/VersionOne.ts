import type * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { say } from "./Sqlite.ts"

/** What a store of version 1 may have kept. */
export const rows = [
  { id: "qq:main/1", key: "qq:main/c2c:1", attempts: 2 },
  { id: "tg:main/1", key: "tg:main/7" },
  { id: "qq:main/2", key: "qq:main/c2c:1" },
  { id: "qq:main/3", key: '"qq:main/\\u0000"' },
  { id: "qq:main/4", key: "qq:main/c2c:2", dead: true }
] as const

/** A store as it was before accounts had owners, with these rows of its one queue, in order. */
export const versionOne = (
  sql: SqlClient.SqlClient,
  rows: ReadonlyArray<{ readonly id: string; readonly key: string; readonly attempts?: number; readonly dead?: true }>,
  sequence = "integer primary key"
) => {
  const tables = [
    `create table holdfast_store (
      one integer primary key check (one = 1), version integer not null, generation integer not null
    )`,
    "insert into holdfast_store (one, version, generation) values (1, 1, 7)",
    `create table holdfast_known (
      seq ${sequence}, queue text not null, id text not null, kept_at bigint not null, unique (queue, id)
    )`,
    `create table holdfast_item (
      seq ${sequence}, queue text not null, id text not null, key text not null, value text not null,
      kept_at bigint not null, attempts integer not null, due bigint not null,
      reason text, died_at bigint, generation integer not null
    )`,
    "create index holdfast_dead on holdfast_item (queue, id) where reason is not null",
    "create table holdfast_point (key text primary key, point text not null, generation integer not null)",
    "insert into holdfast_point values ('qq:main', 'here', 7)"
  ]
  const kept = rows.flatMap(({ attempts = 0, dead, id, key }, index) => {
    const seq = 100 + index
    const end = dead ? "'poison', 5" : "null, null"
    return [
      `insert into holdfast_known values (${seq}, 'queue', '${id}', 0)`,
      `insert into holdfast_item values (${seq}, 'queue', '${id}', '${key}', '"${id}"', 0, ${attempts}, 0, ${end}, 7)`
    ]
  })
  return Effect.forEach([...tables, ...kept], (statement) => say(sql, statement), { discard: true })
}
