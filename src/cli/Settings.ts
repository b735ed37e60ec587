import * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ListenOptions } from "../adapter/Connection.ts"
import * as GatewayConfig from "../gateway/GatewayConfig.ts"
import * as Proxies from "../node/Proxies.ts"
import * as Watchdog from "../node/Watchdog.ts"
import * as Webhooks from "../node/Webhooks.ts"
import * as Folders from "./Control/Folders.ts"
import * as Logging from "./Logging.ts"
import { type Configured, platforms } from "./Platforms.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Variables from "./Variables.ts"

/** All that the program is told from outside. */
export interface Settings {
  readonly gateway: GatewayConfig.GatewayConfig
  readonly listen: ListenOptions
  readonly accounts: ReadonlyArray<Configured>
  readonly store: StoreUrl.StoreUrl
  /** where the command line finds this process */
  readonly control: Folders.Folders
  /** for how long nothing may move before the process ends itself; undefined: for ever */
  readonly watchdog: Duration.Duration | undefined
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
    watchdog: Watchdog.config,
    platforms: together(
      Effect.all(
        platforms.map(({ accounts }) => accounts),
        { mode: "validate" }
      )
    ),
    logging: Logging.config({ level: "info", json: false }),
    proxies: Proxies.config,
    webhooks: Webhooks.config
  },
  { mode: "validate" }
).pipe(
  Effect.mapError((errors) => Object.values(errors)),
  together,
  Effect.map(({ control, gateway, listen, platforms, store, watchdog }) => ({
    gateway,
    listen,
    store,
    control,
    watchdog,
    accounts: platforms.flatMap((described) => described(listen))
  }))
)
