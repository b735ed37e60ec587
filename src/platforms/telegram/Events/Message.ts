import { type Fields, integer, isRecord, record, string } from "../../../adapter/Fields.ts"
import type { Conversation } from "../../../domain/Address.ts"
import type { Event, MessageReceived, Quote } from "../../../domain/Event.ts"
import { attachmentsOf } from "./Media.ts"
import { announced } from "./Membership.ts"
import { conversationOf, messageIdOf, type Reading, senderOf, timeOf, unnamed } from "./Place.ts"
import { callOf, wordingOf } from "./Text.ts"

/** What a message can be an answer to. The root of a topic is what every message in it answers, and none cites. */
const repliedTo = (message: Fields): Fields | undefined => {
  const replied = message["reply_to_message"]
  if (!isRecord(replied) || replied["forum_topic_created"] !== undefined) return undefined
  const root = message["is_topic_message"] === true && replied["message_id"] === message["message_thread_id"]
  return root ? undefined : replied
}

const quoteOf = (message: Fields, replied: Fields | undefined): Quote | undefined => {
  const cited = replied ?? (isRecord(message["external_reply"]) ? message["external_reply"] : undefined)
  if (cited === undefined) return undefined
  // the ids of another chat's messages mean nothing in this one
  const id = replied === undefined ? undefined : messageIdOf(replied)
  return {
    ...(id === undefined ? undefined : { id: String(id) }),
    text: string(record(message["quote"])["text"]) ?? wordingOf(cited).text,
    attachments: attachmentsOf(cited)
  }
}

const isFrom = (message: Fields, { self }: Reading): boolean => String(record(message["from"])["id"]) === self.id

/** What every event of a message has, but its id. */
const common = (reading: Reading, conversation: Conversation, time: unknown) => {
  const id = messageIdOf(reading.update.payload)
  const sender = senderOf(reading.update.payload)
  const at = timeOf(time) ?? reading.at
  return id === undefined ? { conversation, sender, at } : { conversation, sender, at, anchor: String(id) }
}

const chatOf = (message: Fields): number | undefined => integer(record(message["chat"])["id"])

/** The id of the event that tells of a message first. */
const firstId = (reading: Reading): string => {
  const { payload } = reading.update
  const id = messageIdOf(payload)
  return id === undefined ? unnamed(reading, chatOf(payload), payload["date"]) : `${chatOf(payload)}:${id}`
}

const contentOf = (reading: Reading, conversation: Conversation) => {
  const { payload } = reading.update
  const replied = repliedTo(payload)
  const quote = quoteOf(payload, replied)
  const { addressed, mentions, text } = callOf(wordingOf(payload), reading.self)
  return {
    text,
    addressed: addressed || conversation.kind === "direct" || (replied !== undefined && isFrom(replied, reading)),
    attachments: attachmentsOf(payload),
    mentions,
    ...(quote === undefined ? undefined : { quote })
  }
}

/** What a message has besides what it says; the first other field names what it announces. */
const envelope = new Set(
  [
    "message_id message_thread_id is_topic_message direct_messages_topic from sender_chat sender_boost_count",
    "sender_business_bot sender_tag date edit_date chat business_connection_id forward_origin is_automatic_forward",
    "reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot",
    "has_protected_content is_from_offline is_paid_post media_group_id author_signature paid_star_count effect_id",
    "link_preview_options entities caption_entities show_caption_above_media has_media_spoiler reply_markup guest_query_id",
    // older names beside new ones
    "new_chat_participant new_chat_member left_chat_participant"
  ].flatMap((fields) => fields.split(" "))
)

const announcement = (reading: Reading, id: string, conversation: Conversation): Event => {
  const { kind, payload } = reading.update
  const name = Object.keys(payload).find((field) => !envelope.has(field)) ?? kind
  return { _tag: "PlatformEvent", id, ...common(reading, conversation, payload["date"]), name, data: payload }
}

/** What a message says to a handler, or announces; undefined for what the bot itself said, "unplaced" outside of a chat. */
export const said = (reading: Reading): Event | undefined | "unplaced" => {
  const { payload } = reading.update
  const conversation = conversationOf(reading, payload)
  if (conversation === undefined) return "unplaced"
  const change = announced(reading, conversation)
  if (change !== "none") return change === "unreadable" ? announcement(reading, firstId(reading), conversation) : change
  if (isFrom(payload, reading)) return undefined
  const content = contentOf(reading, conversation)
  const id = firstId(reading)
  if (content.text === "" && content.attachments.length === 0 && payload["text"] === undefined) {
    return announcement(reading, id, conversation)
  }
  const { anchor, at, sender } = common(reading, conversation, payload["date"])
  if (anchor === undefined) return { _tag: "MessageReceived", id, conversation, sender, at, ...content }
  const { addressed, attachments, mentions, quote, text } = content
  // nearly every event is one of these, and what is spread takes several times as long
  const message: MessageReceived = {
    _tag: "MessageReceived",
    id,
    conversation,
    sender,
    at,
    text,
    addressed,
    attachments,
    mentions,
    anchor
  }
  return quote === undefined ? message : { ...message, quote }
}

/** What a message says now, even if it said the same before: nothing here remembers. */
export const edited = (reading: Reading): Event | undefined | "unplaced" => {
  const { payload } = reading.update
  const conversation = conversationOf(reading, payload)
  if (conversation === undefined) return "unplaced"
  if (isFrom(payload, reading)) return undefined
  const when = payload["edit_date"] ?? payload["date"]
  const message = firstId(reading)
  return {
    _tag: "MessageEdited",
    id: `${message}:${integer(when) ?? 0}`,
    ...common(reading, conversation, when),
    ...contentOf(reading, conversation),
    message
  }
}
