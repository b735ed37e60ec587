import * as Effect from "effect/Effect"
import { points, type ResumeStore } from "../../adapter/ResumeStore.ts"
import type { AccountId } from "../../domain/Address.ts"
import type { AccountStatus } from "../Status.ts"
import { Trouble } from "./Alert.ts"
import type { Incidents } from "./Incidents.ts"

/** What has been told, kept with the account, so that the next process does not tell it again, and tells its end. */
export interface Memory {
  /** Takes up what is kept of each account, once this process has it. */
  readonly recall: (statuses: ReadonlyArray<AccountStatus>) => Effect.Effect<void>
  /** Keeps what has changed. */
  readonly keep: Effect.Effect<void>
}

/** Nothing of an account can be read before this process owns it, which it does before its first adapter. */
const isOurs = ({ generation }: AccountStatus): boolean => generation > 0

const troubleOf = points(Trouble)

export const of = (incidents: Incidents): Effect.Effect<Memory, never, ResumeStore> =>
  Effect.map(Effect.context<ResumeStore>(), (context) => {
    const pointOf = (account: AccountId) => Effect.provide(troubleOf(`${account}/incident`), context)
    const recalled = new Set<AccountId>()
    let kept: ReadonlyMap<AccountId, Trouble> = new Map()
    return {
      recall: (statuses) =>
        Effect.gen(function* () {
          const known = new Map(statuses.map((status) => [status.account, status]))
          for (const account of recalled) if (!known.has(account)) recalled.delete(account)
          for (const [account, status] of known) {
            if (recalled.has(account) || !isOurs(status)) continue
            recalled.add(account)
            const trouble = yield* Effect.flatMap(pointOf(account), ({ load }) => load)
            if (trouble._tag === "Some") incidents.restore(trouble.value)
          }
          kept = new Map([...kept, ...incidents.open])
        }),
      keep: Effect.suspend(() => {
        const before = kept
        kept = incidents.open
        const changed = [...kept].filter(([account, now]) => {
          const then = before.get(account)
          return then?.what !== now.what || then.since !== now.since || then.ended !== now.ended
        })
        const gone = [...before.keys()].filter((account) => !kept.has(account))
        return Effect.zipRight(
          Effect.forEach(
            changed,
            ([account, trouble]) => Effect.flatMap(pointOf(account), ({ save }) => save(trouble)),
            { discard: true }
          ),
          Effect.forEach(gone, (account) => Effect.flatMap(pointOf(account), ({ clear }) => clear), { discard: true })
        )
      })
    }
  })
