import type * as Schedule from "effect/Schedule"
import type * as Duration from "effect/Duration"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import type { AdapterFatal, ConnectionLost } from "./AdapterError.ts"
import type { Signal } from "./Signal.ts"

/** How a listen loop bears the loss of its line. */
export interface ConnectionPolicy {
  readonly retry: Schedule.Schedule<unknown, ConnectionLost>
  /** how many waits that the platform asked for are obeyed in a row */
  readonly waits: number
  /** a line that lasted this long gives the retry budget back */
  readonly stableAfter: Duration.Duration
  /** the longest pause between two signs of progress before `Connected`; after it, what `Connected` itself says */
  readonly openWithin: Duration.Duration
}
}

export type Listen = (
  account: AccountId,
  session: Stream.Stream<Signal, ConnectionLost | AdapterFatal, Scope.Scope>,
  policy: ConnectionPolicy
) => Stream.Stream<Signal, AdapterFatal>
