import type * as Clock from "effect/Clock"
import type * as Effect from "effect/Effect"
import type { Kept, Outcome, StoreRefused } from "../KeyedQueue.ts"
import type { Bench } from "./Bench.ts"
import type { Condition } from "./Condition.ts"
import type { Lane } from "./Lane.ts"
import type { Lanes } from "./Lanes.ts"
import type { Unsettled } from "./Unsettled.ts"

/**
 * Commits what became of the head of a held lane, or changes nothing. `letGo` is called once that is sure, in the step in
 * which the lane goes on: false when the lane is not held for it any more. Cannot be interrupted; undefined where it is
 * committed already.
 */
export type Commit<V, B> = (
  lane: Lane<V>,
  outcome: Outcome<B>,
  clock: Clock.Clock,
  letGo: () => boolean
) => Effect.Effect<void, StoreRefused> | undefined

/**
 * Begins to commit what became of the head of a lane that parts. `letGo` is called as for `Commit`, or `refused`; throws,
 * before anything is changed, where it cannot be kept.
 */
export type Submit<V, B> = (
  lane: Lane<V>,
  outcome: Outcome<B>,
  clock: Clock.Clock,
  letGo: () => boolean,
  refused: (refused: StoreRefused) => void
) => void

/** How it is put on record that work on the head of a held lane was begun, or was not. */
export interface Records<V> {
  /** calls `asked` when the store is asked, and `answered` when it has answered, with whether that is on record */
  readonly begin: (
    lane: Lane<V>,
    asked: () => void,
    answered: (isBegun: boolean) => void
  ) => Effect.Effect<void, StoreRefused>
  readonly giveBack: (lane: Lane<V>) => Effect.Effect<void, StoreRefused>
}

/** What the workers of one queue share. Its lanes hold values, or what stands for them. */
export interface Shop<V, A, B> {
  readonly name: string
  readonly lanes: Lanes<V>
  readonly bench: Bench<V>
  /** checked when work may have come to rest */
  readonly rest: Condition
  /** checked when something was put off */
  readonly alarm: Condition
  /** The head of a held lane with its value, or what becomes of it without; where it is at hand, it is given at once. */
  readonly open: (lane: Lane<V>) => Kept<A> | Effect.Effect<Kept<A>, Outcome<never>>
  /** undefined where nothing outlives the process */
  readonly records: Records<V> | undefined
  readonly commit: Commit<V, B>
  /** left out where nothing that is committed has to be waited for */
  readonly submit?: Submit<V, B>
  readonly unsettled: Unsettled
  /** gives up, in each crew, the work on lanes that are forgotten */
  readonly reliefs: Set<Effect.Effect<void>>
  /** monotonic milliseconds; until then it is not said again that nothing can be settled */
  quietUntil: number
}

/** Milliseconds that no setting of the wall clock changes. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6
