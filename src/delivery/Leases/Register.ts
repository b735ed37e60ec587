import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { StoreRefused } from "../KeyedQueue.ts"
import { described, OwnedElsewhere, Owner } from "../Lease.ts"
import { type ProcessTable, sameProcess } from "../ProcessTable.ts"
import { answer } from "../SqlStore/Answer.ts"
import { accountLease, ownerOf } from "../SqlStore/Fence.ts"
import type { Journal } from "../SqlStore/Journal.ts"
import type { Session } from "../SqlStore/Layout.ts"
import { read, written } from "../SqlStore/Words.ts"
import type { Granted, Held } from "./Held.ts"

const decodeLook = answer(Schema.Tuple(Schema.String, Schema.Number, Schema.String, Schema.Number))
const decodeNow = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ now: Schema.NumberFromString })))
const encodeOwner = Schema.encodeSync(Schema.parseJson(Owner))

/** How a lease stands in the store. */
export interface Row {
  readonly name: string
  readonly generation: number
  /** as it is written, or nothing */
  readonly owner: string
  /** Unix milliseconds, by the clock that the store goes by */
  readonly expires: number
}

const rowsOf = (names: ReadonlyArray<string>): string => JSON.stringify(names.map((name) => [written(name)]))

/** The time that leases go by: the database's own where it has one, so that no host's clock matters. */
export const timeOf = (now: string | undefined, { ask }: Session): Effect.Effect<number, SqlError> =>
  now === undefined
    ? Clock.currentTimeMillis
    : Effect.flatMap(ask(now), (rows) => Effect.map(Effect.orDie(decodeNow(rows)), ([{ now }]) => now))

export const decodeRows = (rows: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.map(decodeLook(rows), (found) =>
    found.map(([name, generation, owner, expires]) => ({ name: read(name), generation, owner, expires }))
  )

/** The leases as they stand in the store, for one owner: each method is one transaction. */
export class Register {
  readonly #journal: Journal
  readonly #processes: Context.Tag.Service<ProcessTable>
  readonly #self: Omit<Owner, "since">
  /** milliseconds */
  readonly #lasts: number

  constructor(parts: {
    readonly journal: Journal
    readonly processes: Context.Tag.Service<ProcessTable>
    readonly self: Omit<Owner, "since">
    readonly lasts: number
  }) {
    this.#journal = parts.journal
    this.#processes = parts.processes
    this.#self = parts.self
    this.#lasts = parts.lasts
  }

  /** Takes all of these, or says whose one of them is. */
  grab(
    account: string,
    names: ReadonlyArray<string>
  ): Effect.Effect<Either.Either<Granted, OwnedElsewhere>, StoreRefused> {
    return this.#turn((session, now) =>
      Effect.gen(this, function* () {
        yield* session.ask(this.#journal.statements.lay, [rowsOf(names)])
        const rows = yield* this.#look(session, names)
        for (const row of rows) {
          const blocked = yield* this.#blocked(account, row, now)
          if (blocked !== undefined) return Either.left(blocked)
        }
        const since = yield* Clock.currentTimeMillis
        const owner = encodeOwner({ ...this.#self, since })
        const granted = rows.map(({ generation, name }) => ({ name, owner, generation: generation + 1 }))
        yield* this.#grant(session, granted, now + this.#lasts)
        const generations = new Map(granted.map(({ generation, name }) => [name, generation]))
        return Either.right({ generations, left: this.#left(account, rows, since - now) })
      })
    )
  }

  /** When the owner of an account renewed it last, by our clock, which differs by so much from the store's. */
  #left(account: string, rows: ReadonlyArray<Row>, differs: number): number | undefined {
    const row = rows.find(({ name }) => name === accountLease(account))
    return row === undefined || row.owner === "" ? undefined : row.expires - this.#lasts + differs
  }

  /** Renews what is still ours of these, and says of the others whose they are. */
  renew(all: ReadonlyArray<Held>): Effect.Effect<ReadonlyMap<Held, string>, StoreRefused> {
    return this.#turn((session, now) =>
      Effect.gen(this, function* () {
        const rows = yield* this.#look(
          session,
          all.flatMap(({ names }) => names)
        )
        const standing = new Map(rows.map((row) => [row.name, row]))
        const lost = new Map<Held, string>()
        const kept: Array<Row> = []
        for (const held of all) {
          const ours = [...held.generations].map(([name, generation]) => ({ generation, row: standing.get(name) }))
          const gone = ours.find(({ generation, row }) => row?.generation !== generation)
          if (gone === undefined) kept.push(...ours.flatMap(({ row }) => row ?? []))
          else
            lost.set(
              held,
              Option.match(ownerOf(gone.row?.owner ?? ""), { onNone: () => "another process", onSome: described })
            )
        }
        yield* this.#grant(session, kept, now + this.#lasts)
        return lost
      })
    )
  }

  /** Lets go of what is still ours of this. */
  release({ generations }: Held): Effect.Effect<void, StoreRefused> {
    return this.#turn((session) =>
      Effect.gen(this, function* () {
        const rows = yield* this.#look(session, [...generations.keys()])
        const ours = rows.filter(({ generation, name }) => generations.get(name) === generation)
        yield* this.#grant(
          session,
          ours.map(({ generation, name }) => ({ generation, name, owner: "" })),
          0
        )
      })
    )
  }

  #turn<A>(f: (session: Session, now: number) => Effect.Effect<A, SqlError | StoreRefused>) {
    const { dialect } = this.#journal
    return this.#journal.turn("store", (session) =>
      Effect.flatMap(timeOf(dialect.now, session), (now) => f(session, now))
    )
  }

  #look({ ask }: Session, names: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Row>, SqlError> {
    return Effect.flatMap(ask(this.#journal.statements.look, [rowsOf(names)]), decodeRows)
  }

  #grant({ ask }: Session, rows: ReadonlyArray<Omit<Row, "expires">>, expires: number): Effect.Effect<void, SqlError> {
    if (rows.length === 0) return Effect.void
    const all = rows.map(({ generation, name, owner }) => [written(name), owner, generation, expires])
    return Effect.asVoid(ask(this.#journal.statements.grant, [JSON.stringify(all)]))
  }

  /** Whose a lease is, if it is not to be had. */
  #blocked(
    account: string,
    { expires, name, owner: text }: Row,
    now: number
  ): Effect.Effect<OwnedElsewhere | undefined, StoreRefused> {
    return Effect.gen(this, function* () {
      if (text === "" || expires <= now) return undefined
      const found = ownerOf(text)
      if (Option.isNone(found))
        return yield* new StoreRefused({ store: "store", cause: `${name} has an owner of which nothing can be read` })
      const owner = found.value
      const ours = owner.id === this.#self.id || sameProcess(owner, this.#self)
      if (ours || (yield* this.#processes.isGone(owner))) return undefined
      const here = yield* Clock.currentTimeMillis
      const what = name === accountLease(account) ? "account" : "credential"
      return new OwnedElsewhere({ account, what, owner, until: here + expires - now })
    })
  }
}
