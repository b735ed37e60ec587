import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { ListenOptions } from "../../adapter/Connection.ts"
import type { AccessRule } from "../../adapter/Platform.ts"
import type { Variable } from "../../adapter/Setting.ts"
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

/** A variable that may be set for one account, `QQ_<NAME>_...`, before the one for all of them is read. */
export interface QQVariable extends Variable {
  readonly perAccount: boolean
}

const perAccount = (key: string, description: string, fallback?: string): QQVariable => ({
  name: `QQ_${key}`,
  description,
  perAccount: true,
  ...(fallback === undefined ? undefined : { default: fallback })
})

/** Every variable that this room reads. */
export const variables: ReadonlyArray<QQVariable> = [
  perAccount("APP_ID", "the bot's app id, from the QQ bot console"),
  { ...perAccount("CLIENT_SECRET", "the bot's client secret, from the QQ bot console"), secret: true },
  {
    name: "QQ_ACCOUNTS",
    description: "names of several bots, such as main,test; each is then described by QQ_<NAME>_APP_ID and so on",
    perAccount: false
  },
  perAccount("ACCESS", "who may talk to the bot: open (everybody) or allowlist"),
  perAccount("ALLOWED_USERS", "openids of the people who may talk to the bot, separated by commas"),
  perAccount("ALLOWED_GROUPS", "group openids, or conversation ids, in which everybody may talk to the bot"),
  perAccount(
    "INTENTS",
    `what to listen for, separated by commas: ${Object.keys(intents).join(", ")}`,
    defaultIntents.join(",")
  ),
  perAccount("MARKDOWN", "send markdown replies as markdown; false sends them as the text they are written in", "true"),
  perAccount("SANDBOX", "use the sandbox: only the guild and groups chosen for it in the console", "false"),
  perAccount("TOKEN_BASE_URL", "where tokens are fetched", hosts.token),
  perAccount("API_BASE_URL", "where everything else is asked", `${hosts.api}, or ${hosts.sandbox} in the sandbox`),
  perAccount("GATEWAY_URL", "the WebSocket gateway, instead of the one that QQ names")
]

const reserved: ReadonlySet<string> = new Set(variables.map(({ name }) => name.split("_")[1]?.toLowerCase() ?? ""))

const List = Schema.transform(Schema.String, Schema.Array(Schema.String), {
  strict: true,
  decode: (text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  encode: (items) => items.join(",")
})

const Name = Schema.String.pipe(
  Schema.pattern(/^[a-z0-9]+$/, {
    message: ({ actual }) => `"${actual}" is no name: use lower-case letters and digits`
  }),
  Schema.filter((name) =>
    reserved.has(name)
      ? `an account cannot be called "${name}": variables of our own begin with QQ_${name.toUpperCase()}`
      : true
  )
)
const Names = Schema.compose(
  List,
  Schema.Array(Name).pipe(
    Schema.filter((names) => (new Set(names).size < names.length ? "an account is named twice" : true)),
    Schema.minItems(1, { message: () => "name at least one account, such as main" })
  )
)
const AppId = Schema.Trim.pipe(
  Schema.pattern(/^\d+$/, { message: () => "an app id is decimal digits, as the QQ bot console shows it" })
)
const Secret = Schema.Redacted(Schema.Trim.pipe(Schema.minLength(1, { message: () => "the secret is empty" })))
const Url = (...schemes: ReadonlyArray<string>) =>
  Schema.Trim.pipe(
    Schema.filter((url) =>
      URL.canParse(url) && schemes.includes(new URL(url).protocol)
        ? true
        : `"${url}" is no ${schemes.map((scheme) => `${scheme}//`).join(" or ")} address`
    )
  )
const IntentName = Schema.String.pipe(
  Schema.filter((name): name is Intent => Object.hasOwn(intents, name), {
    message: ({ actual }) => `"${actual}" is no intent: choose from ${Object.keys(intents).join(", ")}`
  })
)
const Access = Schema.Literal("open", "allowlist").annotations({
  message: ({ actual }) => ({ message: `"${actual}" is neither open nor allowlist`, override: true })
})

const variableOf = (name: string | undefined, key: string): string =>
  name === undefined ? `QQ_${key}` : `QQ_${name.toUpperCase()}_${key}`

/** `QQ_<NAME>_<KEY>` where it is set, else `QQ_<KEY>`; undefined where neither is. */
const setting = <A>(name: string | undefined, key: string, read: (variable: string) => Config.Config<A>) => {
  const general = read(`QQ_${key}`)
  const config =
    name === undefined
      ? general
      : read(variableOf(name, key)).pipe(Config.orElseIf({ if: ConfigError.isMissingDataOnly, orElse: () => general }))
  return config.pipe(Config.option, Config.map(Option.getOrUndefined))
}

/** Reads one variable; what is wrong with it is said in one line. */
const valueOf = <A, I extends string>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownEither(schema)
  const wrong = (error: ParseResult.ParseError) =>
    ConfigError.InvalidData(
      [],
      ParseResult.ArrayFormatter.formatErrorSync(error)
        .map(({ message }) => message)
        .join("; ")
    )
  return (variable: string): Config.Config<A> =>
    Config.string(variable).pipe(Config.mapOrFail((value) => Either.mapLeft(decode(value), wrong)))
}

const access = (name: string | undefined): Config.Config<AccessRule> => {
  const mode = variableOf(name, "ACCESS")
  const lists = `${variableOf(name, "ALLOWED_USERS")} or ${variableOf(name, "ALLOWED_GROUPS")}`
  return Config.all({
    open: setting(name, "ACCESS", valueOf(Access)),
    people: setting(name, "ALLOWED_USERS", valueOf(List)),
    groups: setting(name, "ALLOWED_GROUPS", valueOf(List))
  }).pipe(
    Config.mapOrFail(({ groups = [], open, people = [] }): Either.Either<AccessRule, ConfigError.ConfigError> => {
      const listed = people.length > 0 || groups.length > 0
      if (open === "open" && listed) {
        return Either.left(
          ConfigError.InvalidData(
            [mode],
            `it is open, although ${lists} says who may talk to the bot: unset one of them`
          )
        )
      }
      if (open === "open") return Either.right({ _tag: "Open" })
      if (!listed) {
        const remedy = `set ${lists} to those who may talk to the bot, or ${mode}=open for everybody`
        return Either.right({ _tag: "Closed", remedy })
      }
      const conversations = groups.map((group) => (group.includes(":") ? group : `group:${group}`))
      return Either.right({ _tag: "AllowList", people, conversations })
    })
  )
}

const account = (name: string | undefined): Config.Config<QQConfig> =>
  Config.all({
    name: Config.succeed(name ?? "main"),
    appId: valueOf(AppId)(variableOf(name, "APP_ID")),
    clientSecret: valueOf(Secret)(variableOf(name, "CLIENT_SECRET")),
    access: access(name),
    intents: setting(name, "INTENTS", valueOf(Schema.compose(List, Schema.Array(IntentName)))),
    markdown: setting(name, "MARKDOWN", Config.boolean),
    sandbox: setting(name, "SANDBOX", Config.boolean),
    tokenBaseUrl: setting(name, "TOKEN_BASE_URL", valueOf(Url("https:", "http:"))),
    apiBaseUrl: setting(name, "API_BASE_URL", valueOf(Url("https:", "http:"))),
    gatewayUrl: setting(name, "GATEWAY_URL", valueOf(Url("wss:", "ws:")))
  })

const isSet = (variable: string) => Config.string(variable).pipe(Config.option, Config.map(Option.isSome))

/** Two accounts of one bot would take each other's events away. */
const distinct = (
  names: ReadonlyArray<string>,
  accounts: ReadonlyArray<QQConfig>
): Effect.Effect<ReadonlyArray<QQConfig>, ConfigError.ConfigError> => {
  for (const [index, { appId }] of accounts.entries()) {
    const first = accounts.findIndex((other) => other.appId === appId)
    if (first < index) {
      const [one, other] = [variableOf(names[first], "APP_ID"), variableOf(names[index], "APP_ID")]
      return Effect.fail(ConfigError.InvalidData([other], `the same bot as ${one}: one bot can be only one account`))
    }
  }
  return Effect.succeed(accounts)
}

/**
 * The accounts that the environment describes: those that `QQ_ACCOUNTS` names, or the one of `QQ_APP_ID`, or none. Everything
 * wrong with them is reported together.
 */
export const accounts: Effect.Effect<ReadonlyArray<QQConfig>, ConfigError.ConfigError> = Effect.gen(function* () {
  const names = yield* valueOf(Names)("QQ_ACCOUNTS").pipe(Config.option)
  const single = (yield* isSet("QQ_APP_ID")) || (yield* isSet("QQ_CLIENT_SECRET"))
  if (Option.isNone(names)) return single ? [yield* account(undefined)] : []
  if (single) {
    return yield* Effect.fail(
      ConfigError.InvalidData(
        ["QQ_ACCOUNTS"],
        "QQ_APP_ID or QQ_CLIENT_SECRET is set as well: give that bot a name in QQ_ACCOUNTS, or unset them"
      )
    )
  }
  return yield* distinct(names.value, yield* Config.all(names.value.map(account)))
})
