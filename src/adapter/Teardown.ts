import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Scope from "effect/Scope"
import { counter } from "./MetricFamily.ts"

/** What is given to anything of ours that closes before it is left behind. */
export const closeWithin = Duration.seconds(2)

/** Finalisers that did not return in time and were left behind on a fiber of their own (F17). */
export const leftBehind = counter("left_behind_total", "finalisers that did not return in time and were left behind")

/** Waits for a fiber to end, but no longer than that, and counts it when it does not. */
export const awaitBounded = <A, E>(fiber: Fiber.Fiber<A, E>, within = closeWithin): Effect.Effect<void> =>
  Fiber.await(fiber).pipe(
    Effect.interruptible,
    Effect.timeoutOption(within),
    Effect.flatMap((ended) => (ended._tag === "None" ? Metric.increment(leftBehind.of()) : Effect.void))
  )

/** Closes a scope on a fiber of its own, which outlives its starter: teardown is never trusted to return. */
export const closeDetached = (
  scope: Scope.CloseableScope,
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<Fiber.RuntimeFiber<void>> => Effect.forkDaemon(Scope.close(scope, exit))

/** Closes a scope, but returns within `closeWithin` whatever its finalisers do. */
export const closeBounded = (scope: Scope.CloseableScope, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Effect.flatMap(closeDetached(scope, exit), awaitBounded)

/** Runs foreign work so that interrupting us returns within `closeWithin`, even if the work cannot be interrupted. */
export const boundedInterrupt = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDaemon(Effect.interruptible(work)), (fiber) =>
      restore(Fiber.join(fiber)).pipe(
        Effect.onInterrupt(() => Effect.zipRight(Fiber.interruptFork(fiber), awaitBounded(fiber)))
      )
    )
  )
