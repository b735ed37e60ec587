#!/usr/bin/env node
import * as Args from "@effect/cli/Args"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import manifest from "../../package.json" with { type: "json" }
import * as Colour from "./Colour.ts"
import * as Help from "./Help.ts"
import * as Operating from "./Operating.ts"
import { codes, Ended, launch } from "./Process.ts"
import { stripped } from "./Width.ts"

const json = Options.boolean("json").pipe(Options.withDescription("one JSON object a line, for machines"))
const port = Options.integer("port").pipe(
  Options.withDescription("the local port to serve on; 0 takes one that is free"),
  Options.withDefault(8765)
)

// the bodies of the commands are loaded when they are run, so that help is there at once
const exec = Options.text("exec").pipe(
  Options.withDescription(
    "the program that answers, and its arguments: what is written to the bot goes in, the answer comes out"
  ),
  Options.optional
)

const run = Command.make("run", { json, exec }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("./Run.ts")),
    (body) => body.run(options)
  )
).pipe(
  Command.withDescription(
    "Keeps the accounts of the environment connected and answers what is written to them. Without any account it starts simulated platforms to talk on and to pull the plug of."
  )
)

const check = Command.make("check", { json }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("./Check.ts")),
    (body) => body.check(options)
  )
).pipe(
  Command.withDescription(
    "Says what was understood from the environment, looks at the store, asks each platform who we are, and says what to fix. Exits with 78 when the configuration is wrong."
  )
)

const simulated = (name: "qq" | "telegram", title: string) =>
  Command.make(name, { json, port }, (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./Simulate.ts")),
      (body) => body.simulate(name, options)
    )
  ).pipe(Command.withDescription(`${title} simulated on a local port, and you at its other end.`))

const simulate = Command.make("simulate").pipe(
  Command.withDescription("A local server that speaks a platform's protocol, with faults on request."),
  Command.withSubcommands([simulated("qq", "QQ"), simulated("telegram", "Telegram")])
)

const backup = Command.make("backup", { json, file: Args.text({ name: "file" }) }, ({ file, ...options }) =>
  Effect.flatMap(
    Effect.promise(() => import("./Backup.ts")),
    (body) => body.backup(file, options)
  )
).pipe(
  Command.withDescription(
    "Writes a copy of the store to a new file, which only this user can read, while everything runs."
  )
)

const store = Command.make("store").pipe(
  Command.withDescription("What is kept: HOLDFAST_STORE_URL says where."),
  Command.withSubcommands([backup])
)

const holdfast = Command.make("holdfast").pipe(
  Command.withDescription("A chat gateway that cannot go deaf."),
  Command.withSubcommands([run, check, ...Operating.commands, store, simulate])
)

const footer = HelpDoc.p(
  "holdfast COMMAND --help says more of one. Everything else is set by environment variables; the README lists them."
)

/** The words that a command was called by. */
const words = process.argv.slice(2).filter((word) => !word.startsWith("-"))

/** Prints help laid out for the terminal it is shown at, and everything else as it is; only a terminal wants colours. */
const printed = (stream: NodeJS.WriteStream) => (text: string) =>
  Effect.sync(() => {
    const laid = Help.laidOut(stripped(text), words, stream.columns ?? 80, Colour.of(stream))
    stream.write(`${laid.trimEnd()}\n`)
  })

/** Where the person who called a command wrongly is told how to. */
const hint = (): string => {
  const [command = ""] = words
  const known = HashMap.has(Command.getSubcommands(holdfast), command)
  return known ? `holdfast ${command} --help says how it is called` : "holdfast --help says what there is"
}

const program = Effect.gen(function* () {
  const console = yield* Effect.console
  return yield* Command.run(holdfast, { name: "holdfast", version: manifest.version, footer })(process.argv).pipe(
    Console.withConsole({ ...console, log: printed(process.stdout), error: printed(process.stderr) }),
    Effect.catchIf(ValidationError.isValidationError, () =>
      Effect.suspend(() => {
        // what is wrong with the arguments has been printed by now
        process.stderr.write(`${hint()}\n`)
        return Effect.fail(new Ended(codes.failed))
      })
    )
  )
})

launch(
  program.pipe(
    Effect.provide(
      Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, NodeTerminal.layer, CliConfig.layer({ showBuiltIns: false }))
    )
  )
)
