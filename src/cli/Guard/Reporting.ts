import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type * as Scope from "effect/Scope"
import type { AccountStatus } from "../../gateway/Status.ts"
import * as StatusLine from "../../gateway/StatusLine.ts"
import type { Systemd } from "../../node/Systemd.ts"

/** What is told to the service manager that started the process. */
export interface Reporting {
  /** The accounts are kept from now on, and until the scope ends. */
  readonly running: Effect.Effect<void, never, Scope.Scope>
  readonly reloading: <A, E, R>(reload: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const toNobody: Reporting = { running: Effect.void, reloading: identity }

/** How often a line about the accounts is brought up to date, at most. */
const often = Duration.seconds(5)

/** A sign of life that comes late once is no reason to be killed. */
const signs = 3

/**
 * Tells it how the accounts are for as long as the scope lasts; and gives it signs of life, only while the watchdog is `content`.
 * These come from the program's own fibers: where they do not run, there is none.
 */
export const to = (
  { tell, watchdog }: Systemd,
  statuses: Effect.Effect<ReadonlyArray<AccountStatus>>,
  content: Effect.Effect<boolean>
): Effect.Effect<Reporting, never, Scope.Scope> =>
  Effect.gen(function* () {
    let isRunning = false
    let told = ""
    let round = 0
    const pause = watchdog === undefined ? often : Duration.min(often, Duration.times(watchdog, 1 / signs))
    const rounds =
      watchdog === undefined ? 0 : Math.floor(Duration.toMillis(watchdog) / signs / Duration.toMillis(pause))
    const status = Effect.map(statuses, (all) => {
      const summary = StatusLine.summary(all)
      const news = summary === told ? {} : { STATUS: summary }
      told = summary
      return news
    })
    const report = Effect.gen(function* () {
      const sign = rounds > 0 && round % rounds === 0 && (yield* content)
      round += 1
      const news = { ...(sign ? { WATCHDOG: 1 as const } : {}), ...(isRunning ? yield* status : {}) }
      if (Object.keys(news).length > 0) yield* tell(news)
    })
    yield* report.pipe(
      Effect.catchAllCause((cause) => Effect.logError("systemd was not told how the accounts are", cause)),
      Effect.zipRight(Effect.sleep(pause)),
      Effect.forever,
      Effect.forkScoped
    )

    return {
      running: Effect.zipRight(
        Effect.addFinalizer(() => {
          isRunning = false
          return tell({ STOPPING: 1, STATUS: "it stops: what was begun is finished" })
        }),
        Effect.suspend(() => {
          isRunning = true
          return Effect.flatMap(status, (news) => tell({ READY: 1, ...news }))
        })
      ),
      reloading: (reload) => Effect.ensuring(Effect.zipRight(tell({ RELOADING: 1 }), reload), tell({ READY: 1 }))
    }
  })
