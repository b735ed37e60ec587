import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { closeWithin } from "../adapter/Teardown.ts"
import { StoreRefused } from "./KeyedQueue.ts"
import type { Entry, Journal } from "./SqlStore/Journal.ts"
import { read, written } from "./SqlStore/Words.ts"
import { SqlStore } from "./SqlStore.ts"

const name = "timeline"

/** How long entries wait that the store refused. */
const refusedPause = Duration.seconds(1)

const Rows = Schema.Tuple(
  Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.Number, Schema.String))) })
)
const decodeRows = Schema.decodeUnknown(Rows)

/** The timelines of accounts in a database: texts, by numbers that grow. */
export class KeptTimelines extends Context.Tag("holdfast/KeptTimelines")<
  KeptTimelines,
  {
    /**
     * Loads what is kept of an account, which this process has to own, in order. When the scope ends the last of it is written,
     * as far as that can be had, and nothing is written any more.
     */
    readonly adopt: (account: string) => Effect.Effect<ReadonlyArray<string>, StoreRefused, Scope.Scope>
    /** Has a text written under this number, or what is there removed, soon. Of an account that is not adopted nothing is. */
    readonly put: (account: string, number: number, text: string | undefined) => void
    /** Waits until what was put is written, within the bound of a close. */
    readonly written: Effect.Effect<void>
  }
>() {
  static readonly layer: Layer.Layer<KeptTimelines, never, SqlStore> = Layer.scoped(
    KeptTimelines,
    Effect.suspend(() => make)
  )
}

/** What the store does not have yet of one account. */
class Book {
  readonly account: string
  readonly unwritten = new Map<number, string | undefined>()

  constructor(account: string) {
    this.account = account
  }

  get entry(): Entry<void> {
    return {
      store: name,
      accounts: [this.account],
      asks: [],
      plan: (draft) => {
        const taken = [...this.unwritten]
        for (const [number, text] of taken) draft.entry(this.account, number, text)
        return Either.right(() => {
          for (const [number, text] of taken) if (this.unwritten.get(number) === text) this.unwritten.delete(number)
        })
      }
    }
  }
}

const load = (journal: Journal, account: string) =>
  journal
    .aside(name, ({ ask }) =>
      Effect.flatMap(ask(journal.statements.entries, [written(account)]), (rows) => Effect.orDie(decodeRows(rows)))
    )
    .pipe(Effect.map(([{ answer }]) => answer.toSorted(([one], [other]) => one - other).map(([, text]) => read(text))))

const bounded = <E>(write: Effect.Effect<void, E>): Effect.Effect<void> =>
  Effect.asVoid(
    write.pipe(
      Effect.catchAll(() => Effect.sync(constVoid)),
      Effect.disconnect,
      Effect.interruptible,
      Effect.timeoutOption(closeWithin)
    )
  )

const make = Effect.gen(function* () {
  const journal = yield* SqlStore
  const books = new Map<string, Book>()
  const some = yield* Effect.makeLatch(false)

  const writeOf = (book: Book) =>
    Effect.suspend(() => (book.unwritten.size === 0 ? Effect.void : journal.commit(book.entry)))
  const write = Effect.suspend(() => {
    some.unsafeClose()
    return Effect.forEach([...books.values()], writeOf, { concurrency: "unbounded", discard: true })
  })

  let refusing = false
  const refused = ({ message }: StoreRefused) => {
    const first = !refusing
    refusing = true
    return Effect.zipRight(
      first
        ? Effect.logWarning(`what becomes of accounts is kept in memory until the store takes it: ${message}`)
        : Effect.void,
      Effect.zipRight(Effect.sleep(refusedPause), some.open)
    )
  }
  const taken = Effect.suspend(() => {
    if (!refusing) return Effect.void
    refusing = false
    return Effect.logInfo("the store has what became of accounts meanwhile")
  })

  yield* Effect.forkScoped(
    some.await.pipe(Effect.zipRight(Effect.zipRight(write, taken)), Effect.catchAll(refused), Effect.forever)
  )

  const adopt = (account: string) =>
    Effect.gen(function* () {
      if (!journal.fence.holds(account))
        return yield* new StoreRefused({ store: name, cause: `${account} is not taken up by this process` })
      const rows = yield* load(journal, account)
      const book = new Book(account)
      books.set(account, book)
      yield* Effect.addFinalizer(() =>
        Effect.map(bounded(writeOf(book)), () => {
          if (books.get(account) === book) books.delete(account)
        })
      )
      return rows
    })

  return {
    adopt,
    put: (account: string, number: number, text: string | undefined) => {
      const book = books.get(account)
      if (book === undefined) return
      book.unwritten.set(number, text === undefined ? undefined : written(text))
      some.unsafeOpen()
    },
    written: bounded(write)
  }
})
