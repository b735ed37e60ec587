import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AccountId } from "../../domain/Address.ts"
import { Progress } from "../../gateway/Progress.ts"
import type { AccountStatus } from "../../gateway/Status.ts"
import type * as Watchdog from "../../node/Watchdog.ts"

const mistake =
  "nothing that was due has happened for a while, which is a mistake in this program: restart the account, or the process"

/** How the accounts get on. Of one that does not while others do, the log says so once. */
export const looking = (statuses: Effect.Effect<ReadonlyArray<AccountStatus>>): Effect.Effect<Watchdog.Look> => {
  const progress = new Progress()
  let told: ReadonlySet<AccountId> = new Set()
  return Effect.gen(function* () {
    const kept = progress.look(yield* statuses, yield* Clock.currentTimeMillis, performance.now())
    const late = new Set(kept.late)
    const say = (log: Effect.Effect<void>, whom: ReadonlySet<AccountId>, but: ReadonlySet<AccountId>) =>
      Effect.forEach(
        [...whom].filter((account) => !but.has(account)),
        (account) => Effect.annotateLogs(log, { account }),
        { discard: true }
      )
    yield* say(Effect.logError(mistake), late, told)
    yield* say(Effect.logInfo("it goes on"), told, late)
    told = late
    return kept
  })
}
