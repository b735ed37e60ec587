import * as Config from "effect/Config"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AccountSettings from "../../adapter/AccountSettings.ts"
import type { ListenOptions } from "../../adapter/Connection.ts"
import type { AccessRule } from "../../adapter/Platform.ts"
import * as Setting from "../../adapter/Setting.ts"
import { type AccountId, accountId } from "../../domain/Address.ts"
import { defaultIntents, type Intent, intentBits, intents } from "./Protocol/Intents.ts"

/** One QQ bot, as an operator or an embedding program describes it. */
export interface QQConfig {
  /** `main` makes the account `qq:main`; lower-case letters and digits */
  readonly name: string
  /** decimal digits, from the QQ bot console */
  readonly appId: string
  readonly clientSecret: Redacted.Redacted
  readonly access?: AccessRule | undefined
  readonly intents?: ReadonlyArray<Intent> | undefined
  /** markdown replies are sent as markdown, not as the text they are written in */
  readonly markdown?: boolean | undefined
  readonly sandbox?: boolean | undefined
  readonly tokenBaseUrl?: string | undefined
  readonly apiBaseUrl?: string | undefined
  /** used instead of what gateway discovery answers */
  readonly gatewayUrl?: string | undefined
  /** where QQ posts events to, instead of a WebSocket: a path such as `/qq/main`, set in QQ's console as part of an address */
  readonly webhookPath?: string | undefined
  /** how the listen loop bears the loss of its line; the environment says it for all platforms together */
  readonly listen?: ListenOptions | undefined
}

/** A `QQConfig` with every default applied. Base URLs end without a slash. */
export interface QQSettings {
  readonly account: AccountId
  readonly appId: string
  readonly clientSecret: Redacted.Redacted
  readonly access: AccessRule
  /** the bits that Identify carries */
  readonly intents: number
  readonly markdown: boolean
  readonly tokenBaseUrl: string
  readonly apiBaseUrl: string
  readonly gatewayUrl: string | undefined
  readonly webhookPath: string | undefined
  readonly listen: ListenOptions
}

const hosts = {
  token: "https://bots.qq.com",
  api: "https://api.sgroup.qq.com",
  sandbox: "https://sandbox.api.sgroup.qq.com"
} as const

const unslashed = (url: string): string => url.replace(/\/+$/, "")

/** The one place where defaults are applied. */
export const settings = (config: QQConfig): QQSettings => ({
  account: accountId("qq", config.name),
  appId: config.appId,
  clientSecret: config.clientSecret,
  access: config.access ?? { _tag: "Closed", remedy: `give \`access\` to the QQ account ${config.name}` },
  intents: intentBits(config.intents ?? defaultIntents),
  markdown: config.markdown ?? true,
  tokenBaseUrl: unslashed(config.tokenBaseUrl ?? hosts.token),
  apiBaseUrl: unslashed(config.apiBaseUrl ?? (config.sandbox === true ? hosts.sandbox : hosts.api)),
  gatewayUrl: config.gatewayUrl,
  webhookPath: config.webhookPath,
  listen: config.listen ?? {}
})

const prefix = "QQ"
const row = (key: string, description: string, fallback?: string) =>
  AccountSettings.perAccount(prefix, key, description, fallback)

/** Every variable that this room reads. */
export const variables: ReadonlyArray<AccountSettings.AccountVariable> = [
  row("APP_ID", "the bot's app id, from the QQ bot console"),
  { ...row("CLIENT_SECRET", "the bot's client secret, from the QQ bot console"), secret: true },
  AccountSettings.several(prefix, "APP_ID"),
  ...AccountSettings.modes(prefix),
  row("ALLOWED_USERS", "openids of the people who may talk to the bot, separated by commas"),
  row("ALLOWED_GROUPS", "group openids, or conversation ids, in which everybody may talk to the bot"),
  row(
    "INTENTS",
    `what to listen for, separated by commas: ${Object.keys(intents).join(", ")}`,
    defaultIntents.join(",")
  ),
  row("MARKDOWN", "send markdown replies as markdown; false sends them as the text they are written in", "true"),
  row("SANDBOX", "use the sandbox: only the guild and groups chosen for it in the console", "false"),
  row("TOKEN_BASE_URL", "where tokens are fetched", hosts.token),
  row("API_BASE_URL", "where everything else is asked", `${hosts.api}, or ${hosts.sandbox} in the sandbox`),
  row("GATEWAY_URL", "the WebSocket gateway, instead of the one that QQ names"),
  row(
    "WEBHOOK_PATH",
    "the path, such as /qq/main, of the address that QQ's console has for events; without it the bot listens by WebSocket"
  )
]

const AppId = Schema.Trim.pipe(
  Schema.pattern(/^\d+$/, { message: () => "an app id is decimal digits, as the QQ bot console shows it" })
)
const IntentName = Schema.String.pipe(
  Schema.filter((name): name is Intent => Object.hasOwn(intents, name), {
    message: ({ actual }) => `"${actual}" is no intent: choose from ${Object.keys(intents).join(", ")}`
  })
)
/** A group's openid is the short way to write its conversation. */
const Group = Schema.transform(Schema.String, Schema.String, {
  strict: true,
  decode: (group) => (group.includes(":") ? group : `group:${group}`),
  encode: (conversation) => conversation
})
const Path = Schema.Trim.pipe(
  Schema.pattern(/^\/[\w.~/-]+$/, { message: ({ actual }) => `"${actual}" is no path, such as /qq/main` })
)
const http = Setting.decoded(Setting.Url("https:", "http:"))

/**
 * The accounts that the environment describes: those that `QQ_ACCOUNTS` names, or the one of `QQ_APP_ID`, or none. Everything
 * wrong with them is reported together.
 */
export const accounts = AccountSettings.accounts<QQConfig>({
  prefix,
  variables,
  identity: ["APP_ID", "CLIENT_SECRET"],
  distinct: [
    AccountSettings.oneBot("APP_ID", ({ appId }) => appId),
    AccountSettings.onePath("WEBHOOK_PATH", ({ webhookPath }) => webhookPath)
  ],
  account: (own) =>
    Config.all({
      name: Config.succeed(own.name),
      appId: own.required("APP_ID", Setting.decoded(AppId)),
      clientSecret: own.required("CLIENT_SECRET", Setting.secret()),
      access: AccountSettings.access(own, { key: "ALLOWED_GROUPS", conversation: Group }),
      intents: own.setting("INTENTS", Setting.list(IntentName)),
      markdown: own.setting("MARKDOWN", Setting.flag),
      sandbox: own.setting("SANDBOX", Setting.flag),
      tokenBaseUrl: own.setting("TOKEN_BASE_URL", http),
      apiBaseUrl: own.setting("API_BASE_URL", http),
      gatewayUrl: own.setting("GATEWAY_URL", Setting.decoded(Setting.Url("wss:", "ws:"))),
      webhookPath: own.setting("WEBHOOK_PATH", Setting.decoded(Path))
    })
})
