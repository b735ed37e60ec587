import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Own, own } from "./AccountSettings/Own.ts"
import * as Setting from "./Setting.ts"

export { type Access, access } from "./AccountSettings/Access.ts"
export type { Own } from "./AccountSettings/Own.ts"

/** A variable that may be set for one account, `QQ_<NAME>_...`, before the one for all of them is read. */
export interface AccountVariable extends Setting.Variable {
  readonly perAccount: boolean
}

/** One row of a platform's variables, which every account may have for itself; `fallback` as an operator would write it. */
export const perAccount = (prefix: string, key: string, description: string, fallback?: string): AccountVariable => ({
  name: `${prefix}_${key}`,
  description,
  perAccount: true,
  ...(fallback === undefined ? undefined : { default: fallback })
})

/** The rows that say who may talk to an account, beside those that list them. */
export const modes = (prefix: string): ReadonlyArray<AccountVariable> => [
  perAccount(
    prefix,
    "ACCESS",
    "who may talk to the bot: open (everybody), allowlist (who is listed), or pairing (who is listed, and whoever you let in)"
  ),
  perAccount(prefix, "GROUP_ACCESS", "the same of groups and channels alone", `what ${prefix}_ACCESS says`)
]

/** The row that names several accounts; `key` is what describes one of them. */
export const several = (prefix: string, key: string): AccountVariable => ({
  name: `${prefix}_ACCOUNTS`,
  description: `names of several bots, such as main,test; each is then described by ${prefix}_<NAME>_${key} and so on`,
  perAccount: false
})

/** What no two accounts of a platform may have in common. */
export interface Distinct<C> {
  /** the variable that says it */
  readonly key: string
  readonly of: (config: C) => string | undefined
  /** what is wrong with the later one, by the earlier one's variable */
  readonly wrong: (earlier: string) => string
}

/** How a platform's accounts are described in the environment. */
export interface Description<C> {
  /** what its variables begin with, without the line below */
  readonly prefix: string
  readonly variables: ReadonlyArray<AccountVariable>
  /** the variables that make an account, and without a name make the account `main` */
  readonly identity: ReadonlyArray<string>
  readonly account: (own: Own) => Config.Config<C>
  readonly distinct: ReadonlyArray<Distinct<C>>
}

/** The names of accounts: words that our own variables begin with would make theirs ambiguous. */
const Names = ({ prefix, variables }: Pick<Description<unknown>, "prefix" | "variables">) => {
  const reserved = new Set(
    variables.map(({ name }) =>
      name
        .slice(prefix.length + 1)
        .split("_")[0]
        ?.toLowerCase()
    )
  )
  const Name = Schema.String.pipe(
    Schema.pattern(/^[a-z0-9]+$/, {
      message: ({ actual }) => `"${actual}" is no name: use lower-case letters and digits`
    }),
    Schema.filter((name) =>
      reserved.has(name)
        ? `an account cannot be called "${name}": variables of our own begin with ${prefix}_${name.toUpperCase()}`
        : true
    )
  )
  return Schema.compose(
    Setting.List,
    Schema.Array(Name).pipe(
      Schema.filter((names) => (new Set(names).size < names.length ? "an account is named twice" : true)),
      Schema.minItems(1, { message: () => "name at least one account, such as main" })
    )
  )
}

const isSet = (variable: string) => Config.string(variable).pipe(Config.option, Config.map(Option.isSome))

/** Two accounts of one bot would take each other's events away. */
export const oneBot = <C>(key: string, of: (config: C) => string): Distinct<C> => ({
  key,
  of,
  wrong: (earlier) => `the same bot as ${earlier}: one bot can be only one account`
})

/** One server takes what is posted to all accounts, and tells them apart by the path. */
export const onePath = <C>(key: string, of: (config: C) => string | undefined): Distinct<C> => ({
  key,
  of,
  wrong: (earlier) => `the same path as ${earlier}: every account needs one of its own`
})

/** What the accounts have in common and must not. */
const clashes = <C>(
  { distinct }: Pick<Description<C>, "distinct">,
  accounts: ReadonlyArray<{ readonly own: Own; readonly config: C }>
): ReadonlyArray<ConfigError.ConfigError> =>
  distinct.flatMap(({ key, of, wrong }) =>
    accounts.flatMap(({ config, own }, index) => {
      const value = of(config)
      const first = accounts.slice(0, index).find((earlier) => value !== undefined && of(earlier.config) === value)
      return first === undefined ? [] : [ConfigError.InvalidData([own.variable(key)], wrong(first.own.variable(key)))]
    })
  )

/**
 * The accounts that the environment describes: those that `<PREFIX>_ACCOUNTS` names, or the one without a name, or none.
 * Everything wrong with them is reported together.
 */
export const accounts = <C>(description: Description<C>): Effect.Effect<ReadonlyArray<C>, ConfigError.ConfigError> => {
  const { account, identity, prefix } = description
  const plural = `${prefix}_ACCOUNTS`
  const singular = identity.map((key) => `${prefix}_${key}`)
  const named = Setting.decoded(Names(description))(plural).pipe(Config.option)
  return Effect.gen(function* () {
    const names = yield* named
    const single = (yield* Effect.forEach(singular, isSet)).includes(true)
    if (Option.isNone(names)) return single ? [yield* account(own(prefix))] : []
    if (single) {
      return yield* Effect.fail(
        ConfigError.InvalidData(
          [plural],
          `${singular.join(" or ")} is set as well: give that bot a name in ${plural}, or unset it`
        )
      )
    }
    const all = yield* Config.all(
      names.value.map((name) => {
        const one = own(prefix, name)
        return Config.map(account(one), (config) => ({ own: one, config }))
      })
    )
    const wrong = clashes(description, all)
    if (wrong.length > 0) return yield* Effect.fail(wrong.reduce(ConfigError.And))
    return all.map(({ config }) => config)
  })
}
