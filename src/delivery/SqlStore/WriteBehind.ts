import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { closeWithin } from "../../adapter/Teardown.ts"
import { StoreRefused } from "../KeyedQueue.ts"
import { SqlStore } from "../SqlStore.ts"
import { answer } from "./Answer.ts"
import type { Draft } from "./Draft.ts"
import type { Entry } from "./Entry.ts"
import { none } from "./Naming.ts"
import type { Statements } from "./Statements.ts"
import { written } from "./Words.ts"

/** How long rows wait that the store refused. */
const refusedPause = Duration.seconds(1)

/** Rows of accounts that are written soon, and that nobody waits for: texts, by keys. */
export interface WriteBehind<Key> {
  /**
   * Loads what the store has of an account, which this process has to own. When the scope ends the last of it is written, as
   * far as that can be had, and nothing is written any more.
   */
  readonly adopt: (account: string) => Effect.Effect<ReadonlyArray<readonly [Key, string]>, StoreRefused, Scope.Scope>
  /** Has a text written under this key, or what is there removed. Of an account that is not adopted nothing is. */
  readonly put: (account: string, key: Key, text: string | undefined) => void
  /** Writes what was put, now. What is refused is tried again. */
  readonly write: Effect.Effect<void, StoreRefused>
}

export interface Rows<Key> {
  /** whose they are, for whoever is told that they were refused */
  readonly store: string
  readonly key: Schema.Schema<Key>
  /** asks for the key and the text of each row of one account */
  readonly all: (statements: Statements) => string
  readonly write: (draft: Draft, account: string, key: Key, text: string | undefined) => void
  readonly refused: (refused: StoreRefused) => Effect.Effect<void>
  readonly taken: Effect.Effect<void>
}

/** What the store does not have yet of one account. */
type Unwritten<Key> = Map<Key, string | undefined>

const entryOf = <Key>(account: string, unwritten: Unwritten<Key>, { store, write }: Rows<Key>): Entry<void> => {
  let taken: ReadonlyArray<readonly [key: Key, text: string | undefined]> = []
  return {
    store,
    accounts: [account],
    asks: none,
    plan: (draft) => {
      taken = [...unwritten]
      for (const [key, text] of taken) write(draft, account, key, text)
      return undefined
    },
    applied: () => {
      for (const [key, text] of taken) if (unwritten.get(key) === text) unwritten.delete(key)
    }
  }
}

/** For as long as it takes to close, and whatever comes of it. */
export const bounded = <E>(write: Effect.Effect<void, E>): Effect.Effect<void> =>
  write.pipe(Effect.ignore, Effect.disconnect, Effect.interruptible, Effect.timeoutOption(closeWithin), Effect.asVoid)

/** What the store refuses is told to `refused`, each time, and `taken` is run whenever it takes something. */
export const make = <Key>(rows: Rows<Key>): Effect.Effect<WriteBehind<Key>, never, SqlStore | Scope.Scope> =>
  Effect.gen(function* () {
    const journal = yield* SqlStore
    const all = new Map<string, Unwritten<Key>>()
    const some = yield* Effect.makeLatch(false)
    const writeOf = (account: string, unwritten: Unwritten<Key>) =>
      Effect.suspend(() =>
        unwritten.size === 0 ? Effect.void : journal.commit(() => entryOf(account, unwritten, rows))
      )
    const write = Effect.suspend(() => {
      some.unsafeClose()
      return Effect.forEach([...all], ([account, unwritten]) => writeOf(account, unwritten), {
        concurrency: "unbounded",
        discard: true
      })
    }).pipe(Effect.onError(() => some.open))

    // where all that was to be written was let go of, nothing was taken
    const told = Effect.suspend(() => {
      const isAny = [...all.values()].some(({ size }) => size > 0)
      return Effect.zipRight(write, isAny ? rows.taken : Effect.void)
    })
    yield* some.await.pipe(
      Effect.zipRight(told),
      Effect.catchAll((refused) => Effect.zipRight(rows.refused(refused), Effect.sleep(refusedPause))),
      Effect.forever,
      Effect.forkScoped
    )

    const decode = answer(Schema.Tuple(rows.key, Schema.String))
    const load = (account: string) =>
      journal.aside(rows.store, ({ ask }) =>
        Effect.flatMap(ask(rows.all(journal.statements), [written(account)]), decode)
      )
    const adopt = (account: string) =>
      Effect.gen(function* () {
        if (journal.fence.holdOf(account) === undefined)
          return yield* new StoreRefused({ store: rows.store, cause: `${account} is not taken up by this process` })
        const found = yield* load(account)
        const unwritten: Unwritten<Key> = new Map()
        all.set(account, unwritten)
        yield* Effect.addFinalizer(() =>
          Effect.map(bounded(writeOf(account, unwritten)), () => {
            if (all.get(account) === unwritten) all.delete(account)
          })
        )
        return found
      })

    const put = (account: string, key: Key, text: string | undefined) => {
      const unwritten = all.get(account)
      if (unwritten === undefined) return
      unwritten.set(key, text)
      some.unsafeOpen()
    }
    return { adopt, put, write }
  })
