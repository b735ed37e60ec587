import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { awaitBounded, closeDetached, closeWithin } from "../../adapter/Teardown.ts"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import type { Lease, OwnedElsewhere } from "../../delivery/Lease.ts"

/** How long one account is ours: from when its lease is first wanted, across its adapters, until it is given up. */
export interface Tenure {
  /** The lease that is held; a new one, if there is none or it was lost. */
  readonly lease: Effect.Effect<Lease, OwnedElsewhere | StoreRefused>
  readonly isHeld: () => boolean
  /** Gives it up, and returns within three times the teardown's bound. */
  readonly end: Effect.Effect<void>
}

/** For work to settle, for resume points to be written, and for the store to hear that it is over. */
const letGoWithin = Duration.times(closeWithin, 3)

export const make = (own: Effect.Effect<Lease, OwnedElsewhere | StoreRefused, Scope.Scope>): Tenure => {
  let held: { readonly lease: Lease; readonly scope: Scope.CloseableScope } | undefined
  let closing: Fiber.RuntimeFiber<void> | undefined

  const close = (scope: Scope.CloseableScope) =>
    Effect.map(closeDetached(scope, Exit.void), (fiber) => {
      if (held?.scope === scope) held = undefined
      closing = fiber
    })

  /** What was held before is let go of, or left behind. */
  const closed = Effect.suspend(() =>
    closing === undefined
      ? Effect.void
      : Effect.map(awaitBounded(closing, letGoWithin), () => {
          closing = undefined
        })
  )

  /** What is lost is let go of at once, whether anybody needs it or not. */
  const watch = (lease: Lease, scope: Scope.CloseableScope) =>
    lease.lost === Effect.never
      ? Effect.void
      : Effect.forkIn(Effect.interruptible(Effect.flatMap(lease.lost, () => close(scope))), scope)

  const take = Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      yield* closed
      const scope = yield* Scope.make()
      const lease = yield* Effect.onError(restore(Scope.extend(own, scope)), () => close(scope))
      held = { lease, scope }
      yield* watch(lease, scope)
      return lease
    })
  )

  return {
    isHeld: () => held !== undefined,
    lease: Effect.suspend(() => (held === undefined ? take : Effect.succeed(held.lease))),
    end: Effect.suspend(() => Effect.zipRight(held === undefined ? Effect.void : close(held.scope), closed))
  }
}
