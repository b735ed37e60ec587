import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AccountSettings from "../../adapter/AccountSettings.ts"
import type { ListenOptions } from "../../adapter/Connection.ts"
import type { AccessRule } from "../../adapter/Platform.ts"
import * as Setting from "../../adapter/Setting.ts"
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
const botIdOf = (token: Redacted.Redacted): string => /^\d+(?=:)/.exec(Redacted.value(token))?.[0] ?? ""

const host = "https://api.telegram.org"
const pollTimeout = Duration.seconds(25)

/** The one place where defaults are applied. */
export const settings = (config: TelegramConfig): TelegramSettings => ({
  account: accountId("telegram", config.name),
  token: config.token,
  botId: botIdOf(config.token),
  access: config.access ?? { _tag: "Closed", remedy: `give \`access\` to the Telegram account ${config.name}` },
  webhook: config.webhook,
  removeWebhook: config.removeWebhook ?? false,
  pollTimeout: config.pollTimeout ?? pollTimeout,
  maxAge: config.maxAge,
  apiBaseUrl: (config.apiBaseUrl ?? host).replace(/\/+$/, ""),
  listen: config.listen ?? {}
})

const prefix = "TELEGRAM"
const row = (key: string, description: string, fallback?: string) =>
  AccountSettings.perAccount(prefix, key, description, fallback)

/** Every variable that this room reads. */
export const variables: ReadonlyArray<AccountSettings.AccountVariable> = [
  { ...row("BOT_TOKEN", "the bot's token, from @BotFather"), secret: true },
  AccountSettings.several(prefix, "BOT_TOKEN"),
  ...AccountSettings.modes(prefix),
  row("ALLOWED_USERS", "ids of the people who may talk to the bot, separated by commas"),
  row("ALLOWED_CHATS", "ids of the chats, with all their topics, in which everybody may talk to the bot"),
  row("WEBHOOK_URL", "the public https address, with a path, that Telegram posts to; without it the bot is polled"),
  {
    ...row("WEBHOOK_SECRET", "what Telegram proves itself with at the webhook: 8 to 256 of A-Z a-z 0-9 _ -"),
    secret: true
  },
  row("REMOVE_WEBHOOK", "remove a webhook that somebody set and that stands in the way of polling", "false"),
  row(
    "POLL_TIMEOUT",
    "how long Telegram may hold a poll that has nothing to say: 1 to 50 seconds",
    Setting.written(pollTimeout)
  ),
  row("MAX_AGE", "messages that are older than this when their turn comes are put aside, not handled"),
  row("API_BASE_URL", "where Telegram is asked", host)
]

const Token = Setting.secret(
  /^\d+:[A-Za-z0-9_-]{24,}$/,
  "a token is the bot's id, a colon and at least 24 letters, digits, _ or -, as @BotFather shows it"
)
const WebhookSecret = Setting.secret(/^[A-Za-z0-9_-]{8,256}$/, "it wants 8 to 256 of A-Z a-z 0-9 _ -")
const WebhookUrl = Setting.Url("https:").pipe(
  Schema.filter((url) =>
    new URL(url).pathname === "/" ? `"${url}" has no path: add one that nobody guesses, such as /telegram/5f0c` : true
  )
)
/** People are known by number; chats are too, for there people can speak as the chat they are in. */
const Person = Schema.String.pipe(
  Schema.pattern(/^-?\d+$/, { message: ({ actual }) => `"${actual}" is no id: Telegram's ids are numbers` })
)
/** A chat by its number, or one topic of it: `-1001900000001/17`. */
const Chat = Schema.transform(
  Schema.String.pipe(
    Schema.pattern(/^(chat:)?-?\d+(\/\d+)?$/, {
      message: ({ actual }) => `"${actual}" is no chat: chats are numbers, such as -1001900000001`
    })
  ),
  Schema.String,
  {
    strict: true,
    decode: (chat) => (chat.startsWith("chat:") ? chat : `chat:${chat}`),
    encode: (conversation) => conversation
  }
)

/** A webhook's address is nothing without a secret: whoever finds it could speak for anybody. */
const webhook = (own: AccountSettings.Own): Config.Config<TelegramWebhook | undefined> =>
  Config.all({
    url: own.setting("WEBHOOK_URL", Setting.decoded(WebhookUrl)),
    secret: own.setting("WEBHOOK_SECRET", WebhookSecret)
  }).pipe(
    Config.mapOrFail(({ secret, url }) => {
      if (url === undefined) return Either.right(undefined)
      if (secret !== undefined) return Either.right({ url, secret })
      return Either.left(ConfigError.MissingData([own.variable("WEBHOOK_SECRET")], "a webhook wants a secret"))
    })
  )

/**
 * The accounts that the environment describes: those that `TELEGRAM_ACCOUNTS` names, or the one of `TELEGRAM_BOT_TOKEN`, or
 * none. Everything wrong with them is reported together.
 */
export const accounts = AccountSettings.accounts<TelegramConfig>({
  prefix,
  variables,
  identity: ["BOT_TOKEN"],
  distinct: [
    AccountSettings.oneBot("BOT_TOKEN", ({ token }) => botIdOf(token)),
    AccountSettings.onePath("WEBHOOK_URL", ({ webhook }) => webhook && new URL(webhook.url).pathname)
  ],
  account: (own) =>
    Config.all({
      name: Config.succeed(own.name),
      token: own.required("BOT_TOKEN", Token),
      access: AccountSettings.access(own, { person: Person, key: "ALLOWED_CHATS", conversation: Chat }),
      webhook: webhook(own),
      removeWebhook: own.setting("REMOVE_WEBHOOK", Setting.flag),
      pollTimeout: own.setting("POLL_TIMEOUT", Setting.seconds(1, 50)),
      maxAge: own.setting("MAX_AGE", Setting.span),
      apiBaseUrl: own.setting("API_BASE_URL", Setting.decoded(Setting.Url("https:", "http:")))
    })
})
