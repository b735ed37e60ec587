import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"

const json = Options.boolean("json").pipe(Options.withDescription("one JSON object a line, for machines"))
const account = Args.text({ name: "account" }).pipe(
  Args.withDescription("such as qq:main, or as much of it as tells it from the others")
)
const code = Args.text({ name: "code" }).pipe(
  Args.withDescription("the code that somebody told you, such as K7QM-2XPA"),
  Args.optional
)
const byId = (name: "person" | "group", what: string) =>
  Options.text(name).pipe(Options.withDescription(what), Options.optional)
const meant = {
  json,
  person: byId("person", "a person's id on the platform, instead of a code"),
  group: byId("group", "a group's conversation, such as group:OPENID or chat:-100123, instead of a code"),
  account,
  code
}

const body = Effect.promise(() => import("../Access.ts"))

const list = Command.make("list", { json, accounts: Args.repeated(account) }, (options) =>
  Effect.flatMap(body, ({ list }) => list(options))
).pipe(Command.withDescription("Who may talk to each bot: those configured, those let in, and those who ask to be."))

const approve = Command.make("approve", meant, (options) =>
  Effect.flatMap(body, ({ approve }) => approve(options))
).pipe(
  Command.withDescription(
    "Lets in the person, or the group, that the bot gave a code to; or one by its id. From their next word on they are heard."
  )
)

const deny = Command.make("deny", meant, (options) => Effect.flatMap(body, ({ deny }) => deny(options))).pipe(
  Command.withDescription("Turns away who was given a code: it is good no more, and they get no other for a day.")
)

const id = Args.text({ name: "id" }).pipe(Args.withDescription("of a person or a group, as access list shows it"))

const remove = Command.make("remove", { json, account, id }, (options) =>
  Effect.flatMap(body, ({ remove }) => remove(options))
).pipe(Command.withDescription("Who was let in under this id is a stranger again, at once."))

const access = Command.make("access").pipe(
  Command.withDescription(
    "Who may talk to the bots. With ACCESS=pairing, strangers are given a code that you approve."
  ),
  Command.withSubcommands([list, approve, deny, remove])
)

/** Who may talk to the bots, and who lets them. */
export const commands = [access] as const
