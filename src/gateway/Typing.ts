import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Event } from "../domain/Event.ts"

/** Whoever is answered sooner than this need not be told that an answer is being written. */
const patience = Duration.toMillis("500 millis")

/** What is shown lasts some seconds on most platforms, 5 on one. */
const every = Duration.toMillis("4 seconds")

/** A handler's work on one event. */
export interface Working {
  /** the event's name in the inbox */
  readonly id: string
  readonly event: Event
  /** nobody sees anything of an answer yet */
  readonly isSilent: boolean
}

/** Shows that an answer is being written, for work that takes longer than a moment, until something of it can be seen. */
export interface Typing {
  /** It begins, at `now` in monotonic milliseconds. */
  readonly begin: (work: Working, now: number) => void
  /** The work on the event of this name has ended, however it did, or is given up. */
  readonly end: (id: string) => void
}

/** Where nothing of it is shown. */
export const none: Typing = { begin: () => {}, end: () => {} }

const elapsed = Effect.clockWith((clock) => Effect.succeed(Number(clock.unsafeCurrentTimeNanos()) / 1e6))

type Works = Map<string, { readonly work: Working; readonly at: number }>

const next = (works: Works): number => {
  for (const { at } of works.values()) return at
  return Number.POSITIVE_INFINITY
}

/** One fiber for all work, which wakes only while there is some. `show` does it once, for who did the event; best effort. */
export const make = (show: (event: Event) => Effect.Effect<void>): Effect.Effect<Typing, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const stirred = yield* Effect.makeLatch(false)
    // each by its event, in the order in which it is due
    const fresh: Works = new Map()
    const shown: Works = new Map()

    const due = (works: Works, now: number): ReadonlyArray<Working> => {
      const some: Array<Working> = []
      for (const [id, { at, work }] of works) {
        if (at > now) break
        works.delete(id)
        if (work.isSilent) some.push(work)
      }
      return some
    }

    // one that hangs holds up no other
    const start = ({ event }: Working) =>
      Effect.forkIn(Effect.timeoutOption(Effect.disconnect(Effect.exit(show(event))), every), scope)

    const look = Effect.gen(function* () {
      stirred.unsafeClose()
      const now = yield* elapsed
      const works = [...due(shown, now), ...due(fresh, now)]
      for (const work of works) shown.set(work.id, { work, at: now + every })
      yield* Effect.forEach(works, start, { discard: true })
      const [first, again] = [next(fresh), next(shown)]
      if (Number.isFinite(first)) return yield* Effect.sleep(Math.min(first, again) - now)
      yield* Number.isFinite(again) ? Effect.timeoutOption(stirred.await, again - now) : stirred.await
    })
    yield* Effect.forkScoped(Effect.forever(look))

    return {
      begin: (work, now) => {
        if (fresh.size === 0) stirred.unsafeOpen()
        fresh.set(work.id, { work, at: now + patience })
      },
      end: (id) => {
        if (!fresh.delete(id)) shown.delete(id)
      }
    }
  })
