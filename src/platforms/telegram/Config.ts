import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { ListenOptions } from "../../adapter/Connection.ts"
import type { AccessRule } from "../../adapter/Platform.ts"
import { type AccountId, accountId } from "../../domain/Address.ts"

/** Where Telegram posts updates to, instead of being polled, and what it proves itself with. */
export interface TelegramWebhook {
  /** public and `https:`; its path is the one that the HTTP server serves */
  readonly url: string
  /** 1 to 256 of A-Z a-z 0-9 _ - */
  readonly secret: Redacted.Redacted
}

/** One Telegram bot, as an operator or an embedding program describes it. */
export interface TelegramConfig {
  /** `main` makes the account `telegram:main`; lower-case letters and digits */
  readonly name: string
  /** from BotFather: the bot's id, a colon, and its secret */
  readonly token: Redacted.Redacted
  readonly access?: AccessRule | undefined
  /** absent: the bot polls */
  readonly webhook?: TelegramWebhook | undefined
  /** a webhook that stands in the way of polling may be removed */
  readonly removeWebhook?: boolean | undefined
  /** how long Telegram may hold a poll that has nothing to say; at most 50 s */
  readonly pollTimeout?: Duration.Duration | undefined
  /** older messages are put aside, not handled */
  readonly maxAge?: Duration.Duration | undefined
  readonly apiBaseUrl?: string | undefined
  /** how the listen loop bears the loss of its line; the environment says it for all platforms together */
  readonly listen?: ListenOptions | undefined
}

/** A `TelegramConfig` with every default applied. The base URL ends without a slash. */
export interface TelegramSettings {
  readonly account: AccountId
  readonly token: Redacted.Redacted
  /** the bot's own user id, which is the first part of its token */
  readonly botId: string
  readonly access: AccessRule
  readonly webhook: TelegramWebhook | undefined
  readonly removeWebhook: boolean
  readonly pollTimeout: Duration.Duration
  readonly maxAge: Duration.Duration | undefined
  readonly apiBaseUrl: string
  readonly listen: ListenOptions
}

/** A token begins with the bot's own user id, which is no secret. */
const botIdOf = (token: Redacted.Redacted): string => Redacted.value(token).split(":")[0] ?? ""

/** Where Telegram's servers answer. */
const host = "https://api.telegram.org"

/** The one place where defaults are applied. */
export const settings = (config: TelegramConfig): TelegramSettings => ({
  account: accountId("telegram", config.name),
  token: config.token,
  botId: botIdOf(config.token),
  access: config.access ?? { _tag: "Closed", remedy: `give \`access\` to the Telegram account ${config.name}` },
  webhook: config.webhook,
  removeWebhook: config.removeWebhook ?? false,
  pollTimeout: config.pollTimeout ?? Duration.seconds(25),
  maxAge: config.maxAge,
  apiBaseUrl: (config.apiBaseUrl ?? host).replace(/\/+$/, ""),
  listen: config.listen ?? {}
})
