import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

/** The store did not take, or give, anything: full, locked, gone. Nothing was changed. */
export class StoreRefused extends Schema.TaggedError<StoreRefused>()("StoreRefused", {
  store: Schema.String,
  cause: Schema.String,
  /** it stays like this until a person has done something */
  lasting: Schema.optional(Schema.Literal(true)),
  /** there is only no room, and what waits makes some when it is worked off */
  full: Schema.optional(Schema.Literal(true))
}) {
  override get message(): string {
    return `${this.store}: ${this.cause}`
  }
}

/**
 * Something to keep: named for ever by `id`, ordered among those of the same `key`. An id that begins with a group and "/" is
 * one of that group: under a key of another, it may be kept twice where each has a process of its own.
 */
export interface Item<A> {
  readonly id: string
  readonly key: string
  readonly value: A
  /** the id of the item before it, in the same offer, that it goes on from: where that is known already, this is ignored too */
  readonly partOf?: string
}

/** An item that is kept, with how often work on it came to nothing: attempts that were spent, and those that broke off, with their process or before. */
export interface Kept<A> extends Item<A> {
  readonly attempts: number
  /** Unix milliseconds */
  readonly keptAt: number
}

/** Where nothing outlives the process: nothing is to be done, and who sees it need not run it. */
export const unrecorded: Effect.Effect<void> = Effect.void

/** An item taken up for work. */
export interface Work<A> extends Kept<A> {
  /**
   * To be run before whatever may kill the process, or cannot be taken back: once it has succeeded, whoever dies, or breaks
   * off, before this work is settled leaves it with one attempt more.
   */
  readonly begin: Effect.Effect<void, StoreRefused>
  /**
   * Has `harmless` called, if our own doing breaks this work off: when it says that nothing came of it, what was begun is
   * given back, and counts no more than before. Of several only the last is called.
   */
  readonly brokenOff: (harmless: () => boolean) => void
}

/**
 * What became of a piece of work. `Done` settles it, and `Dead` puts it aside with the reason; its key goes on, and in the
 * same commit `settles` is offered to the queue that this one feeds; `proof` is kept beside its id; so many of those `behind` it
 * as `along` says share its fate in that commit. `Again` puts it back at the head of its key until `at`
 * (Unix milliseconds); `spent` says whether that counts as an attempt, begun or not.
 */
export type Outcome<B> =
  | {
      readonly _tag: "Done"
      readonly settles: ReadonlyArray<Item<B>>
      readonly proof?: string | undefined
      readonly along?: number
    }
  | { readonly _tag: "Again"; readonly at: number; readonly spent: boolean; readonly cause: string }
  | {
      readonly _tag: "Dead"
      readonly reason: string
      readonly settles: ReadonlyArray<Item<B>>
      readonly along?: number
    }

/** Work that was put aside. */
export interface Dead<A> extends Kept<A> {
  readonly reason: string
  /** Unix milliseconds */
  readonly diedAt: number
}

/**
 * What became of an item. One that is settled was done, with the proof that it was done with if there was one, or dropped. It
 * is unknown where it was never kept, and once its id is told apart no more.
 */
export type Fate =
  | { readonly _tag: "Waiting" }
  | { readonly _tag: "Settled"; readonly proof: string | undefined }
  | { readonly _tag: "Dead"; readonly reason: string }
  | { readonly _tag: "Unknown" }

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

/** The group of a key, such as the account of a conversation: what stands before its first "/", or all of it. */
export const groupOf = (key: string): string => {
  const end = key.indexOf("/")
  return end < 0 ? key : key.slice(0, end)
}

export interface WorkOptions<A, B> {
  /** How many keys are worked on at once. */
  readonly concurrency: number
  /** How many of them may be of one group, so that a group whose work hangs leaves room for the others; all, if left out. */
  readonly perGroup?: number
  /**
   * Work that takes longer than `within`, on the monotonic clock, is given up: `late` says what becomes of it, whatever it
   * still comes to is ignored, and its place is filled. It is interrupted, and left behind if that does not help.
   */
  readonly deadline?: {
    readonly within: Duration.Duration
    readonly late: (work: Work<A>) => Effect.Effect<Outcome<B>>
  }
}

/** Work in order within a key, side by side across keys. Inbox and Outbox are two of these; `B` is what `Done` and `Dead` offer on. */
export interface KeyedQueue<A, B = never> {
  /**
   * Takes up a group, which this process has to own: what waits of it is worked on, and it may be offered to. When the scope
   * ends it is let go of: what is at work settles, or is given back after `closeWithin`. A store that dies with its process
   * has all groups from the start; any other refuses, by name, what is offered of a group that is not taken up.
   */
  readonly adopt: (group: string) => Effect.Effect<void, StoreRefused, Scope.Scope>
  /**
   * Keeps all of `items` in one commit, or none; items whose id is known are told apart and ignored. A group is refused, by
   * name, what would make it hold more than is left for the others: alone it gets half of a bounded store, and however many
   * groups have all they may, there is room for another.
   */
  readonly offer: (items: ReadonlyArray<Item<A>>) => Effect.Effect<Offered, StoreRefused>
  /**
   * Runs `f` on everything kept, oldest first within a key and one at a time, at most `concurrency` keys at once, groups in
   * turn. A defect in `f` is `Dead`. A commit that the store refuses is tried again with the outcome at hand: `f` does not
   * run again for it. When interrupted, what was being worked on stays kept, and what cannot be interrupted is waited for no
   * longer than `closeWithin`.
   */
  readonly work: <R>(
    f: (work: Work<A>) => Effect.Effect<Outcome<B>, never, R>,
    options: WorkOptions<A, B>
  ) => Effect.Effect<never, never, R>
  /**
   * What waits behind the oldest of a key, in order, `most` at most. While that one is worked on, the list grows only at its
   * end; it ends before what cannot be read.
   */
  readonly behind: (key: string, most: number) => Effect.Effect<ReadonlyArray<Kept<A>>, StoreRefused>
  /** Everything put off by `Again` under keys that begin with `prefix` is due now, and so is what is at work and put off next. */
  readonly wake: (prefix: string) => Effect.Effect<void>
  /** Succeeds once nothing is being worked on and nothing is due. */
  readonly idle: Effect.Effect<void>
  /** Why nothing that the work of a group came to could be settled for some seconds by now; undefined where something could. */
  readonly unsettled: (group: string) => StoreRefused | undefined
  /** Of the groups that are taken up; and so are `dead`, `retry` and `drop`. */
  readonly depth: Effect.Effect<Depth, StoreRefused>
  /** The same of each group of which anything waits or is dead. */
  readonly depths: Effect.Effect<ReadonlyMap<string, Depth>, StoreRefused>
  readonly dead: Effect.Effect<ReadonlyArray<Dead<A>>, StoreRefused>
  /** What became of an item of any group. */
  readonly fate: (id: string) => Effect.Effect<Fate, StoreRefused>
  /** Gives one of the dead another life, as the last of its key; false when there is none of that id. */
  readonly retry: (id: string) => Effect.Effect<boolean, StoreRefused>
  /** Gives up one of the dead, whose id stays known as that of settled work does; false when there is none of that id. */
  readonly drop: (id: string) => Effect.Effect<boolean, StoreRefused>
}

export const done = <B = never>(settles: ReadonlyArray<Item<B>> = [], proof?: string): Outcome<B> => ({
  _tag: "Done",
  settles,
  proof
})
export const again = (at: number, options: { readonly spent: boolean; readonly cause: string }): Outcome<never> => ({
  _tag: "Again",
  at,
  ...options
})
export const dead = <B = never>(reason: string, settles: ReadonlyArray<Item<B>> = []): Outcome<B> => ({
  _tag: "Dead",
  reason,
  settles
})
