import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import type { AccountVariable } from "../adapter/AccountSettings.ts"
import type { ListenOptions } from "../adapter/Connection.ts"
import type { Account, Inspection, Platform, Traits } from "../adapter/Platform.ts"
import * as QQ from "../platforms/qq/Adapter.ts"
import * as Telegram from "../platforms/telegram/Adapter.ts"

/** What the accounts of every platform need of the world. */
export type Requirements = QQ.Requirements | Telegram.Requirements

/** An account that the environment describes. */
export interface Configured {
  readonly account: Account<Requirements>
  /** all that says how it is opened, to be compared */
  readonly opening: unknown
  /** who is heard, and how late: what it obeys without being opened again */
  readonly hearing: unknown
  readonly inspect: Effect.Effect<Inspection, never, HttpClient.HttpClient>
}

/** What the program knows of a platform. */
export interface Row {
  readonly traits: Traits
  /** how people write it */
  readonly title: string
  /** what its variables begin with */
  readonly prefix: string
  readonly variables: ReadonlyArray<AccountVariable>
  /** the variables that make an account, in words */
  readonly needs: string
  /** The accounts of the environment, once it is known how their listen loops bear a loss. */
  readonly accounts: Effect.Effect<(listen: ListenOptions) => ReadonlyArray<Configured>, ConfigError.ConfigError>
}

/** What every platform's accounts are configured with. */
interface Common {
  readonly access?: Account<never>["access"] | undefined
  readonly maxAge?: Account<never>["maxAge"]
  readonly listen?: ListenOptions | undefined
}

const row = <C extends Common, R extends Requirements>(
  words: Pick<Row, "title" | "needs" | "variables">,
  { account, accounts, inspect, ...traits }: Platform<C, R>
): Row => ({
  ...words,
  traits,
  prefix: `${traits.name.toUpperCase()}_`,
  accounts: Effect.map(accounts, (configs) => (listen) => {
    const tuned = configs.map((config) => ({ ...config, listen }))
    return tuned.map((config) => {
      const { access, maxAge, ...opening } = config
      return { account: account(config), opening, hearing: { access, maxAge }, inspect: inspect(config) }
    })
  })
})

/** Every platform, in the order in which people are told of them. */
export const platforms: ReadonlyArray<Row> = [
  row({ title: "QQ", needs: "QQ_APP_ID and QQ_CLIENT_SECRET", variables: QQ.variables }, QQ.platform),
  row({ title: "Telegram", needs: "TELEGRAM_BOT_TOKEN", variables: Telegram.variables }, Telegram.platform)
]

/** What makes an account, on any of them. */
export const needs = platforms.map(({ needs }) => needs).join(", or ")
