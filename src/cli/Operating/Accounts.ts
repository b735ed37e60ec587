import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"

const json = Options.boolean("json").pipe(Options.withDescription("one JSON object a line, for machines"))
const described = Args.withDescription("such as qq:main, or as much of it as tells it from the others")
const some = Args.text({ name: "account" }).pipe(described, Args.repeated)

const status = Command.make(
  "status",
  {
    json,
    watch: Options.boolean("watch").pipe(
      Options.withDescription("goes on, redrawn in place; a line for each change where it is no terminal")
    ),
    accounts: some
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Status.ts")),
      (body) => body.status(options)
    )
).pipe(
  Command.withDescription(
    "How each account stands, for how long, and what is next. Exits with 2 when one is not connected that nobody paused, 3 when no process answers."
  )
)

const why = Command.make("why", { json, accounts: some }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("../Why.ts")),
    (body) => body.why(options)
  )
).pipe(
  Command.withDescription(
    "What happened to an account, what was done about it, what is next and when, and what you can do; of all that are not connected where none is named. Exits as status does."
  )
)

const tail = Command.make(
  "tail",
  {
    json,
    contents: Options.boolean("contents").pipe(Options.withDescription("what people and the bot write too")),
    account: Options.text("account").pipe(
      Options.withDescription("only of this account, or as much of its name as tells it from the others"),
      Options.optional
    )
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Tail.ts")),
      (body) => body.tail(options)
    )
).pipe(
  Command.withDescription(
    "Events and messages as they pass, without what is written in them. Goes on over restarts of the process."
  )
)

/** What an operator asks about accounts and tells them. */
export const commands = [status, why, tail] as const
