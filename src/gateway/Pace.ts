import * as Duration from "effect/Duration"
import type { Pace as Limit } from "../adapter/Capabilities.ts"

/** Says when the next send in a lane may go; a lane that is not used is forgotten. */
export interface Pace {
  /** Takes a place in all `lanes` when all are free now; otherwise takes none and answers when to ask again (Unix ms). */
  readonly take: (lanes: ReadonlyArray<readonly [lane: string, limit: Limit]>, now: number) => number | undefined
  /** The platform itself says that this lane is not free before `until` (Unix ms), whoever asks meanwhile. */
  readonly close: (lane: string, limit: Limit, until: number) => void
}

const lanesKept = 10_000

export const make = (): Pace => {
  // per lane, when it will have recovered completely (the generic cell rate algorithm)
  const recovered = new Map<string, number>()
  const forget = (now: number) => {
    for (const [lane, at] of recovered) if (at <= now) recovered.delete(lane)
  }
  return {
    take: (lanes, now) => {
      let free = now
      for (const [lane, limit] of lanes) {
        const every = Duration.toMillis(limit.every)
        free = Math.max(free, (recovered.get(lane) ?? now) - every * (limit.burst - 1))
      }
      if (free > now) return free
      for (const [lane, limit] of lanes)
        recovered.set(lane, Math.max(recovered.get(lane) ?? now, now) + Duration.toMillis(limit.every))
      if (recovered.size > lanesKept) forget(now)
      return undefined
    },
    close: (lane, limit, until) => {
      const at = until + Duration.toMillis(limit.every) * (limit.burst - 1)
      recovered.set(lane, Math.max(recovered.get(lane) ?? at, at))
    }
  }
}
