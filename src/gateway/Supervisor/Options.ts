import type * as Effect from "effect/Effect"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import type { Lease, OwnedElsewhere } from "../../delivery/Lease.ts"
import type { AccountId } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"
import type { GatewayConfig } from "../GatewayConfig.ts"
import type * as Status from "../Status.ts"
import type * as Delays from "./Delays.ts"
import type { Pulling } from "./Pulling.ts"

/** What a supervisor needs of its gateway. */
export interface SupervisorOptions extends Delays.Policies {
  readonly config: GatewayConfig
  /** Keeps a chunk of events in one commit. */
  readonly keep: (events: ReadonlyArray<Event>) => Effect.Effect<unknown, StoreRefused>
  /** Why nothing that came of what it has kept can be settled, if nothing can. */
  readonly unsettled: (account: AccountId) => StoreRefused | undefined
  readonly publish: (status: Status.AccountStatus) => Effect.Effect<void>
  readonly pulling: Pulling
  readonly connected: Effect.Effect<void>
  /** Makes the account this process's, if it is not yet. */
  readonly lease: Effect.Effect<Lease, OwnedElsewhere | StoreRefused>
  /** What was known of this account before this supervisor. */
  readonly previous?: Status.AccountStatus
}
