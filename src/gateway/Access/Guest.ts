import * as Schema from "effect/Schema"
import type { Event } from "../../domain/Event.ts"
import { Conversation } from "../../domain/Address.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** Who can be let in: a person, wherever they write, or a group, and in it everybody. A person has the platform's id, a group its conversation's. */
export const Subject = Schema.Struct({ kind: Schema.Literal("person", "group"), id: Schema.NonEmptyString })
export type Subject = typeof Subject.Type

/** What people call a subject, as far as the platform told it when it asked. */
const called = { ...Subject.fields, name: maybe(Schema.String) }

/** Somebody whom an operator let in: by the code that they said, or by their id. Times are Unix milliseconds. */
export const Guest = Schema.Struct({
  ...called,
  since: Schema.Number,
  by: Schema.Literal("code", "id")
})
export type Guest = typeof Guest.Type

/** Somebody who was given a code and has not been let in. */
export const Asking = Schema.Struct({ ...called, at: Schema.Number, until: Schema.Number })
export type Asking = typeof Asking.Type

/** The same as it is kept: of the code there is only what it can be known again by. */
export const Request = Schema.Struct({
  ...Asking.fields,
  salt: Schema.String,
  digest: Schema.String,
  /** what they wrote, for an answer to it */
  asked: Schema.Struct({
    id: Schema.NonEmptyString,
    conversation: Conversation,
    at: Schema.Number,
    anchor: maybe(Schema.String)
  })
})
export type Request = typeof Request.Type

export const same =
  (one: Subject) =>
  (other: Subject): boolean =>
    one.kind === other.kind && one.id === other.id

/** Of whom an event asks that they be let in; undefined where it asks for nothing: only words to the bot do. */
export const askedFor = (event: Event): (Subject & { readonly name?: string }) | undefined => {
  if (event._tag !== "MessageReceived" || !event.addressed) return undefined
  const { conversation, sender } = event
  if (sender.bot === true || sender.id === "") return undefined
  if (conversation.kind !== "direct") return { kind: "group", id: conversation.id }
  return { kind: "person", id: sender.id, ...(sender.name === undefined ? undefined : { name: sender.name }) }
}
