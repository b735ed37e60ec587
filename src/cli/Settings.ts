import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ListenOptions } from "../adapter/Connection.ts"
import type { Account } from "../adapter/Platform.ts"
import * as GatewayConfig from "../gateway/GatewayConfig.ts"
import * as Proxies from "../node/Proxies.ts"
import * as QQ from "../platforms/qq/Adapter.ts"
import * as Logging from "./Logging.ts"
import * as Variables from "./Variables.ts"

/** What the accounts of every platform need of the world. */
export type Requirements = QQ.Requirements

/** All that the program is told from outside. */
export interface Settings {
  readonly gateway: GatewayConfig.GatewayConfig
  readonly listen: ListenOptions
  readonly qq: ReadonlyArray<QQ.QQConfig>
  readonly accounts: ReadonlyArray<Account<Requirements>>
}

/** Reads everything before anything is begun, so that all that is wrong is said at once. */
export const read: Effect.Effect<Settings, ConfigError.ConfigError> = Effect.all(
  {
    gateway: GatewayConfig.config,
    listen: Variables.listen,
    qq: QQ.platform.accounts,
    logging: Logging.config({ level: "info", json: false }),
    proxies: Proxies.config
  },
  { mode: "validate" }
).pipe(
  Effect.mapError((errors) => Object.values(errors).flatMap(Option.toArray).reduce(ConfigError.And)),
  Effect.map(({ gateway, listen, qq }) => {
    const tuned = qq.map((config) => ({ ...config, listen }))
    return { gateway, listen, qq: tuned, accounts: tuned.map(QQ.platform.account) }
  })
)
