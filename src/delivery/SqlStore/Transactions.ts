import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constFalse } from "effect/Function"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Dialect } from "./Dialect.ts"
import { accountLease, Fence } from "./Fence.ts"
import { type Session, understood } from "./Layout.ts"
import type { Asked, Heard } from "./Naming.ts"
import { Numbers } from "./Numbers.ts"
import { Opening } from "./Opening.ts"
import type { Statements } from "./Statements.ts"
import { written } from "./Words.ts"

/** What a transaction has to know before it writes. */
export interface Questions {
  /** called once nothing else can be kept any more before this is */
  readonly asks: () => ReadonlyArray<Asked>
  readonly accounts: ReadonlyArray<string>
  /** how many new rows it may have */
  readonly numbers: number
}

/** What it was told: what there is to hear of those ids, and why an account may not be written, if it may not. */
export interface Answers {
  readonly heard: ReadonlyArray<Heard>
  readonly refusal: (account: string) => string | undefined
}

/** What follows a transaction. */
export interface End<A> {
  /** Run in the step after it was committed. */
  readonly applied: (a: A) => void
  /** A new row, which is there if it was committed; without one, to write it twice is to write it once. */
  readonly witness: () => number | undefined
}

/** Something that was perhaps committed: it was if `witness` is among the numbers that are known. */
interface Doubt {
  readonly witness: number
  readonly applied: () => void
}

const decodeFirst = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ first: Schema.NumberFromString })))

const leaseRow = (account: string) => [written(accountLease(account))]

export const sessionOf = (connection: Connection): Session => ({
  ask: (text, parameters = []) => connection.execute(text, parameters, undefined),
  say: (text) => connection.executeUnprepared(text, [], undefined)
})

/** What transactions are made of. */
export interface Given {
  readonly dialect: Dialect
  readonly statements: Statements
  /** How long a database may take over one that is somewhere else; longer than it takes to give it up by itself. */
  readonly within: Duration.Duration
}

const noAnswer = () => new SqlError({ cause: { code: "ETIMEDOUT" }, message: "no answer in time" })

/** One transaction after the other, each of which begins by asking whose the accounts are of which it writes. */
export class Transactions {
  /** what was sent to be committed and got no answer: it may have been */
  #doubt: Doubt | undefined
  readonly #alone = Effect.unsafeMakeSemaphore(1)
  readonly #connect: Effect.Effect<Connection, SqlError, Scope.Scope>
  readonly #dialect: Dialect
  readonly #statements: Statements
  readonly #within: Duration.Duration
  readonly #opening: Opening
  readonly numbers = new Numbers()
  readonly fence = new Fence()

  constructor(connect: Effect.Effect<Connection, SqlError, Scope.Scope>, { dialect, statements, within }: Given) {
    this.#within = within
    this.#connect = connect
    this.#dialect = dialect
    this.#opening = new Opening(understood(dialect))
    this.#statements = statements
  }

  /** Runs `f`, which writes nothing of what is kept, between two of them. */
  aside<A, E>(f: (session: Session) => Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> {
    const read = Effect.flatMap(this.#connect, (connection) => f(sessionOf(connection)))
    return this.#alone.withPermits(1)(this.#bounded(() => Effect.scoped(read)))
  }

  /** Runs `f` in one. */
  run<A, E>(
    { accounts, asks, numbers }: Questions,
    f: (session: Session, answers: Answers) => Effect.Effect<A, E>,
    end: End<A>
  ): Effect.Effect<A, E | SqlError> {
    const transaction = (isLeft: () => boolean) =>
      Effect.flatMap(this.#connect, (connection) => {
        const session = sessionOf(connection)
        const body = Effect.gen(this, function* () {
          yield* session.say(this.#dialect.beginBounded ?? this.#dialect.begin)
          yield* this.#resolve(session)
          const questions = [JSON.stringify(asks()), JSON.stringify(accounts.map(leaseRow))]
          const rows = yield* session.ask(this.#statements.opening, questions)
          const { heard, standings } = yield* this.#opening.told(rows)
          yield* this.#reserve(session, numbers)
          const refusal = (account: string) => this.fence.refusal(account, standings.get(accountLease(account)))
          return yield* f(session, { heard, refusal })
        })
        return body.pipe(
          Effect.filterOrFail(() => !isLeft(), noAnswer),
          Effect.tap((a) => Effect.zipRight(this.#wonder(a, end), session.say("commit"))),
          Effect.onError(() => {
            // perhaps they were taken in a transaction that came to nothing
            if (numbers > 0) this.numbers.discard()
            return Effect.ignore(session.say("rollback"))
          }),
          // before anybody else may ask: whoever reads the store then finds what we know of it
          Effect.tap((a) =>
            Effect.sync(() => {
              if (isLeft()) return
              this.#doubt = undefined
              end.applied(a)
            })
          )
        )
      }).pipe(Effect.scoped)
    return Effect.uninterruptible(this.#alone.withPermits(1)(this.#bounded(transaction)))
  }

  /** What gives no answer in time is left behind: its connection may hang, and what came of it is found out later. */
  #bounded<A, E>(attempt: (isLeft: () => boolean) => Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> {
    if (this.#dialect.beginBounded === undefined) return attempt(constFalse)
    return Effect.suspend(() => {
      let left = false
      return Effect.uninterruptible(attempt(() => left)).pipe(
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeoutFail({ duration: this.#within, onTimeout: () => ((left = true), noAnswer()) })
      )
    })
  }

  #wonder<A>(a: A, { applied, witness }: End<A>): Effect.Effect<void> {
    return Effect.sync(() => {
      const seq = witness()
      if (seq !== undefined) this.#doubt = { witness: seq, applied: () => applied(a) }
    })
  }

  #reserve({ ask }: Session, count: number): Effect.Effect<void, SqlError> {
    return Effect.clockWith((clock) => {
      const now = Number(clock.unsafeCurrentTimeNanos()) / 1e6
      const missing = this.numbers.missing(count, now)
      if (missing === 0) return Effect.void
      return ask(this.#statements.reserve, [missing]).pipe(
        Effect.flatMap((rows) => Effect.orDie(decodeFirst(rows))),
        Effect.map(([{ first }]) => this.numbers.begin(first, missing, now))
      )
    })
  }

  /** Finds out what became of the transaction that got no answer, if there is one. */
  #resolve({ ask }: Session): Effect.Effect<void, SqlError> {
    const doubt = this.#doubt
    if (doubt === undefined) return Effect.void
    return Effect.map(ask(this.#statements.isKnown, [doubt.witness]), ({ length }) => {
      this.#doubt = undefined
      if (length > 0) doubt.applied()
    })
  }
}
