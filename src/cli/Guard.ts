import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { ResumeStore } from "../adapter/ResumeStore.ts"
import type * as Setting from "../adapter/Setting.ts"
import * as Alerts from "../gateway/Alerts.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { AccountStatus } from "../gateway/Status.ts"
import * as Descriptors from "../node/Descriptors.ts"
import * as HmacSha256 from "../node/HmacSha256.ts"
import * as HttpClient from "../node/HttpClient.ts"
import * as Systemd from "../node/Systemd.ts"
import * as Watchdog from "../node/Watchdog.ts"
import * as Alerting from "./Guard/Alerting.ts"
import { looking } from "./Guard/Looking.ts"
import * as Reporting from "./Guard/Reporting.ts"

/** How the process is watched over. */
export interface Settings {
  /** for how long nothing may move; undefined where nobody wants to know */
  readonly watchdog: Duration.Duration | undefined
  /** the service manager that wants to know; undefined where there is none */
  readonly systemd: Systemd.Settings | undefined
  /** who is told when an account is in trouble; undefined where nobody wants to know */
  readonly alerts: Alerts.AlertsConfig | undefined
}

export const config: Config.Config<Settings> = Config.all({
  watchdog: Watchdog.config,
  systemd: Systemd.config,
  alerts: Alerting.config
})

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  ...Watchdog.variables,
  ...Alerting.variables,
  ...Systemd.variables
]

/** What watches over the process while it keeps accounts. */
export interface Guard {
  /** This gateway's accounts have to make progress from now on, and until the guard's own scope ends; it stops with this one. */
  readonly over: (
    kept: Context.Context<Gateway | ResumeStore>
  ) => Effect.Effect<void, ConfigError.ConfigError, Scope.Scope>
  /** Who started the process is told that it takes up another configuration meanwhile. */
  readonly reloading: <A, E, R>(reload: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** What alerts need of the world. */
const outside = Layer.merge(HttpClient.layer, HmacSha256.layer)

/** Guards the process until the scope ends: the end of what is opened later included. */
export const open = (settings: Settings): Effect.Effect<Guard, never, Scope.Scope> =>
  Effect.gen(function* () {
    let current: Effect.Effect<ReadonlyArray<AccountStatus>> = Effect.succeed([])
    const statuses = Effect.suspend(() => current)
    yield* Descriptors.watch()
    const content =
      settings.watchdog === undefined
        ? Effect.succeed(true)
        : (yield* Watchdog.watch({ bound: settings.watchdog, look: looking(statuses) })).content
    const { reloading, running } =
      settings.systemd === undefined
        ? Reporting.toNobody
        : yield* Reporting.to(Systemd.make(settings.systemd), statuses, content)
    return {
      reloading,
      over: (kept) =>
        Effect.gen(function* () {
          const gateway = Context.get(kept, Gateway)
          current = gateway.statuses
          if (settings.alerts !== undefined) {
            const context = Context.merge(kept, yield* Layer.build(outside))
            yield* Effect.provide(Alerts.watch(gateway, settings.alerts), context)
          }
          yield* running
        })
    }
  })
