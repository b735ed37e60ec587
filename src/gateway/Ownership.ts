import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Account } from "../adapter/Platform.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Lease, OwnedElsewhere } from "../delivery/Lease.ts"

type Identity = Pick<Account<never>, "id"> & Partial<Pick<Account<never>, "credential">>

/** Whose an account is: nobody is connected as it, handles its events or says its messages but its owner. */
export class Ownership extends Context.Tag("holdfast/Ownership")<
  Ownership,
  {
    /**
     * Makes an account, and the bot that it is, this process's until the scope ends, with everything that is kept of it; or
     * says whose it is. Who gives no credential is not connected as it, and only has what is kept.
     */
    readonly own: (account: Identity) => Effect.Effect<Lease, OwnedElsewhere | StoreRefused, Scope.Scope>
  }
>() {
  /** Every account is ours: nobody else has what is in our memory. */
  static readonly layerMemory: Layer.Layer<Ownership> = Layer.succeed(Ownership, {
    own: () => Effect.succeed({ generation: 0, lost: Effect.never })
  })
}
