import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { AccountId } from "../domain/Address.ts"
import * as Access from "./Operating/Access.ts"
import * as Accounts from "./Operating/Accounts.ts"

const json = Options.boolean("json").pipe(Options.withDescription("one JSON object a line, for machines"))
const account = Options.text("account").pipe(
  Options.withDescription("only of this account, such as qq:main"),
  Options.withSchema(AccountId),
  Options.optional
)
const queueName = Options.choice("queue", ["inbox", "outbox"]).pipe(
  Options.withDescription("only of events that were heard, or of messages that were to be said"),
  Options.optional
)

const queue = Command.make("queue", { json }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("./Queue.ts")),
    (body) => body.queue(options)
  )
).pipe(
  Command.withDescription(
    "How many events and messages of each account wait, since when, and how many are dead: as the running process says, or the store when none runs."
  )
)

const send = Command.make(
  "send",
  {
    json,
    conversation: Args.text({ name: "conversation" }).pipe(
      Args.withDescription("such as qq:main/c2c:OPENID or telegram:main/chat:42")
    ),
    text: Args.text({ name: "text" }),
    markdown: Options.boolean("markdown").pipe(
      Options.withDescription("the text is markdown; else it arrives letter for letter")
    ),
    key: Options.text("key").pipe(
      Options.withDescription("names the message for ever: sent again under the same key it is said once"),
      Options.optional
    )
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./Send.ts")),
      (body) => body.send(options)
    )
).pipe(
  Command.withDescription(
    "Says something in a conversation, by the process that keeps its account; without one it is kept until there is one."
  )
)

const list = Command.make("list", { json, account, queue: queueName }, (options) =>
  Effect.flatMap(
    Effect.promise(() => import("./Dead.ts")),
    (body) => body.list(options)
  )
).pipe(
  Command.withDescription("What was put aside, the oldest first, and why. Ids are shortened to what tells them apart.")
)

const show = Command.make(
  "show",
  {
    json,
    account,
    queue: queueName,
    id: Args.text({ name: "id" }).pipe(Args.withDescription("an id, or the beginning of one"))
  },
  (options) =>
    Effect.flatMap(
      Effect.promise(() => import("./Dead.ts")),
      (body) => body.show(options)
    )
).pipe(Command.withDescription("All that is known of one dead letter, what was written included."))

const settling = (name: "retry" | "drop", what: string) =>
  Command.make(
    name,
    {
      json,
      account,
      queue: queueName,
      all: Options.boolean("all").pipe(
        Options.withDescription("all there are, or all that --account and --queue leave")
      ),
      ids: Args.text({ name: "id" }).pipe(Args.withDescription("ids, or the beginnings of some"), Args.repeated)
    },
    (options) =>
      Effect.flatMap(
        Effect.promise(() => import("./Dead/Settling.ts")),
        (body) => body[name](options)
      )
  ).pipe(Command.withDescription(what))

const dead = Command.make("dead").pipe(
  Command.withDescription(
    "What was put aside because nothing would come of it: events that no handler took, messages that could not be said."
  ),
  Command.withSubcommands([
    list,
    show,
    settling("retry", "Gives dead letters another life: they wait in their queue again, behind all others."),
    settling("drop", "Gives dead letters up for ever.")
  ])
)

/** What an operator can see and do while the gateway runs, and as far as that makes sense while it does not. */
export const commands = [...Accounts.commands, queue, dead, ...Access.commands, send] as const
