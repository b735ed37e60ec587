import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"

/** What has begun by itself, and says how it ends: answers how to give it up. */
export type Begun<A, E> = (ends: (exit: Exit.Exit<A, E>) => void) => () => void

/** Something that has to be done by then, in monotonic nanoseconds, or `ring` is called. */
interface Due {
  readonly at: bigint
  ring: () => void
}

/** One fiber wakes for all that has the same time: what began first is due first. It is there while there is something to wait for. */
class Alarm {
  readonly #waiting = new Set<Due>()
  readonly #within: bigint
  #watched = false
  #fiber: Fiber.RuntimeFiber<void> | undefined

  constructor(within: Duration.Duration) {
    this.#within = Duration.unsafeToNanos(within)
  }

  readonly #watch = Effect.gen(this, function* () {
    for (const due of this.#waiting)
      while (this.#waiting.has(due)) {
        const left = due.at - (yield* Clock.currentTimeNanos)
        if (left > 0n) yield* Effect.sleep(Duration.nanos(left))
        else if (this.#waiting.delete(due)) due.ring()
      }
    this.#watched = false
  })

  readonly set: Effect.Effect<Due> = Effect.flatMap(Clock.currentTimeNanos, (now) => {
    const due: Due = { at: now + this.#within, ring: () => {} }
    this.#waiting.add(due)
    if (this.#watched) return Effect.succeed(due)
    this.#watched = true
    // it ends with the last of what it waits for
    return Effect.map(Effect.forkDaemon(Effect.interruptible(this.#watch)), (fiber) => {
      this.#fiber = fiber
      return due
    })
  })

  off(due: Due): void {
    this.#waiting.delete(due)
    if (this.#waiting.size > 0) return
    this.#watched = false
    this.#fiber?.unsafeInterruptAsFork(FiberId.none)
    this.#fiber = undefined
  }
}

const alarms = new WeakMap<Clock.Clock, Map<number, Alarm>>()

const alarmOf = (clock: Clock.Clock, within: Duration.Duration): Alarm => {
  const all = alarms.get(clock) ?? new Map<number, Alarm>()
  const alarm = all.get(Duration.toMillis(within)) ?? new Alarm(within)
  alarms.set(clock, all.set(Duration.toMillis(within), alarm))
  return alarm
}

/**
 * Begins something at once and fails when it is not done in time; whatever happens, it is given up then. It does not hold
 * the caller past its time, even where the caller cannot be interrupted.
 */
export const during = <A, E, E2>(
  begin: Begun<A, E>,
  within: Duration.Duration,
  late: () => E2
): Effect.Effect<A, E | E2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.clockWith((clock) => {
      const alarm = alarmOf(clock, within)
      return Effect.flatMap(alarm.set, (due) =>
        Effect.ensuring(
          restore(
            Effect.async<A, E | E2>((resume) => {
              const giveUp = begin(resume)
              due.ring = () => {
                // what is given up may end by that
                resume(Effect.failSync(late))
                giveUp()
              }
              return Effect.sync(giveUp)
            })
          ),
          Effect.sync(() => alarm.off(due))
        )
      )
    })
  )

/** Fails when it is not done in time. It begins at once, and does not hold the caller even where it cannot be interrupted. */
export const before =
  <E2>(within: Duration.Duration, late: () => E2) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    Effect.uninterruptibleMask((restore) =>
      // what cannot be interrupted must not hold the caller past the deadline: it is left behind
      Effect.flatMap(Effect.forkDaemon(restore(self)), (asking) => {
        const giveUp = () => asking.unsafeInterruptAsFork(FiberId.none)
        const joined = during<A, E, E2>(
          (ends) => {
            asking.addObserver(ends)
            return giveUp
          },
          within,
          late
        )
        return Effect.onInterrupt(restore(joined), () => Effect.sync(giveUp))
      })
    )
