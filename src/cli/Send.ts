import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ArrayFormatter } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Sending } from "../http/Api.ts"
import { conversationOf } from "../http/Conversations.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { print, printJson } from "./Output.ts"
import { platforms } from "./Platforms.ts"
import { line } from "./Printable.ts"
import type { Ended } from "./Process.ts"
import * as Session from "./Session.ts"

export interface SendOptions {
  readonly json: boolean
  readonly conversation: string
  readonly text: string
  readonly markdown: boolean
  readonly key: Option.Option<string>
}

/** Who says it: the process that has the account, or else the store, which keeps it until one has. */
const deskFor = (account: string, { desks, owners, store }: Desks.Desks): Effect.Effect<Desk, Ended> => {
  const processes = desks.filter(({ process }) => process !== undefined)
  const found =
    processes.find(({ has }) => has(account)) ??
    processes.find(({ accounts }) => accounts.has(account)) ??
    desks.find(({ process }) => process === undefined && (processes.length === 0 || owners.has(account)))
  if (found !== undefined) return Effect.succeed(found)
  const kept = processes.map(({ accounts, name }) => `${name} keeps ${[...accounts.keys()].join(", ") || "none"}`)
  return Session.fail([
    kept.length === 0
      ? `nobody can say it, and nothing was kept: no process answers, and the store is ${store}; start holdfast run first`
      : `no process keeps ${account}, and nothing was kept: ${kept.join("; ")}`
  ])
}

/** When it is said. */
const prospect = ({ accounts, name, process }: Desk, account: string): string => {
  if (process === undefined) return `no process runs; it is said when holdfast run keeps ${account} connected`
  const state = accounts.get(account)?.state._tag
  return state === undefined || state === "Connected"
    ? `${name} says it`
    : `${name} says it once ${account} is connected; it is ${state.toLowerCase()} now`
}

const decode = Schema.decodeUnknown(Sending)

/** Keeps a message to be said in a conversation. */
export const send = ({ conversation: written, json, key, markdown, text }: SendOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const traits = platforms.map(({ traits }) => traits)
      const conversation = yield* Effect.catchAll(conversationOf(traits, written), ({ message }) =>
        Session.fail([line(message)])
      )
      const format = markdown ? "markdown" : "plain"
      const named = Option.match(key, { onNone: () => ({}), onSome: (key) => ({ key }) })
      const payload = yield* Effect.catchAll(decode({ conversation: written, text, format, ...named }), (error) =>
        Session.fail(ArrayFormatter.formatErrorSync(error).map(({ message, path }) => `${path.join(".")}: ${message}`))
      )
      const desk = yield* Effect.flatMap(Desks.openToKeep, (desks) => deskFor(conversation.account, desks))
      const { id } = yield* ask(desk, desk.client.messages.send({ payload }))
      yield* json ? printJson([{ id }]) : print(`Kept as ${line(id)}: ${prospect(desk, conversation.account)}.`)
    }).pipe(Effect.scoped)
  )
