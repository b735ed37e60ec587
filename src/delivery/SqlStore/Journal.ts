import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue, constUndefined, constVoid, type LazyArg } from "effect/Function"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { StoreRefused } from "../KeyedQueue.ts"
import type { Dialect } from "./Dialect.ts"
import { Draft } from "./Draft.ts"
import { type Entry, Submission, type Waiting } from "./Entry.ts"
import type { Session } from "./Layout.ts"
import type { Fence } from "./Fence.ts"
import type { Bays } from "./Bays.ts"
import type { Asked } from "./Naming.ts"
import * as Refusal from "./Refusal.ts"
import type { Statements } from "./Statements.ts"
import { type Answers, Transactions } from "./Transactions.ts"
import * as Words from "./Words.ts"

/** The largest transaction, in entries, so that what comes meanwhile does not wait long. */
const most = 1024

/** Steps of the scheduler without anything new, after which a transaction begins. */
const patience = 3

/** What is refused may be known: as if it had been written twice. */
const repeated = new SqlError({ cause: { code: "SQLITE_CONSTRAINT_UNIQUE" }, message: "perhaps it is known" })

/** The ids that a batch asks for, as `Asks` says. */
const asksOf = (batch: ReadonlyArray<Waiting>, all: boolean): ReadonlyArray<Asked> => {
  const rows: Array<Asked> = []
  for (const { entry } of batch) if (entry.asks.count > 0) for (const row of entry.asks.rows(all)) rows.push(row)
  return rows
}

const Forgotten = Schema.Array(Schema.Struct({ id: Schema.String, account: Schema.String }))
const decodeForgotten = Schema.decodeUnknown(Forgotten)

/**
 * The one way to write to a store. What is to be committed gathers while the database is busy with what came before, and
 * goes into one transaction, which begins by asking whose the accounts are of which it writes.
 */
export class Journal {
  #waiting: Array<Waiting> = []
  readonly #some = Effect.unsafeMakeLatch(false)
  readonly #transactions: Transactions
  readonly dialect: Dialect
  readonly statements: Statements
  /** where ids stand that come of nothing */
  readonly bays: Bays
  /** open once something was written */
  readonly stirred = Effect.unsafeMakeLatch(false)

  constructor(parts: {
    readonly connect: Effect.Effect<Connection, SqlError, Scope.Scope>
    readonly dialect: Dialect
    readonly statements: Statements
    readonly within: Duration.Duration
    readonly bays: Bays
  }) {
    this.#transactions = new Transactions(parts.connect, parts)
    this.dialect = parts.dialect
    this.statements = parts.statements
    this.bays = parts.bays
  }

  /** Whose accounts may be written. */
  get fence(): Fence {
    return this.#transactions.fence
  }

  nextSeq(): number {
    return this.#transactions.numbers.next()
  }

  /** What is kept from now on has larger numbers than what other processes have kept so far. */
  renumber(): void {
    this.#transactions.numbers.discard()
  }

  /**
   * Commits an entry, together with others. Its answer may be left, the entry cannot be taken back; `answered` is called once
   * in any case, in the step after it was committed or refused, with which of these.
   */
  commit<A>(
    entry: LazyArg<Entry<A>>,
    answered: (isCommitted: boolean) => void = constVoid
  ): Effect.Effect<A, StoreRefused> {
    return Effect.async((resume) => {
      // what was refused without an answer may be found to be kept later
      let isOver = false
      const end = (isCommitted: boolean, effect: Effect.Effect<A, StoreRefused>) => {
        if (isOver) return
        isOver = true
        answered(isCommitted)
        resume(effect)
      }
      this.submit(
        entry(),
        (answer) => end(true, Effect.succeed(answer)),
        (refused) => end(false, Effect.fail(refused))
      )
    })
  }

  /** The same for who does not wait: `kept` is called in the step after it was committed, or `refuse`. */
  submit<A>(entry: Entry<A>, kept: (answer: A) => void, refuse: (refused: StoreRefused) => void): void {
    this.#waiting.push(new Submission(entry, kept, refuse))
    this.#some.unsafeOpen()
  }

  /**
   * Runs `f` in a transaction of its own; `store` is who is told that it was refused. With `account` it is refused unless that
   * is ours. `applied` is run in the step after it was committed, with what came of it.
   */
  turn<A>(
    store: string,
    f: (session: Session) => Effect.Effect<A, SqlError | StoreRefused>,
    options: {
      readonly account?: string
      readonly numbers?: number
      readonly applied?: (a: A) => void
      /** a new row that is there if it was committed */
      readonly witness?: () => number | undefined
    } = {}
  ): Effect.Effect<A, StoreRefused> {
    const { account, applied, numbers = 0, witness = constUndefined } = options
    const accounts = account === undefined ? [] : [account]
    const fenced = (session: Session, { refusal }: Answers) => {
      const cause = account === undefined ? undefined : refusal(account)
      return cause === undefined ? f(session) : new StoreRefused({ store, cause })
    }
    return Effect.catchAll(
      this.#transactions.run({ accounts, asks: () => [], numbers }, fenced, {
        witness,
        applied: applied ?? constVoid
      }),
      (error) => Effect.fail(error._tag === "StoreRefused" ? error : Refusal.refused(store, error))
    )
  }

  /** Runs `f`, which writes nothing of what is kept, between transactions. */
  aside<A>(store: string, f: (session: Session) => Effect.Effect<A, SqlError>): Effect.Effect<A, StoreRefused> {
    return Effect.mapError(this.#transactions.aside(f), (error) => Refusal.refused(store, error))
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
    let told: Array<() => void> = []
    let draft = new Draft([])
    const write =
      (isAsked: boolean) =>
      (session: Session, { heard, refusal }: Answers) =>
        Effect.gen(this, function* () {
          draft = new Draft(heard)
          told = []
          const refused = new Map(accounts.map((account) => [account, refusal(account)]))
          const refusalOf = (account: string) => refused.get(account)
          for (const waiting of batch) if (!waiting.plan(draft, refusalOf) && !isAsked) return yield* repeated
          for (const [statement, parameters] of draft.writes(this.statements)) yield* session.ask(statement, parameters)
          for (const { accounts, most, queue, tell } of draft.crowded.values()) {
            const whose = JSON.stringify(accounts.map((account) => [Words.written(account)]))
            const rows = yield* session.ask(this.statements.forget, [whose, queue, most])
            const forgotten = yield* Effect.orDie(decodeForgotten(rows))
            if (forgotten.length > 0) told.push(() => tell(forgotten))
          }
        })
    const applied = () => {
      for (const tell of told) tell()
      for (const waiting of batch) waiting.end()
      this.stirred.unsafeOpen()
    }
    const all = new Set<string>()
    let numbers = 0
    for (const { entry } of batch) {
      numbers += entry.asks.count
      for (const account of entry.accounts) all.add(account)
    }
    const accounts = [...all]
    const end = { witness: () => draft.witness, applied }
    const attempt = (isAsked: boolean) =>
      this.#transactions.run({ asks: () => asksOf(batch, isAsked), accounts, numbers }, write(isAsked), end)
    // Hardly anything of it is known already, and what is cannot be written twice: only then all of it is asked for.
    const written =
      this.dialect.hopeful && numbers > 0
        ? Effect.catchIf(attempt(false), Refusal.isRepeat, () => attempt(true))
        : attempt(true)
    return Effect.matchCause(written, {
      onSuccess: constVoid,
      onFailure: (failure) => {
        const error = Cause.squash(failure)
        const refused = (store: string) =>
          error instanceof SqlError
            ? Refusal.refused(store, error)
            : new StoreRefused({ store, cause: `a defect: ${String(error)}` })
        for (const { entry, refuse } of batch) refuse(refused(entry.store))
      }
    })
  }
}
