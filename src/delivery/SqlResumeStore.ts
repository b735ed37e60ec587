import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constVoid } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { ResumeStore } from "../adapter/ResumeStore.ts"
import { closeWithin } from "../adapter/Teardown.ts"
import { groupOf, StoreRefused } from "./KeyedQueue.ts"
import type { Entry, Journal } from "./SqlStore/Journal.ts"
import { read, written } from "./SqlStore/Words.ts"
import { SqlStore } from "./SqlStore.ts"

// How long points wait that the store refused: what they save is only a replay.
const refusedPause = 1000

const name = "resume points"

const Rows = Schema.Tuple(
  Schema.Struct({ answer: Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.String))) })
)
const decodeRows = Schema.decodeUnknown(Rows)

/** The resume points of accounts in a database. */
export class ResumePoints extends Context.Tag("holdfast/ResumePoints")<
  ResumePoints,
  {
    /**
     * Loads the points of an account, which this process has to own. When the scope ends the last of them are written, as far
     * as that can be had, and nothing is written any more.
     */
    readonly adopt: (account: string) => Effect.Effect<void, StoreRefused, Scope.Scope>
  }
>() {}

/** The points of one account that is taken up, and which of them the store does not have yet. */
class Book {
  readonly account: string
  readonly points: Map<string, string>
  readonly unwritten = new Set<string>()

  constructor(account: string, points: Iterable<readonly [string, string]>) {
    this.account = account
    this.points = new Map(points)
  }

  get entry(): Entry<void> {
    return {
      store: name,
      accounts: [this.account],
      asks: [],
      plan: (draft) => {
        const taken = new Map(Array.from(this.unwritten, (key) => [key, this.points.get(key)]))
        for (const [key, point] of taken) draft.point(written(key), point === undefined ? undefined : written(point))
        return Either.right(() => {
          for (const [key, point] of taken) if (this.points.get(key) === point) this.unwritten.delete(key)
        })
      }
    }
  }
}

const load = (journal: Journal, account: string) =>
  journal
    .aside(name, ({ ask }) =>
      Effect.flatMap(ask(journal.statements.points, [written(account)]), (rows) => Effect.orDie(decodeRows(rows)))
    )
    .pipe(Effect.map(([{ answer }]) => answer.map(([key, point]) => [read(key), read(point)] as const)))

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

  /** What is said of an account that is not taken up is said too late. */
  const change = (key: string, apply: (points: Map<string, string>) => void) =>
    Effect.sync(() => {
      const book = books.get(groupOf(key))
      if (book === undefined) return
      apply(book.points)
      book.unwritten.add(key)
      some.unsafeOpen()
    })

  const letGo = (book: Book) =>
    writeOf(book).pipe(
      Effect.catchAll(() => Effect.sync(constVoid)),
      Effect.disconnect,
      Effect.interruptible,
      Effect.timeoutOption(closeWithin),
      Effect.zipRight(
        Effect.sync(() => {
          if (books.get(book.account) === book) books.delete(book.account)
        })
      )
    )

  yield* Effect.forkScoped(
    some.await.pipe(
      Effect.zipRight(write),
      Effect.catchAll((refused) =>
        Effect.logDebug(`resume points are written later: ${refused.message}`).pipe(
          Effect.zipRight(Effect.sleep(refusedPause)),
          Effect.zipRight(some.open)
        )
      ),
      Effect.forever
    )
  )

  const adopt = (account: string) =>
    Effect.gen(function* () {
      if (!journal.fence.holds(account))
        return yield* new StoreRefused({ store: name, cause: `${account} is not taken up by this process` })
      const book = new Book(account, yield* load(journal, account))
      books.set(account, book)
      yield* Effect.addFinalizer(() => letGo(book))
    })

  const points: Context.Tag.Service<ResumeStore> = {
    get: (key) => Effect.sync(() => Option.fromNullable(books.get(groupOf(key))?.points.get(key))),
    set: (key, point) => change(key, (all) => all.set(key, point)),
    clear: (key) => change(key, (all) => all.delete(key)),
    written: Effect.match(
      Effect.tapError(write, () => some.open),
      { onFailure: () => false, onSuccess: () => true }
    )
  }
  return Context.make(ResumeStore, points).pipe(Context.add(ResumePoints, { adopt }))
})

/**
 * Resume points in the same store as the queues. Setting one does not wait for the disk: it is written with the next
 * commit, behind everything that was kept before it, and a crash in between brings back an older one, whose replay is told
 * apart.
 */
export const layer: Layer.Layer<ResumeStore | ResumePoints, never, SqlStore> = Layer.scopedContext(make)
