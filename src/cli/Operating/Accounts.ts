import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"

const json = Options.boolean("json").pipe(Options.withDescription("one JSON object a line, for machines"))
const described = Args.withDescription("such as qq:main, or as much of it as tells it from the others")
/** No account begins with a dash: what does is meant as an option, and there is none of that name. */
const noOption = Args.mapEffect((text: string) =>
  text.startsWith("-") ? Effect.fail(HelpDoc.p(`there is no option ${text}`)) : Effect.succeed(text)
)
const some = Args.text({ name: "account" }).pipe(noOption, described, Args.repeated)

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

const timeline = Command.make(
  "timeline",
  {
    json,
    limit: Options.integer("limit").pipe(
      Options.withDescription("how many of the newest entries are listed"),
      Options.withSchema(Schema.Int.pipe(Schema.positive({ message: () => "--limit wants 1 or more" }))),
      Options.optional
    ),
    account: Args.text({ name: "account" }).pipe(described)
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Timeline.ts")),
      (body) => body.timeline(options)
    )
).pipe(
  Command.withDescription(
    "What became of an account: every state it came to, for how long, and why, from before this process too; outages are seen at a glance."
  )
)

const deciding = (verb: "pause" | "resume" | "restart", what: string) =>
  Command.make(verb, { json, accounts: Args.text({ name: "account" }).pipe(described, Args.atLeast(1)) }, (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Deciding.ts")),
      (body) => body[verb](options)
    )
  ).pipe(Command.withDescription(what))

const add = Command.make(
  "add",
  {
    json,
    accounts: Args.text({ name: "account" }).pipe(
      Args.withDescription("such as qq:test, written out"),
      Args.withSchema(AccountId),
      Args.atLeast(1)
    )
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Adding.ts")),
      (body) => body.add(options)
    )
).pipe(
  Command.withDescription(
    "Takes up accounts of the configuration as it is now, such as new ones in .env, and leaves all others as they are. Exits with 78 where one is not configured."
  )
)

const remove = Command.make(
  "remove",
  { json, accounts: Args.text({ name: "account" }).pipe(described, Args.atLeast(1)) },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("../Removing.ts")),
      (body) => body.remove(options)
    )
).pipe(
  Command.withDescription(
    "Stops accounts until they are added, or the configuration is read again; what is kept of them stays."
  )
)

const reload = Command.make("reload", { json }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("../Reload.ts")),
    (body) => body.reload(options)
  )
).pipe(
  Command.withDescription(
    "Has the process read its configuration anew. Accounts that it leaves as they are keep their sessions. A wrong one changes nothing, and exits with 78."
  )
)

/** What an operator asks about accounts and tells them. */
export const commands = [
  status,
  why,
  timeline,
  deciding("pause", "Disconnects accounts until they are resumed."),
  deciding("resume", "Connects paused accounts again, and tries parked ones, at once."),
  deciding("restart", "Gives accounts a fresh adapter at once: new sockets, tokens and name lookups."),
  add,
  remove,
  reload,
  tail
] as const
