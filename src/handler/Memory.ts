import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { EventId } from "../domain/Event.ts"

/** What was said to a handler in one event, and what it answered. */
export interface Turn {
  readonly event: EventId
  readonly asked: string
  readonly answered: string
  /** when it was kept, in Unix milliseconds: later than the turns before it */
  readonly at: number
}

/** No more turns than this are remembered under one key: the last. */
export const most = 200

/** For how long a turn is remembered at most. */
export const longest: Duration.Duration = Duration.days(90)

/** How many keys are remembered at once where nothing is on a disk: those that were used last. */
const atOnce = 10_000

/**
 * What was said so far, for a handler that goes on from there. A key begins with an account's id. A store that refuses is
 * waited for.
 */
export class Memory extends Context.Tag("holdfast/Memory")<
  Memory,
  {
    /** The turns of a key, the oldest first. */
    readonly recall: (key: string) => Effect.Effect<ReadonlyArray<Turn>>
    /** Keeps a turn, once for its event, and forgets those of the key that were kept before `since`. */
    readonly keep: (key: string, turn: Turn, since: number) => Effect.Effect<void>
    readonly forget: (key: string) => Effect.Effect<void>
  }
>() {
  /** Forgets with the process. */
  static readonly layerMemory: Layer.Layer<Memory> = Layer.sync(Memory, () => {
    const kept = new Map<string, ReadonlyArray<Turn>>()
    return {
      recall: (key) => Effect.sync(() => kept.get(key) ?? []),
      keep: (key, turn, since) =>
        Effect.sync(() => {
          const others = (kept.get(key) ?? []).filter(({ at, event }) => at >= since && event !== turn.event)
          kept.delete(key)
          kept.set(key, [...others, turn].slice(-most))
          const [eldest] = kept.keys()
          if (kept.size > atOnce && eldest !== undefined) kept.delete(eldest)
        }),
      forget: (key) => Effect.sync(() => void kept.delete(key))
    }
  })
}
