import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Option from "effect/Option"

/** What reads the variable of this name. */
type Read<A> = (variable: string) => Config.Config<A>

/** The environment as one account sees it. */
export interface Own {
  /** what the account is called; `main` where there is only one */
  readonly name: string
  /** The variable that describes this account: `QQ_<NAME>_<KEY>`, or `QQ_<KEY>` where there is only one. */
  readonly variable: (key: string) => string
  /** What this account must say of itself. */
  readonly required: <A>(key: string, read: Read<A>) => Config.Config<A>
  /** What it may say, or all accounts together, `QQ_<KEY>`; undefined where neither does. */
  readonly setting: <A>(key: string, read: Read<A>) => Config.Config<A | undefined>
}

export const own = (prefix: string, name?: string): Own => {
  const general = (key: string) => `${prefix}_${key}`
  const variable = (key: string) => general(name === undefined ? key : `${name.toUpperCase()}_${key}`)
  return {
    name: name ?? "main",
    variable,
    required: (key, read) => read(variable(key)),
    setting: (key, read) => {
      const fallback = read(general(key))
      const first =
        name === undefined
          ? fallback
          : read(variable(key)).pipe(Config.orElseIf({ if: ConfigError.isMissingDataOnly, orElse: () => fallback }))
      return first.pipe(Config.option, Config.map(Option.getOrUndefined))
    }
  }
}
