import type * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AdapterFatal } from "../../adapter/AdapterError.ts"
import { awaitBounded, closeWithin } from "../../adapter/Teardown.ts"
import type { Lease, LeaseLost } from "../../delivery/Lease.ts"
import type { AccountId } from "../../domain/Address.ts"
import * as Fatal from "./Fatal.ts"
import type { Patience } from "./Patience.ts"

/** What listens to one adapter, on a fiber of its own. */
export type Ear = Fiber.RuntimeFiber<void, AdapterFatal>

export const open = <R>(listen: Effect.Effect<void, AdapterFatal, R>): Effect.Effect<Ear, never, R> =>
  // not ours to wait for: an adapter that cannot be interrupted is left behind when its time is up
  Effect.forkDaemon(Effect.interruptible(listen))

/**
 * Takes what a stream brings, chunk by chunk, as long as `hear` wants more; then the stream is closed as one that was
 * listened to the end. (`Stream.runForEachWhile` holds on to something of every chunk for as long as it runs.)
 */
export const hearWhile = <A, E, R, R2>(
  stream: Stream.Stream<A, E, R>,
  hear: (chunk: Chunk.Chunk<A>) => Effect.Effect<boolean, never, R2>
): Effect.Effect<void, E, Exclude<R, Scope.Scope> | Exclude<R2, Scope.Scope>> =>
  Effect.flatMap(Stream.toPull(stream), (pull) => {
    let more = true
    return Effect.whileLoop({
      while: () => more,
      body: () => Effect.flatMap(pull, hear),
      step: (wanted) => {
        more = wanted
      }
    })
  }).pipe(
    Effect.catchAll(Option.match({ onNone: () => Effect.void, onSome: (error) => Effect.fail(error) })),
    Effect.scoped
  )

/** How it ends. An adapter that owes a sign of life, or news of its line, and says nothing has ended too. */
export const endOf = (account: AccountId, ear: Ear, patience: Patience): Effect.Effect<Exit.Exit<void, AdapterFatal>> =>
  Effect.map(
    patience.outlast(ear),
    Option.getOrElse(() => {
      const quiet = "it said nothing, though a sign of life or news of its line was due"
      return Exit.fail(Fatal.unresponsive(account, quiet))
    })
  )

/** Waits for an end no longer than the account is ours, and says then what `lost` makes of it. */
export const unless =
  <A>(lease: Lease, lost: (lost: LeaseLost) => Effect.Effect<A>) =>
  (end: Effect.Effect<A>): Effect.Effect<A> =>
    // what cannot be lost needs no fiber to wait for it
    lease.lost === Effect.never ? end : Effect.raceFirst(end, Effect.flatMap(lease.lost, lost))

/** Cuts it off; one that is about to end by itself is given the time to. */
export const close = (ear: Ear, ending: boolean): Effect.Effect<void> =>
  Effect.zipRight(
    ending ? Fiber.await(ear).pipe(Effect.interruptible, Effect.timeoutOption(closeWithin)) : Effect.void,
    Effect.zipRight(Fiber.interruptFork(ear), awaitBounded(ear))
  )
