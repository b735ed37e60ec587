import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { AccountId } from "../domain/Address.ts"
import type { AccountStatus } from "./Status.ts"

/** What has been published of every account. */
export interface Statuses {
  readonly publish: (status: AccountStatus) => Effect.Effect<void>
  readonly forget: (account: AccountId) => Effect.Effect<void>
  /** All statuses as they are, then each that changes; a slow reader skips states but never misses the last of an account. */
  readonly changes: Stream.Stream<AccountStatus>
}

type All = HashMap.HashMap<AccountId, AccountStatus>

const changed = (before: All, after: All): Chunk.Chunk<AccountStatus> =>
  Chunk.filter(Chunk.fromIterable(HashMap.values(after)), (status) =>
    HashMap.get(before, status.account).pipe((old) => old._tag === "None" || old.value !== status)
  )

export const make: Effect.Effect<Statuses> = Effect.map(SubscriptionRef.make<All>(HashMap.empty()), (all) => ({
  publish: (status) => SubscriptionRef.update(all, HashMap.set(status.account, status)),
  forget: (account) => SubscriptionRef.update(all, HashMap.remove(account)),
  changes: all.changes.pipe(
    Stream.buffer({ capacity: 1, strategy: "sliding" }),
    Stream.mapAccum(HashMap.empty<AccountId, AccountStatus>(), (before, after) => [after, changed(before, after)]),
    Stream.flattenChunks
  )
}))
