import * as Effect from "effect/Effect"

/** Lets timers and sockets have their turn, where `Effect.yieldNow` only lets other fibers have theirs. */
export const pause: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})
