import * as Schema from "effect/Schema"
import { SendError } from "../../adapter/AdapterError.ts"
import { AccountId, Person } from "../../domain/Address.ts"
import { EventId } from "../../domain/Event.ts"
import { MessageId, Receipt } from "../../domain/Message.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const place = {
  account: AccountId,
  /** the conversation's id within its account */
  conversation: Schema.NonEmptyString,
  /** when it passed here, in Unix milliseconds */
  at: Schema.Number
}

const event = {
  ...place,
  /** the event's name for ever */
  id: EventId,
  /** what kind of event: `MessageReceived`, `ButtonPressed` … */
  kind: Schema.String
}

const message = { ...place, /** the message's name for ever */ id: MessageId }

/** What a person wrote, or the bot: told only to who asks for contents. */
const text = maybe(Schema.String)

/** How long the handler worked on it, in milliseconds. */
const took = Schema.Number

/** An event was kept for the handler. */
export const Heard = Schema.TaggedStruct("Heard", { ...event, sender: Person, text })

/** An event was let go by, because its sender has no access; `reason` is the rule. */
export const Denied = Schema.TaggedStruct("Denied", { ...event, sender: Person, reason: Schema.String })

/** The handler is done with an event, and left so many replies to be said. */
export const Handled = Schema.TaggedStruct("Handled", { ...event, took, replies: Schema.NonNegativeInt })

/** The handler failed on an event, which is handed to it again at `next` (Unix milliseconds). */
export const NotHandled = Schema.TaggedStruct("NotHandled", {
  ...event,
  took,
  cause: Schema.String,
  next: Schema.Number
})

/** The platform took a message. */
export const Sent = Schema.TaggedStruct("Sent", { ...message, text, receipt: Receipt })

/** A message was tried and not taken, as far as is known; it is tried again at `next` (Unix milliseconds). */
export const NotSent = Schema.TaggedStruct("NotSent", {
  ...message,
  reason: SendError.fields.reason,
  cause: Schema.String,
  next: Schema.Number
})

/** An event or a message was put aside, and waits for a person. */
export const Dead = Schema.TaggedStruct("Dead", {
  ...message,
  queue: Schema.Literal("inbox", "outbox"),
  reason: Schema.String
})

/** Something that passed through the gateway: an event on its way in, or a message on its way out. */
export const Passage = Schema.Union(Heard, Denied, Handled, NotHandled, Sent, NotSent, Dead)
export type Passage = typeof Passage.Type

/** The same without what anybody wrote. */
export const bare = (passage: Passage): Passage => {
  if (!("text" in passage)) return passage
  const { text: _text, ...rest } = passage
  return rest
}
