import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { AccessRule, Listed, Rule } from "../AccessRule.ts"
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
type Mode = typeof Mode.Type

/** The rule that a word means, with what is listed. */
const rule = (mode: Mode | undefined, { conversations, people }: Listed, remedy: string): Rule => {
  if (mode === "open") return { _tag: "Open" }
  if (mode === "pairing") return { _tag: "Pairing", people, conversations }
  return people.length + conversations.length === 0
    ? { _tag: "Closed", remedy }
    : { _tag: "AllowList", people, conversations }
}

/**
 * Who may talk to an account: what its `ACCESS`, its `GROUP_ACCESS`, its `ALLOWED_USERS` and its list of conversations say
 * together.
 */
export const access = (own: Own, { conversation, key, person = Schema.String }: Access): Config.Config<AccessRule> => {
  const lists = `${own.variable("ALLOWED_USERS")} or ${own.variable(key)}`
  const remedy = (variable: string) =>
    `set ${lists} to those who may talk to the bot, ${variable}=pairing to let people in as they come, or ${variable}=open for everybody`
  return Config.all({
    mode: own.setting("ACCESS", Setting.decoded(Mode)),
    groupMode: own.setting("GROUP_ACCESS", Setting.decoded(Mode)),
    people: own.setting("ALLOWED_USERS", Setting.list(person)),
    conversations: own.setting(key, Setting.list(conversation))
  }).pipe(
    Config.mapOrFail(({ conversations = [], groupMode, mode, people = [] }) => {
      const listed = { people, conversations }
      if (mode === "open" && (groupMode ?? mode) === "open" && people.length + conversations.length > 0) {
        const what = `it is open, although ${lists} says who may talk to the bot: unset one of them`
        return Either.left(ConfigError.InvalidData([own.variable("ACCESS")], what))
      }
      const direct = rule(mode, listed, remedy(own.variable("ACCESS")))
      if (groupMode === undefined) return Either.right<AccessRule>(direct)
      const groups = rule(groupMode, listed, remedy(own.variable("GROUP_ACCESS")))
      return Either.right<AccessRule>({ _tag: "Apart", direct, groups })
    })
  )
}
