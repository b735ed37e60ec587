import type * as Duration from "effect/Duration"
import type { Person } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import type { ConnectionLost } from "./AdapterError.ts"

/** A new line is being opened: attempt number `attempt` (from 1) since the last stable one, with a deadline. */
export interface Connecting {
  readonly _tag: "Connecting"
  readonly attempt: number
  /** Unix milliseconds */
  readonly until: number
}

/**
 * The platform's own word that this line receives (READY, RESUMED, the first answered poll). It holds while proof of life
 * keeps coming at least every `silence`. `resumed` is true when nothing between the last line and this one was missed.
 */
export interface Connected {
  readonly _tag: "Connected"
  readonly resumed: boolean
  readonly self: Person
  readonly silence: Duration.Duration
}

/** Proof of life without news: a heartbeat's answer, a pong, an empty poll. */
export interface Alive {
  readonly _tag: "Alive"
}

/** The line is gone; the next attempt begins at `until` (Unix milliseconds). */
export interface Disconnected {
  readonly _tag: "Disconnected"
  readonly cause: ConnectionLost
  /** attempts spent since the last stable line, this one included */
  readonly attempt: number
  readonly until: number
  /** sessions keep dying soon after they are established */
  readonly flapping: boolean
}

export interface Received {
  readonly _tag: "Received"
  readonly event: Event
}

/** All that an adapter says, in order. What it did not emit did not happen. */
export type Signal = Connecting | Connected | Alive | Disconnected | Received

export const alive: Alive = { _tag: "Alive" }
export const received = (event: Event): Received => ({ _tag: "Received", event })
