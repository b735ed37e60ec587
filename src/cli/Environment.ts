import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseEnv } from "node:util"
import * as Variables from "./Variables.ts"

/** What the program was told: the process's variables, those of `.env` where the process has none, and what lies in files. */
export interface Environment {
  readonly values: ReadonlyMap<string, string>
  readonly provider: ConfigProvider.ConfigProvider
}

/** The configuration is wrong: one line for each thing that is, naming the variable, what it got and what it wants. */
export class BadSettings {
  readonly _tag = "BadSettings"
  constructor(readonly lines: ReadonlyArray<string>) {}
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error)

const dotEnv = (directory: string): Either.Either<Record<string, string | undefined>, ConfigError.ConfigError> => {
  const path = join(directory, ".env")
  return Either.try({ try: () => parseEnv(readFileSync(path, "utf8")), catch: codeOf }).pipe(
    Either.orElse((code) =>
      code === "ENOENT"
        ? Either.right({})
        : Either.left(ConfigError.InvalidData([".env"], `it cannot be read (${code})`))
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
    Either.orElse((code) => wrong(`it cannot be read (${code})`))
  )
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
    const files = yield* Effect.forEach(Variables.inFiles(given), (one) => fromFile(given, one))
    const values = new Map([...given, ...files])
    return { values, provider: ConfigProvider.fromMap(values, { pathDelim: "_", seqDelim: "," }) }
  })

const leaf = (message: string): string => (message.split("\n").at(-1) ?? "").replace(/^[\s│├└─]+/u, "")

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
      const wrong = leaf(message)
      return [
        value === undefined || wrong.includes(`"${value}"`) ? `${name}: ${wrong}` : `${name} is "${value}": ${wrong}`
      ]
    },
    sourceUnavailableCase: (_, path, message) => [`${path.join("_")}: ${message}`],
    unsupportedCase: (_, path, message) => [`${path.join("_")}: ${message}`]
  }
  return [...new Set(ConfigError.reduceWithContext(error, undefined, reducer))]
}
