import * as Duration from "effect/Duration"
import type { Pace as Limit } from "../adapter/Capabilities.ts"

/** A stretch of road that is used one at a time, by its name, and how often that may be. */
export type Lane = readonly [name: string, limit: Limit]

/** Says when the next send in a lane may go, in milliseconds of a clock that nobody sets (F39); unused lanes are forgotten. */
export interface Pace {
  /**
   * Lets `who` go now, or answers when to ask again. A place in the lane that all share is promised to whoever
   * waits for it, so that many who wait come one after the other, and not all at once to be turned away again.
   */
  readonly take: (who: string, shared: Lane, own: Lane, now: number) => number | undefined
  /** Takes a place that is free now and that nobody waits for, if there is one. */
  readonly spare: (shared: Lane, own: Lane, now: number) => boolean
  /**
   * The platform itself says that this lane is not free before `until`, whoever asks meanwhile. Places that were promised in
   * it are taken back, and given anew from there on.
   */
  readonly close: (lane: Lane, until: number) => void
}

const kept = 10_000

/** A place is kept so long for whom it was promised to: who comes later, as after an outage, comes with all the others. */
const late = Duration.toMillis("1 second")

const everyOf = new WeakMap<Limit, number>()

/** In milliseconds; asked several times for each message. */
const every = (limit: Limit): number => {
  const known = everyOf.get(limit)
  if (known !== undefined) return known
  const millis = Duration.toMillis(limit.every)
  everyOf.set(limit, millis)
  return millis
}

export const make = (): Pace => {
  // per lane, when it will have recovered completely (the generic cell rate algorithm)
  const recovered = new Map<string, number>()
  // per lane that all share, the places of those who wait
  const promised = new Map<string, Map<string, number>>()
  const closed = new Map<string, number>()

  const freeAt = ([name, limit]: Lane, now: number): number =>
    (recovered.get(name) ?? now) - every(limit) * (limit.burst - 1)
  const use = ([name, limit]: Lane, now: number): void =>
    void recovered.set(name, Math.max(recovered.get(name) ?? now, now) + every(limit))
  const forget = (times: Map<string, number>, before: number): void => {
    if (times.size > kept) for (const [name, at] of times) if (at <= before) times.delete(name)
  }
  const placeIn = (shared: Lane, now: number): number => {
    const place = freeAt(shared, now)
    use(shared, now)
    return place
  }
  const waiting = (name: string): Map<string, number> => {
    const places = promised.get(name) ?? new Map<string, number>()
    promised.set(name, places)
    return places
  }

  const isAwaited = (name: string, now: number): boolean => {
    const places = promised.get(name)
    for (const [who, at] of places ?? []) {
      if (now - at < late) return true
      places?.delete(who)
    }
    return false
  }

  return {
    take: (who, shared, own, now) => {
      const free = freeAt(own, now)
      if (free > now) return free
      const places = waiting(shared[0])
      const known = places.get(who)
      const place = known !== undefined && now - known < late ? known : placeIn(shared, now)
      if (place > now) {
        places.set(who, place)
        forget(places, now - late)
        return place
      }
      places.delete(who)
      use(own, now)
      forget(recovered, now)
      forget(closed, now)
      return undefined
    },
    spare: (shared, own, now) => {
      if (freeAt(own, now) > now || freeAt(shared, now) > now || isAwaited(shared[0], now)) return false
      use(own, now)
      use(shared, now)
      return true
    },
    close: ([name, limit], until) => {
      const last = Math.max(until, closed.get(name) ?? until)
      closed.set(name, last)
      const at = last + every(limit) * (limit.burst - 1)
      // what is taken back was not used
      recovered.set(name, promised.delete(name) ? at : Math.max(recovered.get(name) ?? at, at))
    }
  }
}
