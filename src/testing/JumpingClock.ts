import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Sleeper {
  /** milliseconds on the monotonic clock */
  readonly due: number
  readonly wake: () => void
}

/**
 * A clock for long stories: whenever everything waits, it is at once as late as the first sleeper wants it to be. A year
 * costs what its wake-ups cost. Only for what runs in memory: a peer that really takes time looks as if it were idle.
 */
export class JumpingClock implements Clock.Clock {
  readonly [Clock.ClockTypeId]: Clock.ClockTypeId = Clock.ClockTypeId
  private elapsed = 0
  private turning = false
  private stopped = false
  /** the soonest first, and among equals the one that lay down first */
  private readonly sleepers: Array<Sleeper> = []

  private constructor(private wall: number) {}

  /** Begins at `start`, in Unix milliseconds; when the scope closes, time stands still. */
  static readonly make = (start: number): Effect.Effect<JumpingClock, never, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.sync(() => new JumpingClock(start)),
      (clock) =>
        Effect.sync(() => {
          clock.stopped = true
        })
    )

  /** Moves the wall clock, as a person or a time server does, by so many milliseconds; sleepers do not notice. */
  shift(millis: number): Effect.Effect<void> {
    return Effect.sync(() => {
      this.wall += millis
    })
  }

  unsafeCurrentTimeMillis(): number {
    return this.wall + this.elapsed
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(this.elapsed) * 1_000_000n
  }

  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const due = this.elapsed + Math.ceil(Duration.toMillis(duration))
      if (!Number.isFinite(due)) return
      const sleeper: Sleeper = { due, wake: () => resume(Effect.void) }
      this.sleepers.splice(this.sleepers.findLastIndex((other) => other.due <= due) + 1, 0, sleeper)
      this.turn()
      return Effect.sync(() => {
        const at = this.sleepers.indexOf(sleeper)
        if (at >= 0) this.sleepers.splice(at, 1)
      })
    })
  }

  /** The event loop itself says when nothing is left to do: an immediate comes after all that is ready. */
  private turn(): void {
    if (this.turning || this.stopped || this.sleepers.length === 0) return
    this.turning = true
    setImmediate(() => {
      this.turning = false
      if (!this.stopped) this.jump()
    })
  }

  private jump(): void {
    this.elapsed = Math.max(this.elapsed, this.sleepers[0]?.due ?? 0)
    const later = this.sleepers.findIndex(({ due }) => due > this.elapsed)
    for (const { wake } of this.sleepers.splice(0, later < 0 ? this.sleepers.length : later)) wake()
    this.turn()
  }
}
