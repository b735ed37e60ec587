import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** What is the matter with one account. Times are Unix milliseconds. */
export const Trouble = Schema.Struct({
  account: AccountId,
  /** it is not connected; a person has to act; its sessions keep dying young */
  what: Schema.Literal("down", "parked", "flapping"),
  since: Schema.Number,
  cause: maybe(Schema.String),
  /** what a person has to do */
  remedy: maybe(Schema.String),
  /** when it is tried next */
  next: maybe(Schema.Number),
  /** how it ended: connected for a while, paused by an operator, or no account any more */
  ended: maybe(Schema.Literal("connected", "paused", "removed")),
  /** when that was */
  until: maybe(Schema.Number)
})
export type Trouble = typeof Trouble.Type

/** What stands behind a handler and fails. */
export const HandlerTrouble = Schema.Struct({
  /** what it is called in settings and logs */
  handler: Schema.String,
  since: Schema.Number,
  cause: maybe(Schema.String),
  /** when it is tried next */
  next: maybe(Schema.Number),
  /** since when it answers again */
  until: maybe(Schema.Number)
})
export type HandlerTrouble = typeof HandlerTrouble.Type

/** What an operator is told, once when it begins and once when it is over: of all accounts together that share it, or of handlers. */
export const Alert = Schema.Struct({
  version: Schema.Literal(1),
  /** the same for the same news, however often it is told */
  id: Schema.NonEmptyString,
  kind: Schema.Literal("raised", "cleared"),
  at: Schema.Number,
  /** none where it is about handlers */
  accounts: Schema.Array(Trouble),
  handlers: maybe(Schema.Array(HandlerTrouble)),
  /** the same for a person */
  text: Schema.String
})
export type Alert = typeof Alert.Type
