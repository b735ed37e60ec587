import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Setting from "../../adapter/Setting.ts"
import type { AccountId } from "../../domain/Address.ts"
import { type AlertsConfig, defaults } from "../../gateway/Alerts.ts"
import { conversationOf } from "../../http/Conversations.ts"
import { platforms } from "../Platforms.ts"

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_ALERT_AFTER",
    description: "how long an account may be down, or a handler fail, before somebody is told; or off",
    default: Setting.written(defaults.after)
  },
  {
    name: "HOLDFAST_ALERT_CONVERSATION",
    description: "a conversation of yours in which it is told, on any account, such as telegram:main/chat:42"
  },
  { name: "HOLDFAST_ALERT_WEBHOOK", description: "an http or https address that it is posted to", secret: true },
  {
    name: "HOLDFAST_ALERT_SECRET",
    description: "what is posted is signed with this, at least 16 characters",
    secret: true
  }
]

const traits = platforms.map(({ traits }) => traits)

const conversation = Config.string("CONVERSATION").pipe(
  Config.mapOrFail((text) =>
    Either.mapLeft(Effect.runSync(Effect.either(conversationOf(traits, text.trim()))), ({ message }) =>
      ConfigError.InvalidData([], message)
    )
  )
)

/** The address may be all that keeps strangers out, so that it is not repeated. */
const address = Schema.Redacted(
  Schema.Trim.pipe(
    Schema.filter((url) =>
      /^https?:\/\/\S+$/.test(url) && URL.canParse(url) ? true : "it is no http or https address"
    )
  )
)

const secret = Setting.secret(/^.{16,}$/, "the secret has fewer than 16 characters")

/** Who is told when an account is in trouble; undefined where nobody wants to know. */
export const config: Config.Config<AlertsConfig | undefined> = Config.all({
  after: Setting.spanOrOff("AFTER").pipe(Config.withDefault<Duration.Duration | undefined>(defaults.after)),
  url: Setting.decoded(address)("WEBHOOK").pipe(Config.withDefault(undefined)),
  secret: secret("SECRET").pipe(Config.withDefault(undefined)),
  conversation: conversation.pipe(Config.withDefault(undefined))
}).pipe(
  Config.map(({ after, conversation, secret, url }) =>
    after === undefined ? undefined : { after, conversation, webhook: url === undefined ? undefined : { url, secret } }
  ),
  Config.nested("ALERT"),
  Config.nested("HOLDFAST")
)

/** An alarm that can never sound is found before it is needed. */
export const heard = (
  alerts: AlertsConfig | undefined,
  accounts: ReadonlyArray<AccountId>
): Either.Either<void, ConfigError.ConfigError> => {
  const account = alerts?.conversation?.account
  if (account === undefined || accounts.length === 0 || accounts.includes(account)) return Either.void
  const path = ["HOLDFAST", "ALERT", "CONVERSATION"]
  return Either.left(
    ConfigError.InvalidData(path, `${account} is no account of this process: it has ${accounts.join(", ")}`)
  )
}
