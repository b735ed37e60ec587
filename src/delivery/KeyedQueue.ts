import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The store did not take, or give, anything: full, locked, gone. Nothing was changed. */
export class StoreRefused extends Schema.TaggedError<StoreRefused>()("StoreRefused", {
  store: Schema.String,
  cause: Schema.String
}) {
  override get message(): string {
    return `${this.store}: ${this.cause}`
  }
}

/** Something to keep: named for ever by `id`, ordered among those of the same `key`. */
export interface Item<A> {
  readonly id: string
  readonly key: string
  readonly value: A
}

/** An item taken up for work, with how often that came to nothing before. */
export interface Work<A> extends Item<A> {
  readonly attempts: number
  /** Unix milliseconds */
  readonly keptAt: number
}

/**
 * What became of a piece of work. `Done` settles it and, in the same commit, offers `settles` to the queue that this one
 * feeds. `Again` puts it back at the head of its key until `at` (Unix milliseconds); `spent` says whether that counts as
 * an attempt. `Dead` puts it aside with the reason, and its key goes on.
 */
export type Outcome<B> =
  | { readonly _tag: "Done"; readonly settles: ReadonlyArray<Item<B>> }
  | { readonly _tag: "Again"; readonly at: number; readonly spent: boolean; readonly cause: string }
  | { readonly _tag: "Dead"; readonly reason: string }

/** Work that was put aside. */
export interface Dead<A> extends Work<A> {
  readonly reason: string
  /** Unix milliseconds */
  readonly diedAt: number
}

export interface Offered {
  readonly kept: number
  /** ids that were kept before and are ignored now */
  readonly repeats: ReadonlyArray<string>
}

export interface Depth {
  /** kept and not yet settled, those being worked on included */
  readonly waiting: number
  readonly dead: number
  /** when the oldest of the waiting was kept, in Unix milliseconds */
  readonly oldest: number | undefined
}

export interface WorkOptions<A, B> {
  readonly concurrency: number
  /** Work that takes longer than `within` is interrupted, left behind if that does not help, and becomes `late(work)`. */
  readonly deadline?: {
    readonly within: Duration.Duration
    readonly late: (work: Work<A>) => Effect.Effect<Outcome<B>>
  }
}

/** Work in order within a key, side by side across keys. Inbox and Outbox are two of these; `B` is what `Done` offers on. */
export interface KeyedQueue<A, B = never> {
  /** Keeps all of `items` in one commit, or none; items whose id is known are told apart and ignored. */
  readonly offer: (items: ReadonlyArray<Item<A>>) => Effect.Effect<Offered, StoreRefused>
  /**
   * Runs `f` on everything kept, oldest first within a key and one at a time, at most `concurrency` keys at once. A defect in
   * `f` is `Dead`; when interrupted, what was being worked on stays kept. A commit that the store refuses is tried again
   * with the outcome at hand: `f` does not run again for it. Work past its deadline is given up for what `late` makes of it.
   */
  readonly work: <R>(
    f: (work: Work<A>) => Effect.Effect<Outcome<B>, never, R>,
    options: WorkOptions<A, B>
  ) => Effect.Effect<never, never, R>
  /** Everything put off by `Again` under keys that begin with `prefix` is due now. */
  readonly wake: (prefix: string) => Effect.Effect<void>
  /** Succeeds once nothing is being worked on and nothing is due. */
  readonly idle: Effect.Effect<void>
  readonly depth: Effect.Effect<Depth, StoreRefused>
  readonly dead: Effect.Effect<ReadonlyArray<Dead<A>>, StoreRefused>
  /** Gives one of the dead another life, as the last of its key; false when there is none of that id. */
  readonly retry: (id: string) => Effect.Effect<boolean, StoreRefused>
  /** Gives up one of the dead, whose id stays known as that of settled work does; false when there is none of that id. */
  readonly drop: (id: string) => Effect.Effect<boolean, StoreRefused>
}

export const done = <B = never>(settles: ReadonlyArray<Item<B>> = []): Outcome<B> => ({ _tag: "Done", settles })
export const again = (at: number, options: { readonly spent: boolean; readonly cause: string }): Outcome<never> => ({
  _tag: "Again",
  at,
  ...options
})
export const dead = (reason: string): Outcome<never> => ({ _tag: "Dead", reason })
