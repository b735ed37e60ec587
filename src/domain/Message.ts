import * as Schema from "effect/Schema"
import { Conversation } from "./Address.ts"
import * as Base64 from "./Base64.ts"
import { type Event, EventId, MediaKind } from "./Event.ts"

/** A message's name for ever: `e#n` for reply *n* to event *e*, or the key that the caller of `send` gave. */
export const MessageId = Schema.NonEmptyString
export type MessageId = typeof MessageId.Type

/** A picture, a recording or a file to show: at an address that the platform fetches it from, or brought along. */
export const Media = Schema.Struct({
  kind: MediaKind,
  source: Schema.Union(
    Schema.TaggedStruct("Url", { url: Schema.String }),
    Schema.TaggedStruct("Bytes", { bytes: Base64.Bytes })
  ),
  /** what people see the file called */
  name: Schema.optionalWith(Schema.String, { exact: true }),
  mediaType: Schema.optionalWith(Schema.String, { exact: true })
})
export type Media = typeof Media.Type

/** Something to press below a message: pressed, its `data` comes back as `ButtonPressed`, or it opens an address. */
export const Button = Schema.Union(
  Schema.TaggedStruct("Press", { label: Schema.NonEmptyString, data: Schema.String }),
  Schema.TaggedStruct("Link", { label: Schema.NonEmptyString, url: Schema.NonEmptyString })
)
export type Button = typeof Button.Type

/**
 * What to say: words, perhaps one thing to show with them, and perhaps rows of buttons below. `markdown` is rendered to what
 * the platform takes; `plain` arrives letter for letter.
 */
export const Content = Schema.Struct({
  text: Schema.String,
  format: Schema.Literal("plain", "markdown"),
  media: Schema.optionalWith(Media, { exact: true }),
  buttons: Schema.optionalWith(Schema.Array(Schema.Array(Button)), { exact: true })
})
export type Content = typeof Content.Type

/** Answers from this ordinal on are the gateway's own words about an event; no handler has so much to say. */
export const firstNotice = 1_000_000

/** What makes a message the answer to an event. */
export const ReplyTo = Schema.Struct({
  event: EventId,
  /** which answer to that event this is: a handler's from 0, a notice of the gateway's from `firstNotice` */
  ordinal: Schema.NonNegativeInt,
  anchor: Schema.String,
  /** when the event happened, in Unix milliseconds: reply windows count from here */
  at: Schema.Number
})
export type ReplyTo = typeof ReplyTo.Type

/** Something we will say. */
export const Message = Schema.Struct({
  id: MessageId,
  conversation: Conversation,
  content: Content,
  replyTo: Schema.optionalWith(ReplyTo, { exact: true }),
  /** the platform's own id, from a receipt, of the message that this one takes the place of */
  edits: Schema.optionalWith(Schema.NonEmptyString, { exact: true }),
  /** our own message that this one takes the place of, if it was said; else it is said by itself */
  replaces: Schema.optionalWith(MessageId, { exact: true }),
  /** its text will grow, until another takes its place that does not */
  grows: Schema.optionalWith(Schema.Literal(true), { exact: true })
})
export type Message = typeof Message.Type

/** The platform's proof that it took a message. */
export const Receipt = Schema.Struct({
  message: MessageId,
  /** the platform's own id for it; empty where the platform gives none (a duplicate that it had taken before) */
  platformId: Schema.String,
  /** Unix milliseconds */
  at: Schema.Number
})
export type Receipt = typeof Receipt.Type

/** The name of answer `ordinal` (from 0) to an event. */
export const replyId = (event: EventId, ordinal: number): MessageId => `${event}#${ordinal}`

/** What of an event an answer to it needs. */
export type Answered = Pick<Event, "id" | "conversation" | "at" | "anchor">

/** The name for ever of answer `ordinal` to `event`. */
export const answerId = ({ conversation, id }: Answered, ordinal: number): MessageId =>
  `${conversation.account}/${replyId(id, ordinal)}`

/** The name for ever of what is shown of that answer while it grows; once it is whole, it has the answer's own name. */
export const draftId = (event: Answered, ordinal: number): MessageId => `${answerId(event, ordinal)}/draft`

/** Answer `ordinal` to `event`, saying `content`; unanchored where the event cannot be replied to. */
export const replyMessage = (event: Answered, ordinal: number, content: Content): Message => ({
  id: answerId(event, ordinal),
  conversation: event.conversation,
  content,
  ...(event.anchor === undefined
    ? undefined
    : { replyTo: { event: event.id, ordinal, anchor: event.anchor, at: event.at } })
})
