import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Lease } from "../delivery/Lease.ts"
import type { AccountId } from "../domain/Address.ts"
import type { AccountStatus } from "./Status.ts"
import { type Entry, numberOf, type Page, type Query } from "./Timeline/Entry.ts"
import { type Change, History } from "./Timeline/History.ts"
import { continued, isPaused } from "./Timeline/Past.ts"
import * as Rows from "./Timeline/Rows.ts"

export { Entry, Page, type Query } from "./Timeline/Entry.ts"

/** Entries that a reader of them may be behind before it loses the oldest, which are in the timeline all the same. */
const behind = 4096

/** What became of every account that is seen to, as far back as is kept: 1000 entries of each at most. */
export class Timeline extends Context.Tag("holdfast/Timeline")<
  Timeline,
  {
    /** Takes in what became of an account. Waits for nothing, and cannot fail. */
    readonly record: (status: AccountStatus) => Effect.Effect<void>
    /** Some entries of an account, the newest first; none of one of which nothing is known. */
    readonly page: (account: AccountId, query: Query) => Effect.Effect<Page>
    /** Each entry from now on as it comes, and again when it says more. */
    readonly entries: Stream.Stream<Entry>
    /**
     * Goes on from where the last owner of an account left it, until the scope ends. If that one never let go of it, nobody saw
     * to the account from when it was last known to live.
     */
    readonly adopt: (account: AccountId, lease: Lease) => Effect.Effect<void, StoreRefused, Scope.Scope>
    /** Whether an operator had paused the account when it was adopted; asked a second time it is not. */
    readonly foundPaused: (account: AccountId) => Effect.Effect<boolean>
    /** Waits, within a bound, until what was recorded so far outlasts the process where anything does. */
    readonly written: Effect.Effect<void>
    readonly forget: (account: AccountId) => Effect.Effect<void>
  }
>() {
  /** Timelines that forget with the process. */
  static readonly layerMemory: Layer.Layer<Timeline> = Layer.effect(
    Timeline,
    Effect.suspend(() => make(undefined))
  )
}

/** What a store does for timelines: entries are texts there, by numbers that grow. */
export interface Kept {
  readonly adopt: (account: string) => Effect.Effect<ReadonlyArray<string>, StoreRefused, Scope.Scope>
  readonly put: (account: string, number: number, text: string | undefined) => void
  readonly written: Effect.Effect<void>
}

/** Timelines that a store keeps, where there is one. */
export const make = (store: Kept | undefined): Effect.Effect<Context.Tag.Service<Timeline>> =>
  Effect.gen(function* () {
    const histories = new Map<AccountId, History>()
    const paused = new Set<AccountId>()
    /** the generation in which each was adopted last: in the next one nobody has had it in between */
    const owned = new Map<AccountId, number>()
    const news = yield* PubSub.sliding<Entry>(behind)

    const historyOf = (account: AccountId): History => {
      const found = histories.get(account) ?? new History(account)
      histories.set(account, found)
      return found
    }

    const put = (account: AccountId, entry: Entry) => store?.put(account, numberOf(entry), Rows.encode(entry))

    const take = (account: AccountId, changes: ReadonlyArray<Change>) => {
      for (const change of changes) {
        if (change._tag === "Dropped") {
          store?.put(account, change.number, undefined)
          continue
        }
        put(account, change.entry)
        news.unsafeOffer(change.entry)
      }
    }

    const adopt = (account: AccountId, { generation, left }: Lease) =>
      store === undefined
        ? Effect.void
        : Effect.gen(function* () {
            const ours = owned.get(account) === generation - 1
            // nobody has had it in between, though what is stored cannot be read this time
            if (ours) owned.set(account, generation)
            const stored = yield* Rows.decode(account, yield* store.adopt(account))
            const history = historyOf(account)
            const known = new Set(history.entries.map(({ id }) => id))
            owned.set(account, generation)
            const all = ours ? history.entries : continued(account, stored, history.entries, left)
            if (!ours && isPaused(stored)) paused.add(account)
            history.restore(all)
            const inStore = new Set(stored.map(({ id }) => id))
            const inAll = new Set(all.map(({ id }) => id))
            for (const entry of stored) if (!inAll.has(entry.id)) store.put(account, numberOf(entry), undefined)
            for (const entry of all) {
              // what this process knows may say more by now than when it was written last
              if (known.has(entry.id) || !inStore.has(entry.id)) put(account, entry)
              if (!known.has(entry.id) && !inStore.has(entry.id)) news.unsafeOffer(entry)
            }
          })

    return {
      record: (status) =>
        Effect.map(Clock.currentTimeMillis, (now) => take(status.account, historyOf(status.account).note(status, now))),
      page: (account, query) => Effect.sync(() => histories.get(account)?.page(query) ?? { entries: [] }),
      entries: Stream.fromPubSub(news),
      adopt,
      foundPaused: (account) => Effect.sync(() => paused.delete(account)),
      written: store === undefined ? Effect.void : store.written,
      forget: (account) =>
        Effect.sync(() => {
          histories.delete(account)
          owned.delete(account)
        })
    }
  })
