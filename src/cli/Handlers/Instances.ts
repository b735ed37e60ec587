import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type { Variable } from "../../adapter/Setting.ts"

/** A kind of handler of which there may be several. */
interface Kind {
  readonly name: string
  readonly variables: ReadonlyArray<Variable>
}

const prefixOf = ({ name }: Kind): string => `HOLDFAST_${name.toUpperCase()}`

/** What one of several is called in its variables: `HOLDFAST_EXEC_TIMEOUT` of `weather` is `HOLDFAST_EXEC_WEATHER_TIMEOUT`. */
const ownName = (kind: Kind, instance: string, name: string): string =>
  `${prefixOf(kind)}_${instance.toUpperCase()}${name.slice(prefixOf(kind).length)}`

const owned =
  (kind: Kind, instance: string) =>
  (variable: Variable): Variable => ({ ...variable, name: ownName(kind, instance, variable.name) })

/** The variables that one of several of a kind has for itself. */
export const variables = (kind: Kind, instance: string): ReadonlyArray<Variable> =>
  kind.variables.filter(({ name }) => name.startsWith(prefixOf(kind))).map(owned(kind, instance))

/** Why one of several cannot be called so; undefined where it can. */
export const misnamed = (kind: Kind, instance: string): string | undefined => {
  const taken = new Set(kind.variables.map(({ name }) => name))
  const twice = variables(kind, instance).find(({ name }) => taken.has(name))
  return twice === undefined
    ? undefined
    : `${kind.name}:${instance} cannot be called so: ${twice.name} means something else already`
}

/** What `read` makes of the environment for one of several: what it has for itself comes before what all of its kind have. */
export const within = <A, R>(
  kind: Kind,
  instance: string,
  read: Effect.Effect<A, ConfigError.ConfigError, R>
): Effect.Effect<A, ConfigError.ConfigError, R> =>
  Effect.configProviderWith((provider) => {
    const own = new Map(kind.variables.map(({ name }) => [name, ownName(kind, instance, name)]))
    /** as errors name it: by its own name, unless it was found under the other */
    const common = new Set<string>()
    const flat = provider.flattened
    const named = (path: ReadonlyArray<string>) => {
      const name = path.join("_")
      return common.has(name) ? name : (own.get(name) ?? name)
    }
    const renamed = ConfigProvider.fromFlat(
      ConfigProvider.makeFlat({
        load: (path, primitive, split) => {
          const name = path.join("_")
          const ours = own.get(name)
          if (ours === undefined) return flat.load(path, primitive, split)
          return Effect.catchIf(flat.load([ours], primitive, split), ConfigError.isMissingData, () =>
            Effect.tap(flat.load(path, primitive, split), () => Effect.sync(() => common.add(name)))
          )
        },
        enumerateChildren: (path) => flat.enumerateChildren(path),
        patch: flat.patch
      })
    )
    return Effect.mapError(Effect.withConfigProvider(read, renamed), (error) =>
      ConfigError.reduceWithContext<void, ConfigError.ConfigError>(error, undefined, {
        andCase: (_, left, right) => ConfigError.And(left, right),
        orCase: (_, left, right) => ConfigError.Or(left, right),
        invalidDataCase: (_, path, message) => ConfigError.InvalidData([named(path)], message),
        missingDataCase: (_, path, message) => ConfigError.MissingData([named(path)], message),
        sourceUnavailableCase: (_, path, message, cause) =>
          ConfigError.SourceUnavailable([named(path)], message, cause),
        unsupportedCase: (_, path, message) => ConfigError.Unsupported([named(path)], message)
      })
    )
  })
