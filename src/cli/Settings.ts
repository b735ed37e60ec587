import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ListenOptions } from "../adapter/Connection.ts"
import * as GatewayConfig from "../gateway/GatewayConfig.ts"
import * as Health from "../gateway/Health.ts"
import * as OperatorServer from "../node/OperatorServer.ts"
import * as Proxies from "../node/Proxies.ts"
import * as Webhooks from "../node/Webhooks.ts"
import type * as Answering from "./Control/Answering.ts"
import * as Folders from "./Control/Folders.ts"
import * as Guard from "./Guard.ts"
import * as Alerting from "./Guard/Alerting.ts"
import * as Handlers from "./Handlers.ts"
import * as Limits from "./Handlers/Limits.ts"
import * as Logging from "./Logging.ts"
import { type Configured, platforms } from "./Platforms.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Variables from "./Variables.ts"

/** All that the program is told from outside. */
export interface Settings {
  readonly gateway: GatewayConfig.GatewayConfig
  readonly listen: ListenOptions
  readonly accounts: ReadonlyArray<Configured>
  /** what answers */
  readonly handler: Handlers.Opened
  readonly store: StoreUrl.StoreUrl
  /** where operators reach this process */
  readonly answering: Answering.Settings
  /** what watches over this process */
  readonly guard: Guard.Settings
}

/** Both or all that went wrong. */
const together = Effect.mapError((errors: Iterable<Option.Option<ConfigError.ConfigError>>) =>
  Array.from(errors).flatMap(Option.toArray).reduce(ConfigError.And)
)

/** Reads everything before anything is begun, so that all that is wrong is said at once. */
export const read: Effect.Effect<Settings, ConfigError.ConfigError> = Effect.all(
  {
    gateway: GatewayConfig.config,
    listen: Variables.listen,
    store: StoreUrl.config,
    control: Folders.config,
    api: OperatorServer.config,
    except: Health.config,
    guard: Guard.config,
    handler: Handlers.config,
    limits: Limits.config,
    platforms: together(
      Effect.all(
        platforms.map(({ accounts }) => accounts),
        { mode: "validate" }
      )
    ),
    logging: Logging.config({ level: "info", json: false }),
    proxies: Proxies.config,
    webhooks: Webhooks.config,
    telemetry: Telemetry.config
  },
  { mode: "validate" }
).pipe(
  Effect.mapError((errors) => Object.values(errors)),
  together,
  Effect.map(({ api, control, except, gateway, guard, handler, limits, listen, platforms, store }) => ({
    gateway,
    listen,
    store,
    answering: { api, control, except },
    guard,
    handler: Effect.map(handler, (one) => Limits.within(one, limits, gateway.notices)),
    accounts: platforms.flatMap((described) => described(listen))
  })),
  Effect.tap(({ accounts, guard }) => {
    const ids = accounts.map(({ account }) => account.id)
    return Alerting.heard(guard.alerts, ids)
  })
)
