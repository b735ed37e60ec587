import type { SqlClient } from "@effect/sql/SqlClient"
import * as Arrays from "effect/Array"

/** A statement, and its parameters. */
export type Said = readonly [statement: string, parameters: ReadonlyArray<string | number>]

/** What differs between the databases. A statement takes its rows as one JSON text, and gives back at most one. */
export interface Dialect {
  /** inserts rows, the columns of which are text or, where it is told so, numbers */
  readonly insert: (table: string, columns: Readonly<Record<string, "text" | "number">>) => Insert
  /** whether what is known need not be asked before it is written: the failure to keep it twice costs and tells nobody anything */
  readonly hopeful: boolean
  /** what finds the bays there are, each as `place`; undefined where all that comes of nothing stands at 0 */
  readonly bays: string | undefined
  /** the elements of the first parameter, a JSON array, as `value` of `given` */
  readonly given: string
  /** an element of it that is a number */
  readonly element: string
  /** the nth parameter of a statement that takes no rows */
  readonly parameter: (n: number) => string
  /** a JSON array of one row's columns */
  readonly array: (...columns: ReadonlyArray<string>) => string
  /** the text of a JSON array of what all rows have */
  readonly all: (expression: string) => string
  /** the type of a column that numbers rows */
  readonly sequence: string
  /** the elements of the second parameter, likewise, as `value` of `also` */
  readonly also: string
  /** to see what no other process changes before the end of the transaction */
  readonly share: string
  /** to see what no other process sees so, or changes, before the end of the transaction */
  readonly lock: string
  /** what stands before the first "/" of a column of text that is not quoted, or all of it */
  readonly group: (column: string) => string
  /** the time of day in Unix milliseconds, as text, where the database has a clock of its own */
  readonly now: string | undefined
  readonly begin: string
  /**
   * What begins a transaction that the database ends by itself if a statement takes longer than 8 s, or we say nothing for
   * 15 s; undefined where there is nobody to wait for.
   */
  readonly beginBounded: string | undefined
  /** what only one process at a time goes past, until the end of its transaction */
  readonly alone: ReadonlyArray<string>
  /** whether there is a table of ours, as `found` */
  readonly found: string
  /** for a connection to a database that is ours, or empty */
  readonly settings: ReadonlyArray<string>
  /** gives pages that are free back to the disk, some at a time: how many there are, as `free`, and what frees some */
  readonly shrink: { readonly free: string; readonly some: string; readonly end: string } | undefined
}

/** Says how rows are inserted, the values of which follow one another. */
export type Insert = (values: ReadonlyArray<string | number>) => ReadonlyArray<Said>

/** How many rows a statement of SQLite's takes: a few lengths, so that each is prepared once. */
const lengths = [64, 16, 4, 1]

// To bind values takes three quarters of what it takes to have them taken out of a JSON text.
const bound: Dialect["insert"] = (table, columns) => {
  const names = Object.keys(columns)
  const row = `(${names.map(() => "?").join(", ")})`
  const statements = lengths.map((length) => {
    const rows = Array.from({ length }, () => row).join(", ")
    return [length * names.length, `insert into ${table} (${names.join(", ")}) values ${rows}`] as const
  })
  return (values) => {
    const said: Array<Said> = []
    let from = 0
    for (const [size, statement] of statements)
      for (; values.length - from >= size; from += size) said.push([statement, values.slice(from, from + size)])
    return said
  }
}

const inJson: Dialect["insert"] = (table, columns) => {
  const taken = Object.values(columns).map((type, n) =>
    type === "text" ? `given.value ->> ${n}` : `cast(given.value ->> ${n} as bigint)`
  )
  const statement = `insert into ${table} (${Object.keys(columns).join(", ")}) select ${taken.join(", ")} from ${postgres.given}`
  return (values) => (values.length === 0 ? [] : [[statement, [JSON.stringify(Arrays.chunksOf(values, taken.length))]]])
}

const sqlite: Dialect = {
  insert: bound,
  hopeful: true,
  // a step in the index for each of them
  bays: `
    with recursive bay (place) as (
      select max(place) from holdfast_known where place <= 0
      union all
      select (select max(place) from holdfast_known where place < bay.place) from bay where place is not null
    ) select place from bay where place is not null`,
  given: "json_each(?1) as given",
  element: "given.value",
  parameter: (n) => `?${n}`,
  array: (...columns) => `json_array(${columns.join(", ")})`,
  all: (expression) => `json_group_array(${expression})`,
  sequence: "integer primary key",
  also: "json_each(?2) as also",
  share: "",
  lock: "",
  group: (column) =>
    `case instr(${column}, '/') when 0 then ${column} else substr(${column}, 1, instr(${column}, '/') - 1) end`,
  now: undefined,
  begin: "begin immediate",
  beginBounded: undefined,
  alone: [],
  found: "select count(*) as found from sqlite_master where name = 'holdfast_store'",
  // The space of what is gone can be given back only if that is settled before there is anything in the file.
  settings: [
    "pragma auto_vacuum = incremental",
    "pragma journal_mode = wal",
    "pragma synchronous = normal",
    "pragma foreign_keys = on",
    // 16 MB of pages each: ids come in no order, and a page is written back once for many commits.
    "pragma cache_size = -16384",
    "pragma wal_autocheckpoint = 4096",
    // The driver waits on our only thread: longer than this, and whoever wrote asks again.
    "pragma busy_timeout = 50"
  ],
  shrink: {
    free: "select freelist_count as free from pragma_freelist_count",
    some: "pragma incremental_vacuum(256)",
    end: "pragma wal_checkpoint(truncate)"
  }
}

const postgres: Dialect = {
  insert: inJson,
  // its log tells an operator of every failure
  hopeful: false,
  bays: undefined,
  given: "json_array_elements($1::json) as given(value)",
  element: "cast(given.value #>> '{}' as bigint)",
  parameter: (n) => `$${n}`,
  array: (...columns) => `json_build_array(${columns.join(", ")})`,
  all: (expression) => `coalesce(json_agg(${expression})::text, '[]')`,
  sequence: "bigint primary key",
  also: "json_array_elements($2::json) as also(value)",
  share: " for share",
  lock: " for update",
  group: (column) => `split_part(${column}, '/', 1)`,
  now: "select '' || trunc(extract(epoch from clock_timestamp()) * 1000) as now",
  begin: "begin",
  beginBounded: "begin; set local statement_timeout = 8000; set local idle_in_transaction_session_timeout = 15000",
  alone: ["select pg_advisory_xact_lock(7241011)"],
  found: "select (to_regclass('holdfast_store') is not null)::int as found",
  settings: [],
  // Its own autovacuum sees to that.
  shrink: undefined
}

export const of = (sql: SqlClient): Dialect => sql.onDialectOrElse({ pg: () => postgres, orElse: () => sqlite })
