import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constTrue, constUndefined, constVoid } from "effect/Function"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { StoreRefused } from "../KeyedQueue.ts"
import type { Dialect } from "./Dialect.ts"
import { Draft, type Name } from "./Draft.ts"
import type { Session } from "./Layout.ts"
import * as Refusal from "./Refusal.ts"
import type { Statements } from "./Statements.ts"

/** Something to be kept for ever, or not at all. */
export interface Entry<A> {
  /** Whose it is, for whoever is told that it was refused. */
  readonly store: string
  /** The names that have to be known to be new before it is planned. */
  readonly asks: ReadonlyArray<Name>
  /** Adds to what is written, or refuses by itself. What it gives is called in the step after that was committed. */
  readonly plan: (draft: Draft) => Either.Either<() => A, StoreRefused>
}

interface Waiting {
  readonly store: string
  readonly asks: ReadonlyArray<Name>
  readonly plan: (draft: Draft) => Either.Either<() => void, StoreRefused>
  readonly refuse: (refused: StoreRefused) => void
}

/** Something that was perhaps committed: it was if `witness` is among the numbers that are known. */
interface Doubt {
  readonly witness: number
  readonly applied: () => void
}

/** Another process has opened the store: what this one knows of it is no longer true. */
class Superseded extends Schema.TaggedError<Superseded>()("Superseded", { by: Schema.Number }) {}

const causeOf = (error: SqlError | Superseded): string =>
  error._tag === "Superseded"
    ? `another process has opened the store since, as its owner number ${error.by}, and only the last owner writes: stop one of the two`
    : Refusal.describe(error)

/** The largest transaction, in entries, so that what comes meanwhile does not wait long. */
const most = 1024

/** Steps of the scheduler without anything new, after which a transaction begins. */
const patience = 3

const Opening = Schema.Tuple(
  Schema.Struct({
    generation: Schema.Number,
    known: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.String)))
  })
)
const decodeOpening = Schema.decodeUnknown(Opening)
const Forgotten = Schema.Array(Schema.Struct({ id: Schema.String }))
const decodeForgotten = Schema.decodeUnknown(Forgotten)

export const sessionOf = (connection: Connection): Session => ({
  ask: (text, parameters = []) => connection.execute(text, parameters, undefined),
  say: (text) => connection.executeUnprepared(text, [], undefined)
})

/**
 * The one way to write to a store. What is to be committed gathers while the database is busy with what came before, and
 * goes into one transaction, which begins by asking whether the store is still ours.
 */
export class Journal {
  #waiting: Array<Waiting> = []
  /** what was sent to be committed and got no answer: it may have been */
  #doubt: Doubt | undefined
  #last: number
  readonly #some = Effect.unsafeMakeLatch(false)
  readonly #alone = Effect.unsafeMakeSemaphore(1)
  readonly #connect: Effect.Effect<Connection, SqlError, Scope.Scope>
  readonly #generation: number
  readonly dialect: Dialect
  readonly statements: Statements
  /** open once something was written */
  readonly stirred = Effect.unsafeMakeLatch(false)

  constructor(parts: {
    readonly connect: Effect.Effect<Connection, SqlError, Scope.Scope>
    readonly dialect: Dialect
    readonly statements: Statements
    readonly generation: number
    /** the largest number that stands in the store */
    readonly last: number
  }) {
    this.#connect = parts.connect
    this.#generation = parts.generation
    this.#last = parts.last
    this.dialect = parts.dialect
    this.statements = parts.statements
  }

  nextSeq(): number {
    return ++this.#last
  }

  /** Commits an entry, together with others. Its answer may be left, the entry cannot be taken back. */
  commit<A>({ asks, plan, store }: Entry<A>): Effect.Effect<A, StoreRefused> {
    return Effect.async((resume) => {
      this.#waiting.push({
        store,
        asks,
        plan: (draft) => Either.map(plan(draft), (apply) => () => resume(Effect.succeed(apply()))),
        refuse: (refused) => resume(Effect.fail(refused))
      })
      this.#some.unsafeOpen()
    })
  }

  /** Runs `f` in a transaction of its own; `store` is who is told that it was refused, `doubt` what is lost if its commit gets no answer. */
  turn<A>(
    store: string,
    f: (session: Session) => Effect.Effect<A, SqlError | StoreRefused>,
    doubt: () => Doubt | undefined = constUndefined
  ): Effect.Effect<A, StoreRefused> {
    return Effect.catchAll(this.#transact([], f, doubt), (error) =>
      Effect.fail(error._tag === "StoreRefused" ? error : new StoreRefused({ store, cause: causeOf(error) }))
    )
  }

  /** Runs `f`, which writes nothing of what is kept, between transactions. */
  aside<A>(store: string, f: (session: Session) => Effect.Effect<A, SqlError>): Effect.Effect<A, StoreRefused> {
    return Effect.flatMap(this.#connect, (connection) => f(sessionOf(connection))).pipe(
      Effect.scoped,
      this.#alone.withPermits(1),
      Effect.mapError((error) => new StoreRefused({ store, cause: causeOf(error) }))
    )
  }

  /** Commits what waits, again and again. */
  run(): Effect.Effect<never> {
    return Effect.zipRight(
      Effect.whileLoop({
        while: constTrue,
        body: () => this.#some.await.pipe(Effect.zipRight(this.#gather()), Effect.zipRight(this.flush())),
        step: constVoid
      }),
      Effect.never
    )
  }

  /** Commits what waits now. */
  flush(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const batch = this.#waiting.splice(0, most)
      if (batch.length === 0) {
        this.#some.unsafeClose()
        return Effect.void
      }
      return Effect.zipRight(this.#commit(batch), this.flush())
    })
  }

  /** As long as more comes within some steps of the scheduler, it is cheaper to wait for it. */
  #gather(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const before = this.#waiting.length
      return Effect.flatMap(Effect.repeatN(Effect.yieldNow(), patience), () =>
        this.#waiting.length > before && before < most ? this.#gather() : Effect.void
      )
    })
  }

  #commit(batch: ReadonlyArray<Waiting>): Effect.Effect<void> {
    const planned: Array<() => void> = []
    const told: Array<() => void> = []
    let draft = new Draft([])
    const write = (session: Session, known: ReadonlyArray<Name>) =>
      Effect.gen(this, function* () {
        draft = new Draft(known)
        for (const { plan, refuse } of batch) {
          const apply = plan(draft)
          if (Either.isLeft(apply)) refuse(apply.left)
          else planned.push(apply.right)
        }
        for (const [statement, rows] of draft.writes(this.statements))
          yield* session.ask(statement, [JSON.stringify(rows)])
        for (const { most, queue, tell } of draft.crowded.values()) {
          const rows = yield* session.ask(this.statements.forget, [queue, most])
          const ids = (yield* Effect.orDie(decodeForgotten(rows))).map(({ id }) => id)
          if (ids.length > 0) told.push(() => tell(ids))
        }
      })
    const applied = () => {
      for (const tell of told) tell()
      for (const apply of planned) apply()
      this.stirred.unsafeOpen()
    }
    const doubt = () => (draft.witness === undefined ? undefined : { witness: draft.witness, applied })
    const asked = batch.flatMap(({ asks }) => asks)
    return Effect.matchCause(this.#transact(asked, write, doubt), {
      onSuccess: applied,
      onFailure: (failure) => {
        const error = Cause.squash(failure)
        const cause =
          error instanceof SqlError || error instanceof Superseded ? causeOf(error) : `a defect: ${String(error)}`
        for (const { refuse, store } of batch) refuse(new StoreRefused({ store, cause }))
      }
    })
  }

  #transact<A, E>(
    asked: ReadonlyArray<Name>,
    f: (session: Session, known: ReadonlyArray<Name>) => Effect.Effect<A, E>,
    inDoubt: () => Doubt | undefined
  ): Effect.Effect<A, E | SqlError | Superseded> {
    return Effect.flatMap(this.#connect, (connection) => {
      const session = sessionOf(connection)
      const body = Effect.gen(this, function* () {
        yield* session.say(this.dialect.begin)
        const rows = yield* session.ask(this.statements.opening, [JSON.stringify(asked)])
        const [{ generation, known }] = yield* Effect.orDie(decodeOpening(rows))
        if (generation !== this.#generation) return yield* new Superseded({ by: generation })
        yield* this.#resolve(session)
        return yield* f(session, known)
      })
      const commit = Effect.tapError(session.say("commit"), () => Effect.sync(() => (this.#doubt = inDoubt())))
      return Effect.onError(Effect.zipLeft(body, commit), () => Effect.ignore(session.say("rollback")))
    }).pipe(Effect.scoped, this.#alone.withPermits(1), Effect.uninterruptible)
  }

  /** Finds out what became of the transaction that got no answer, if there is one. */
  #resolve({ ask }: Session): Effect.Effect<void, SqlError> {
    const doubt = this.#doubt
    if (doubt === undefined) return Effect.void
    return Effect.map(ask(this.statements.isKnown, [doubt.witness]), ({ length }) => {
      this.#doubt = undefined
      if (length > 0) doubt.applied()
    })
  }
}
