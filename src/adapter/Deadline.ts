import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"

/** What has begun by itself, and says how it ends: answers how to give it up. */
export type Begun<A, E> = (ends: (exit: Exit.Exit<A, E>) => void) => () => void

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
    // its end is seen to below, without waiting for it
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(Effect.sleep(within))), (alarm) =>
      Effect.ensuring(
        restore(
          Effect.async<A, E | E2>((resume) => {
            const giveUp = begin(resume)
            alarm.addObserver((exit) => {
              if (!Exit.isSuccess(exit)) return
              // what is given up may end by that
              resume(Effect.failSync(late))
              giveUp()
            })
            return Effect.sync(giveUp)
          })
        ),
        Effect.sync(() => alarm.unsafeInterruptAsFork(FiberId.none))
      )
    )
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
