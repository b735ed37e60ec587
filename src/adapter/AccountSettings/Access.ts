import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { AccessRule } from "../Platform.ts"
import * as Setting from "../Setting.ts"
import type { Own } from "./Own.ts"

/** How a platform's people and conversations are listed. */
export interface Access {
  /** a person, as an operator writes them; by itself, whatever stands there */
  readonly person?: Schema.Schema<string, string>
  /** the variable that lists conversations */
  readonly key: string
  /** a conversation's id, of what an operator writes */
  readonly conversation: Schema.Schema<string, string>
}

const Mode = Schema.Literal("open", "allowlist", "pairing").annotations({
  message: ({ actual }) => ({ message: `"${actual}" is none of open, allowlist and pairing`, override: true })
})

/** Who may talk to an account: what its `ACCESS`, its `ALLOWED_USERS` and its list of conversations say together. */
export const access = (own: Own, { conversation, key, person = Schema.String }: Access): Config.Config<AccessRule> => {
  const mode = own.variable("ACCESS")
  const lists = `${own.variable("ALLOWED_USERS")} or ${own.variable(key)}`
  return Config.all({
    way: own.setting("ACCESS", Setting.decoded(Mode)),
    people: own.setting("ALLOWED_USERS", Setting.list(person)),
    conversations: own.setting(key, Setting.list(conversation))
  }).pipe(
    Config.mapOrFail(({ conversations = [], people = [], way }): Either.Either<AccessRule, ConfigError.ConfigError> => {
      const listed = people.length > 0 || conversations.length > 0
      if (way === "open" && listed) {
        return Either.left(
          ConfigError.InvalidData(
            [mode],
            `it is open, although ${lists} says who may talk to the bot: unset one of them`
          )
        )
      }
      if (way === "open") return Either.right({ _tag: "Open" })
      if (way === "pairing") return Either.right({ _tag: "Pairing", people, conversations })
      if (!listed) {
        const remedy = `set ${lists} to those who may talk to the bot, ${mode}=pairing to let people in as they come, or ${mode}=open for everybody`
        return Either.right({ _tag: "Closed", remedy })
      }
      return Either.right({ _tag: "AllowList", people, conversations })
    })
  )
}
