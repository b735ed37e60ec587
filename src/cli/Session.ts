import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Environment from "./Environment.ts"
import { codes, Ended } from "./Process.ts"
import * as Variables from "./Variables.ts"

/** Why something cannot be done, one line each, and the exit code for that. */
export const fail = (lines: ReadonlyArray<string>, code: number = codes.failed): Effect.Effect<never, Ended> =>
  Effect.suspend(() => {
    process.stderr.write(lines.map((line) => `holdfast: ${line}\n`).join(""))
    return Effect.fail(new Ended(code))
  })

/** What is wrong with the configuration, one line each, and the exit code that says so. */
export const refuse = (lines: ReadonlyArray<string>): Effect.Effect<never, Ended> => fail(lines, codes.configuration)

/** What is behind an error: a secret that a file keeps is told of without its reason, which the file has. */
const reason = ({ whole }: Environment.Environment, error: ConfigError.ConfigError) =>
  Effect.match(whole, { onFailure: (file) => file, onSuccess: () => error })

/** Runs a command's body under the environment of the process; a bad setting in it ends the program with one line each. */
export const within = <R>(
  body: (environment: Environment.Environment) => Effect.Effect<void, ConfigError.ConfigError | Ended, R>
): Effect.Effect<void, Ended, R> =>
  Effect.gen(function* () {
    const environment = yield* Environment.read(process.env, process.cwd()).pipe(
      Effect.catchAll((error) => refuse(Environment.complaints(error, new Map())))
    )
    yield* body(environment).pipe(
      Effect.withConfigProvider(environment.provider),
      Effect.catchAll((error) =>
        ConfigError.isConfigError(error)
          ? Effect.flatMap(reason(environment, error), (reason) =>
              // what is missing may be there under a mistyped name
              refuse([...Environment.complaints(reason, environment.values), ...Variables.typos(environment.values)])
            )
          : Effect.fail(error)
      )
    )
  })
