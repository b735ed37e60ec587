import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Setting from "../../adapter/Setting.ts"
import * as Exec from "../../handler/Exec.ts"
import * as CommandLine from "../../handler/Exec/CommandLine.ts"
import type { Command } from "../../handler/Programs.ts"
import * as Programs from "../../node/Programs.ts"
import type { Row } from "../Handlers.ts"

const prefix = "HOLDFAST_EXEC"

/** The names of variables, each of which a program may be given. */
const Names = Setting.list(
  Schema.String.pipe(
    Schema.pattern(/^[A-Za-z_]\w*$/, { message: () => "it wants names of variables, separated by commas" })
  )
)

const formats = ["plain", "markdown"] as const

const parsed = (line: string) =>
  Either.mapLeft(CommandLine.parse(line), (why) => (why.includes("a shell") ? `${why} (${prefix}_SHELL=true)` : why))

/** A program that can be started as things are now. */
const command = (line: string, shell: boolean): Either.Either<Command, ConfigError.ConfigError> =>
  (shell ? Either.right(CommandLine.shell(line)) : parsed(line)).pipe(
    Either.filterOrLeft(
      (command) => Programs.inTheWay(command) === undefined,
      (command) => Programs.inTheWay(command)?.cause ?? ""
    ),
    Either.mapLeft((why) => ConfigError.InvalidData([prefix], why))
  )

const settings = Config.all({
  line: Config.nonEmptyString(prefix),
  shell: Setting.flag(`${prefix}_SHELL`).pipe(Config.withDefault(false)),
  mode: Setting.choice(`${prefix}_MODE`, Exec.modes).pipe(Config.withDefault(Exec.defaults.mode)),
  format: Setting.choice(`${prefix}_FORMAT`, formats).pipe(Config.withDefault(Exec.defaults.format)),
  within: Setting.span(`${prefix}_TIMEOUT`).pipe(Config.withDefault(Exec.defaults.within)),
  output: Setting.count(`${prefix}_OUTPUT`).pipe(Config.withDefault(Exec.defaults.output)),
  concurrency: Setting.count(`${prefix}_CONCURRENCY`).pipe(Config.withDefault(Exec.defaults.concurrency)),
  names: Names(`${prefix}_ENV`).pipe(Config.withDefault([]))
})

/** What the program is given of our environment because it was asked for. */
const given = (names: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(names, (name) => Effect.map(Config.option(Config.string(name)), (value) => [name, value] as const)),
    (all) => Object.fromEntries(all.flatMap(([name, value]) => (Option.isSome(value) ? [[name, value.value]] : [])))
  )

/** What a line that a shell reads is called: what follows, and what is set before, may be no business of who reads a log. */
const shellsName = (line: string): string => {
  const [first = ""] = line.trim().split(/\s+/)
  return first.includes("=") ? "sh" : first
}

/** A program answers. */
export const exec: Row = {
  name: "exec",
  variables: [
    { name: prefix, description: "the program that answers, and its arguments; holdfast run --exec says the same" },
    {
      name: `${prefix}_MODE`,
      description: "how it is spoken with: text or json (it is started for each message), or ndjson (it is kept)",
      default: Exec.defaults.mode
    },
    { name: `${prefix}_SHELL`, description: "a shell reads what HOLDFAST_EXEC says", default: "false" },
    {
      name: `${prefix}_FORMAT`,
      description: "what a program that speaks text writes: plain, markdown",
      default: Exec.defaults.format
    },
    {
      name: `${prefix}_TIMEOUT`,
      description: "how long it may take to answer",
      default: Setting.written(Exec.defaults.within)
    },
    {
      name: `${prefix}_OUTPUT`,
      description: "how many bytes it may write in answer to one message",
      default: String(Exec.defaults.output)
    },
    {
      name: `${prefix}_CONCURRENCY`,
      description: "how many messages it is asked about at once",
      default: String(Exec.defaults.concurrency)
    },
    {
      name: `${prefix}_ENV`,
      description: "variables of ours that it may see, besides PATH, HOME, LANG and their like, separated by commas"
    }
  ],
  config: Effect.gen(function* () {
    const { line, names, shell, ...options } = yield* settings
    const started = yield* command(line, shell)
    const environment = yield* given(names)
    const program = shell ? shellsName(line) : started.file
    const name = `exec ${program}`
    const handler = Exec.make({ ...options, command: started, environment, name })
    const missing = names.filter((name) => !Object.hasOwn(environment, name))
    const warned = Effect.forEach(missing, (name) =>
      Effect.logWarning(`${name} is not set, and ${program} was to see it (${prefix}_ENV)`)
    )
    return Effect.zipRight(
      warned,
      Effect.flatMap(Layer.build(Programs.layer), (programs) => Effect.provide(handler, programs))
    )
  })
}
