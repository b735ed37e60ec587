import * as Schema from "effect/Schema"
import { Conversation, Person } from "./Address.ts"

/** An event's name for ever, built from what its platform never reuses; a repeat of it is ignored. */
export const EventId = Schema.NonEmptyString
export type EventId = typeof EventId.Type

/** What can come along with a text. */
export const MediaKind = Schema.Literal("image", "video", "voice", "file")
export type MediaKind = typeof MediaKind.Type

/**
 * Something that came along with a message. Nothing of it has been fetched: an account's `download` does. `url` may expire
 * soon after receipt; where a platform names files without an address, it has that platform's own scheme.
 */
export const Attachment = Schema.Struct({
  kind: MediaKind,
  url: Schema.String,
  mediaType: Schema.optionalWith(Schema.String, { exact: true }),
  name: Schema.optionalWith(Schema.String, { exact: true }),
  /** bytes */
  size: Schema.optionalWith(Schema.Number, { exact: true }),
  /** pixels */
  width: Schema.optionalWith(Schema.Number, { exact: true }),
  height: Schema.optionalWith(Schema.Number, { exact: true }),
  /** what the platform itself heard in a voice message */
  transcript: Schema.optionalWith(Schema.String, { exact: true })
})
export type Attachment = typeof Attachment.Type

/** The message that another one answers or cites. */
export const Quote = Schema.Struct({
  id: Schema.optionalWith(Schema.String, { exact: true }),
  text: Schema.String,
  attachments: Schema.Array(Attachment)
})
export type Quote = typeof Quote.Type

/** Somebody named in a message; `everyone` when the whole conversation was called. */
export const Mention = Schema.Struct({
  person: Person,
  self: Schema.Boolean,
  everyone: Schema.Boolean
})
export type Mention = typeof Mention.Type

const common = {
  id: EventId,
  conversation: Conversation,
  sender: Person,
  /** when it happened by the platform's clock, in Unix milliseconds */
  at: Schema.Number,
  /** what a reply must carry to be one, opaque outside the platform; absent where nothing can be replied to */
  anchor: Schema.optionalWith(Schema.String, { exact: true })
}

const written = {
  ...common,
  text: Schema.String,
  /** the message is meant for the bot: written to it directly, or mentioning it */
  addressed: Schema.Boolean,
  attachments: Schema.Array(Attachment),
  mentions: Schema.Array(Mention),
  quote: Schema.optionalWith(Quote, { exact: true })
}

/** A person wrote to the bot, or in its hearing. */
export const MessageReceived = Schema.TaggedStruct("MessageReceived", written)
export type MessageReceived = typeof MessageReceived.Type

/** A person changed what they had written; `message` is the id of the event that told of it first. */
export const MessageEdited = Schema.TaggedStruct("MessageEdited", { ...written, message: EventId })
export type MessageEdited = typeof MessageEdited.Type

/** A message was taken back by its author or a moderator. */
export const MessageDeleted = Schema.TaggedStruct("MessageDeleted", { ...common, message: Schema.String })
export type MessageDeleted = typeof MessageDeleted.Type

/** A person pressed a button under a message; `data` is what the button's maker put into it. */
export const ButtonPressed = Schema.TaggedStruct("ButtonPressed", {
  ...common,
  button: Schema.String,
  data: Schema.String,
  message: Schema.optionalWith(Schema.String, { exact: true })
})
export type ButtonPressed = typeof ButtonPressed.Type

/** Somebody, perhaps the bot itself, came into a conversation or left it. */
export const MembershipChanged = Schema.TaggedStruct("MembershipChanged", {
  ...common,
  member: Person,
  self: Schema.Boolean,
  change: Schema.Literal("joined", "left")
})
export type MembershipChanged = typeof MembershipChanged.Type

/** A conversation now allows, or refuses, messages that the bot sends without being asked. */
export const ConsentChanged = Schema.TaggedStruct("ConsentChanged", { ...common, allowed: Schema.Boolean })
export type ConsentChanged = typeof ConsentChanged.Type

/** Anything else that a platform tells, under the platform's own name and in its own shape. */
export const PlatformEvent = Schema.TaggedStruct("PlatformEvent", {
  ...common,
  name: Schema.String,
  data: Schema.Unknown
})
export type PlatformEvent = typeof PlatformEvent.Type

/** Something that happened on a platform, in our words. */
export const Event = Schema.Union(
  MessageReceived,
  MessageEdited,
  MessageDeleted,
  ButtonPressed,
  MembershipChanged,
  ConsentChanged,
  PlatformEvent
)
export type Event = typeof Event.Type
