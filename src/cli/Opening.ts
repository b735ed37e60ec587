import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import * as Teardown from "../adapter/Teardown.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import * as StatusLine from "../gateway/StatusLine.ts"
import type { NotOpened } from "./Store.ts"

const backoff: RetryPolicy.RetryPolicy = {
  base: Duration.seconds(5),
  factor: 2,
  cap: Duration.seconds(30),
  floor: Duration.seconds(5),
  attempts: Number.POSITIVE_INFINITY
}

/** How long nothing more is said of a store that is still not open. */
const silence = Duration.minutes(1)

/** Opens a store, or fails: in a scope of its own, which is closed at once if it fails, and bounded whenever it closes. */
export const once = <A, E>(layer: Layer.Layer<A, E>): Effect.Effect<Context.Context<A>, E, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const close = (exit: Exit.Exit<unknown, unknown>) => Teardown.closeBounded(scope, exit)
      const built = Teardown.boundedInterrupt(Layer.buildWithScope(layer, scope))
      const context = yield* Effect.onError(restore(built), (cause) => close(Exit.failCause(cause)))
      yield* Effect.addFinalizer(close)
      return context
    })
  )

const passes = (why: NotOpened): why is StoreRefused => why._tag === "StoreRefused" && why.lasting !== true

const monotonic = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/**
 * Opens a store, which people know as `place`, for as long as the scope lasts. What may pass by itself is waited for, however
 * long it takes, and said at once and then every minute (F61); only what a person has to mend fails.
 */
export const open = <A>(
  place: string,
  layer: Layer.Layer<A, NotOpened>
): Effect.Effect<Context.Context<A>, NotOpened, Scope.Scope> =>
  Effect.gen(function* () {
    const delays = yield* RetryPolicy.stepper(RetryPolicy.schedule(backoff))
    const began = yield* monotonic
    const since = Effect.map(monotonic, (now) => StatusLine.span(now - began))
    const patience = Effect.flatMap(since, (span) => Effect.logInfo(`${place} is being opened, for ${span} now`)).pipe(
      Effect.schedule(Schedule.spaced(silence)),
      Effect.zipRight(Effect.never)
    )
    let said: number | undefined
    while (true) {
      // a large store takes its time to be read or brought up to date
      const opened = yield* Effect.either(Effect.raceFirst(once(layer), patience))
      const now = yield* monotonic
      if (opened._tag === "Right") {
        if (said !== undefined) yield* Effect.logInfo(`${place} is open, after ${yield* since}`)
        return opened.right
      }
      const why = opened.left
      if (!passes(why)) return yield* why
      const delay = Option.getOrElse(yield* delays.next(undefined), () => backoff.cap)
      const next = `the next try is in ${StatusLine.span(Duration.toMillis(delay))}`
      if (said === undefined) {
        yield* Effect.logWarning(`${place} is not open: ${why.cause}; no account is connected until it is, and ${next}`)
        said = now
      } else if (now - said >= Duration.toMillis(silence)) {
        yield* Effect.logWarning(`${place} is still not open, after ${yield* since}: ${why.cause}; ${next}`)
        said = now
      }
      yield* Effect.sleep(delay)
    }
  })
