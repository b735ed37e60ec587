import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseEnv } from "node:util"
import * as Variables from "./Variables.ts"

/** What the program was told: the process's variables, those of `.env` where the process has none, and what lies in files. */
export interface Environment {
  readonly values: ReadonlyMap<string, string>
  /** what lies in a file that cannot be read fails by itself, for whoever asks for it */
  readonly provider: ConfigProvider.ConfigProvider
  /** fails where a file that is named cannot be read, whoever needs it */
  readonly whole: Effect.Effect<void, ConfigError.ConfigError>
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EISDIR: "it is a folder",
  ENOENT: "it is not there"
}

const unreadable = (what: string, code: string): string =>
  `"${what}" cannot be read: ${reasons[code] === undefined ? code : `${reasons[code]} (${code})`}`

const dotEnv = (directory: string): Either.Either<Record<string, string | undefined>, ConfigError.ConfigError> => {
  const path = join(directory, ".env")
  return Either.try({ try: () => parseEnv(readFileSync(path, "utf8")), catch: codeOf }).pipe(
    Either.orElse((code) =>
      code === "ENOENT" ? Either.right({}) : Either.left(ConfigError.InvalidData([".env"], unreadable(path, code)))
    )
  )
}

const fromFile = (
  values: ReadonlyMap<string, string>,
  { file, name }: { readonly name: string; readonly file: string }
): Either.Either<readonly [string, string], ConfigError.ConfigError> => {
  const wrong = (why: string) => Either.left(ConfigError.InvalidData([`${name}_FILE`], why))
  if (values.has(name)) return wrong(`${name} is set as well: unset one of them`)
  return Either.try({ try: () => [name, readFileSync(file, "utf8").trim()] as const, catch: codeOf }).pipe(
    Either.orElse((code) => wrong(unreadable(file, code)))
  )
}

/** What is asked of these variables fails as is said of them. */
const without = (
  { flattened }: ConfigProvider.ConfigProvider,
  unread: ReadonlyMap<string, ConfigError.ConfigError>
): ConfigProvider.ConfigProvider => {
  const load: ConfigProvider.ConfigProvider.Flat["load"] = (path, config, split) => {
    const error = unread.get(path.join("_"))
    return error === undefined ? flattened.load(path, config, split) : Effect.fail(error)
  }
  const { enumerateChildren, patch } = flattened
  return ConfigProvider.fromFlat(ConfigProvider.makeFlat({ load, enumerateChildren, patch }))
}

const set = (variables: Record<string, string | undefined>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))

/** Reads `.env` in `directory` and the files that `…_FILE` variables name. */
export const read = (
  variables: Record<string, string | undefined>,
  directory: string
): Effect.Effect<Environment, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const given = new Map([...set(yield* dotEnv(directory)), ...set(variables)])
    const files = Variables.inFiles(given).map((one) => ({ name: one.name, content: fromFile(given, one) }))
    const values = new Map([...given, ...files.flatMap(({ content }) => Option.toArray(Either.getRight(content)))])
    const unread = new Map(
      files.flatMap(({ content, name }) => (Either.isLeft(content) ? [[name, content.left] as const] : []))
    )
    const [first, ...others] = unread.values()
    return {
      values,
      provider: without(ConfigProvider.fromMap(values, { pathDelim: "_", seqDelim: "," }), unread),
      whole: first === undefined ? Effect.void : Effect.fail(others.reduce(ConfigError.And, first))
    }
  })

const leaf = (message: string): string => (message.split("\n").at(-1) ?? "").replace(/^[\s│├└─]+/u, "")

/** What containers are told by a file has no quotation marks taken off. */
const isQuoted = (value = ""): boolean => /^(["']).*\1$/s.test(value)

/** One line for each thing that is wrong. A secret's value is never part of it. */
export const complaints = (
  error: ConfigError.ConfigError,
  values: ReadonlyMap<string, string>
): ReadonlyArray<string> => {
  const known = Variables.understood(values)
  const reducer: ConfigError.ConfigErrorReducer<void, ReadonlyArray<string>> = {
    andCase: (_, left, right) => [...left, ...right],
    orCase: (_, left, right) => [...left, ...right],
    missingDataCase: (_, path) => {
      const name = path.join("_")
      return [`${name} is not set: it wants ${known.get(name)?.description ?? "a value"}`]
    },
    invalidDataCase: (_, path, message) => {
      const name = path.join("_")
      const value = known.get(name)?.secret === true ? undefined : values.get(name)
      const wrong = `${leaf(message)}${isQuoted(values.get(name)) ? "; the quotation marks around it are part of it" : ""}`
      return [
        value === undefined || wrong.includes(`"${value}"`) ? `${name}: ${wrong}` : `${name} is "${value}": ${wrong}`
      ]
    },
    sourceUnavailableCase: (_, path, message) => [`${path.join("_")}: ${message}`],
    unsupportedCase: (_, path, message) => [`${path.join("_")}: ${message}`]
  }
  return [...new Set(ConfigError.reduceWithContext(error, undefined, reducer))]
}
