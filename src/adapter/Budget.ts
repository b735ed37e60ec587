import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** How often a costly step may be taken with one credential. */
export interface Limits {
  readonly perDay: number
  readonly apart: Duration.Duration
}

/** What the platform itself says is left, of how much, and for how long (milliseconds). */
export interface Count {
  readonly total: number
  readonly remaining: number
  readonly resetAfter: number
}

/**
 * What one credential may spend. Steps are `apart` while more than half of the day's rest is left; from there on the
 * distance grows, without a jump, to what spreads the rest over the rest of the day.
 */
export interface Purse {
  /** How long until one may be spent; zero when that is now. */
  readonly due: Effect.Effect<Duration.Duration>
  /** Spends one and says zero, or spends nothing and says how long until one may be spent. */
  readonly take: Effect.Effect<Duration.Duration>
  /** Believes the platform's own count, but keeps a tenth of it for a person's own attempts. */
  readonly seed: (count: Count) => Effect.Effect<void>
}

interface Window {
  readonly size: number
  readonly left: number
  /** milliseconds on the monotonic clock */
  readonly until: number
}

const day = Duration.toMillis("1 day")

/** The share of a platform's count that is never spent. */
const reserve = 0.1

const now = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))

const distance = (window: Window, at: number, apart: number): number => {
  const scarcity = Math.max(0, 1 - window.left / (window.size / 2))
  return apart + scarcity * Math.max(0, (window.until - at) / window.left - apart)
}

const make = (limits: Limits): Purse => {
  const apart = Duration.toMillis(limits.apart)
  let last: number | undefined
  let ours: Window = { size: limits.perDay, left: limits.perDay, until: 0 }
  let theirs: Window | undefined

  const wait = (at: number): Duration.Duration => {
    const open = (theirs === undefined ? [ours] : [ours, theirs]).filter(({ until }) => until > at)
    const dues = open.map((window) =>
      window.left < 1 ? window.until : last === undefined ? at : last + distance(window, last, apart)
    )
    const soonest = last === undefined ? at : last + apart
    return Duration.millis(Math.ceil(Math.max(at, soonest, ...dues) - at))
  }

  const spend = (at: number) => {
    if (ours.until <= at) ours = { size: limits.perDay, left: limits.perDay, until: at + day }
    ours = { ...ours, left: ours.left - 1 }
    if (theirs !== undefined) theirs = { ...theirs, left: theirs.left - 1 }
    last = at
  }

  return {
    due: Effect.map(now, wait),
    take: Effect.map(now, (at) => {
      const due = wait(at)
      if (Duration.equals(due, Duration.zero)) spend(at)
      return due
    }),
    seed: ({ remaining, resetAfter, total }) =>
      Effect.map(now, (at) => {
        const kept = Math.floor(total * reserve)
        theirs = { size: total - kept, left: remaining - kept, until: at + Math.min(resetAfter, day) }
      })
  }
}

/**
 * What a platform enforces by punishment is counted here, by credential: for as long as the process lives, whatever becomes
 * of adapters, and together for all accounts that share a credential.
 */
export class Budget extends Context.Tag("holdfast/Budget")<
  Budget,
  { readonly of: (key: string, limits: Limits) => Effect.Effect<Purse> }
>() {
  static readonly layerMemory: Layer.Layer<Budget> = Layer.sync(Budget, () => {
    const purses = new Map<string, Purse>()
    return {
      of: (key, limits) =>
        Effect.sync(() => {
          const known = purses.get(key)
          if (known !== undefined) return known
          const purse = make(limits)
          purses.set(key, purse)
          return purse
        })
    }
  })
}
