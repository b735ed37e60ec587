import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Account, Credential } from "../adapter/Platform.ts"
import { Sha256 } from "../adapter/Sha256.ts"
import { Inbox } from "../delivery/Inbox.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import type { Lease, OwnedElsewhere } from "../delivery/Lease.ts"
import { Leases } from "../delivery/Leases.ts"
import { Outbox } from "../delivery/Outbox.ts"
import { ResumePoints } from "../delivery/SqlResumeStore.ts"
import { type AccountId, platformOf } from "../domain/Address.ts"
import { Timeline } from "./Timeline.ts"

type Identity = Pick<Account<never>, "id"> & Partial<Pick<Account<never>, "credential">>

/** What tells bots apart, for whoever may know which there are but not their secrets. */
const identity = (account: AccountId, { key, secret }: Credential): string =>
  JSON.stringify([platformOf(account), key, Redacted.value(secret)])

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

  /** By leases in the store in which the accounts' events, messages and resume points are. */
  static readonly layerSql: Layer.Layer<Ownership, never, Leases | Inbox | Outbox | ResumePoints | Sha256 | Timeline> =
    Layer.effect(
      Ownership,
      Effect.gen(function* () {
        const [leases, points, outbox, inbox] = [yield* Leases, yield* ResumePoints, yield* Outbox, yield* Inbox]
        const [digest, timeline] = [yield* Sha256, yield* Timeline]
        return {
          own: ({ credential, id: account }) =>
            Effect.gen(function* () {
              const bot = credential === undefined ? undefined : { fingerprint: digest(identity(account, credential)) }
              const lease = yield* leases.take({ account, ...bot })
              yield* timeline.adopt(account, lease)
              yield* points.adopt(account)
              yield* outbox.adopt(account)
              // last, because what it settles with goes into the others
              yield* inbox.adopt(account)
              return lease
            })
        }
      })
    )
}
