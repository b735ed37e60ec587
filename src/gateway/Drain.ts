import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Pulling } from "./Supervisor/Pulling.ts"

/** Of the time that there is, handlers may take so much; what they have said is said in the rest. */
const handling = 2 / 3

interface Left {
  readonly events: number
  readonly messages: number
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

const tell = ({ events, messages }: Left): Effect.Effect<void> =>
  events + messages === 0
    ? Effect.void
    : Effect.logWarning(
        `it stops with ${counted(events, "event")} not handled and ${counted(messages, "message")} not said; a store that outlives this process keeps them for the next`
      )

/** What an ending gateway goes through. */
export interface Stages {
  readonly pulling: Pulling
  /** Succeeds when nothing is being handled and nothing waits to be. */
  readonly handled: Effect.Effect<void>
  /** Cuts off the handlers that still run; their events stay kept. */
  readonly cut: Effect.Effect<void>
  /** Succeeds when what can be said in this time is said. */
  readonly said: (within: Duration.Duration) => Effect.Effect<void>
  /** What is kept and not done yet. */
  readonly left: Effect.Effect<Left, StoreRefused>
  /** Closes the accounts, each within a bound of its own. */
  readonly stop: Effect.Effect<void>
}

/** None when it takes longer; outermost interruptible, because a finaliser is not and the wait would be with it. */
const bounded = (stage: Effect.Effect<void>, within: Duration.Duration): Effect.Effect<Option.Option<void>> =>
  stage.pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(within))

/**
 * Ends in this order: nothing more is heard, what was begun is handled, what was answered is said, `within` for all of it;
 * then every account says how far it has heard, and closes.
 */
export const drain = (
  { cut, handled, left, pulling, said, stop }: Stages,
  within: Duration.Duration
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeNanos
    yield* pulling.pause
    if (Option.isNone(yield* bounded(handled, Duration.times(within, handling)))) yield* cut
    const rest = Duration.subtract(within, Duration.nanos((yield* Clock.currentTimeNanos) - began))
    yield* bounded(said(rest), rest)
    // a store that does not answer has been told of already
    yield* Effect.ignore(Effect.flatMap(left, tell))
    yield* pulling.end
    yield* stop
  })
