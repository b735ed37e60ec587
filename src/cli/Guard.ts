import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Setting from "../adapter/Setting.ts"
import type { AccountId } from "../domain/Address.ts"
import type { Gateway } from "../gateway/Gateway.ts"
import { Progress } from "../gateway/Progress.ts"
import type { AccountStatus } from "../gateway/Status.ts"
import * as Watchdog from "../node/Watchdog.ts"

/** How the process is watched over. */
export interface Settings {
  /** for how long nothing may move; undefined where nobody wants to know */
  readonly watchdog: Duration.Duration | undefined
}

export const config: Config.Config<Settings> = Config.all({ watchdog: Watchdog.config })

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [...Watchdog.variables]

/** What watches over the process while it keeps accounts. */
export interface Guard {
  /** From now on it is this gateway's accounts that have to make progress, until the guard's own scope ends. */
  readonly over: (gateway: Context.Tag.Service<Gateway>) => Effect.Effect<void>
}

const mistake =
  "nothing that was due has happened for a while, which is a mistake in this program: restart the account, or the process"

/** How the accounts get on. Of one that does not while others do, the log says so once. */
const looking = (statuses: Effect.Effect<ReadonlyArray<AccountStatus>>): Effect.Effect<Watchdog.Look> => {
  const progress = new Progress()
  let told: ReadonlySet<AccountId> = new Set()
  return Effect.gen(function* () {
    const kept = progress.look(yield* statuses, yield* Clock.currentTimeMillis, performance.now())
    const late = new Set(kept.late)
    const say = (log: Effect.Effect<void>, whom: ReadonlySet<AccountId>, but: ReadonlySet<AccountId>) =>
      Effect.forEach(
        [...whom].filter((account) => !but.has(account)),
        (account) => Effect.annotateLogs(log, { account }),
        {
          discard: true
        }
      )
    yield* say(Effect.logError(mistake), late, told)
    yield* say(Effect.logInfo("it goes on"), told, late)
    told = late
    return kept
  })
}

/** Guards the process until the scope ends: the end of what is opened later included. */
export const open = ({ watchdog }: Settings): Effect.Effect<Guard, never, Scope.Scope> =>
  Effect.gen(function* () {
    let statuses: Effect.Effect<ReadonlyArray<AccountStatus>> = Effect.succeed([])
    if (watchdog !== undefined)
      yield* Watchdog.watch({ bound: watchdog, look: looking(Effect.suspend(() => statuses)) })
    return { over: (gateway) => Effect.sync(() => void (statuses = gateway.statuses)) }
  })
