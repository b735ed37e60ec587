import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Credential } from "../adapter/Platform.ts"
import { Sha256 } from "../adapter/Sha256.ts"
import { Inbox } from "../delivery/Inbox.ts"
import { Leases } from "../delivery/Leases.ts"
import { Outbox } from "../delivery/Outbox.ts"
import { ResumePoints } from "../delivery/SqlResumeStore.ts"
import { type AccountId, platformOf } from "../domain/Address.ts"
import { Ownership } from "./Ownership.ts"
import { Timeline } from "./Timeline.ts"

/** What tells bots apart, for whoever may know which there are but not their secrets. */
const identity = (account: AccountId, { key, secret }: Credential): string =>
  JSON.stringify([platformOf(account), key, Redacted.value(secret)])

/** Ownership by leases in the store in which the accounts' events, messages and resume points are. */
export const layer: Layer.Layer<Ownership, never, Leases | Inbox | Outbox | ResumePoints | Sha256 | Timeline> =
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
