import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** What a clock that ticks has seen of the machine. */
export interface Ticks {
  /** how many milliseconds late the event loop came to what was due, at most, in the last ten seconds */
  readonly lag: Effect.Effect<number>
  /** how many milliseconds the wall clock was put forward in the last day, or went on while the machine slept: nothing was due then */
  readonly leapt: Effect.Effect<number>
}

const every = Duration.seconds(1)

/** As many ticks are remembered, so that a delay is seen by whoever asks every few seconds. */
const remembered = 10

/** Less than this is how clocks differ, and how they are set right. */
const leap = 1000

/** What waits for longer than this waits for a platform's day, which goes by the wall clock. */
const forgotten = Duration.toMillis(Duration.days(1))

const millis = (nanos: bigint): number => Number(nanos / 1_000_000n)

const clocks = Effect.all({ wall: Clock.currentTimeMillis, elapsed: Effect.map(Clock.currentTimeNanos, millis) })

export const make: Effect.Effect<Ticks, never, Scope.Scope> = Effect.gen(function* () {
  let last = yield* clocks
  let late: ReadonlyArray<number> = []
  let leaps: ReadonlyArray<{ readonly at: number; readonly by: number }> = []

  const due = () => last.elapsed + Duration.toMillis(every)
  /** by how much the wall clock has leapt since the last tick */
  const leaping = (now: typeof last): number => {
    const by = now.wall - last.wall - (now.elapsed - last.elapsed)
    return by > leap ? by : 0
  }
  const tick = Effect.map(clocks, (now) => {
    const by = leaping(now)
    leaps = leaps.filter(({ at }) => now.elapsed - at < forgotten)
    if (by > 0) leaps = [...leaps, { at: now.elapsed, by }]
    late = [...late, now.elapsed - due()].slice(-remembered)
    last = now
  })
  yield* Effect.forkScoped(Effect.forever(Effect.delay(tick, every)))

  return {
    lag: Effect.map(clocks, ({ elapsed }) => Math.max(0, elapsed - due(), ...late)),
    // whoever asks may do so before the tick that sees it
    leapt: Effect.map(clocks, (now) => leaps.reduce((sum, { by }) => sum + by, leaping(now)))
  }
})
