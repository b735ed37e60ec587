import { Effect, type Scope } from "effect"
import * as FaultProxy from "../../src/node/FaultProxy.ts"
import type { Platform } from "./Platform.ts"

/** What stands between the program and each platform, and can be made to fail. */
export interface Relays {
  readonly of: (platform: Platform) => FaultProxy.FaultProxy
  /** Puts one before a platform that is served at this port; the answer is its own. */
  readonly before: (port: number, platform: Platform) => Effect.Effect<number, never, Scope.Scope>
}

export const make = (): Relays => {
  const all = new Map<Platform["name"], FaultProxy.FaultProxy>()
  return {
    of: ({ name }) => {
      const relay = all.get(name)
      if (relay === undefined) throw new Error(`nothing stands before ${name}`)
      return relay
    },
    before: (port, { name }) =>
      Effect.map(FaultProxy.make(port), (relay) => {
        all.set(name, relay)
        return relay.port
      })
  }
}

/** For a program whose lines are cut for a living: tries come soon, and no line is too short to be trusted. */
export const hasty = {
  HOLDFAST_LISTEN_BASE: "100 millis",
  HOLDFAST_LISTEN_FLOOR: "10 millis",
  HOLDFAST_LISTEN_CAP: "500 millis",
  HOLDFAST_RESCHEDULE_BASE: "100 millis",
  HOLDFAST_RESCHEDULE_CAP: "500 millis",
  HOLDFAST_STABLE_AFTER: "10 millis"
}
