import { type Fields, record, text } from "../../adapter/Fields.ts"
import type { Conversation } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"
import { changed } from "./Events/Membership.ts"
import { edited, said } from "./Events/Message.ts"
import {
  conversationOf,
  directly,
  messageIdOf,
  person,
  type Reading,
  type Self,
  timeOf,
  unnamed
} from "./Events/Place.ts"
import type { Update } from "./Protocol.ts"

export { albumOf, join } from "./Events/Album.ts"
export { placeOf, type Place, type Self } from "./Events/Place.ts"

/** "unplaced" and "other": nothing that we have words for. */
type Read = (reading: Reading) => Event | undefined | "unplaced" | "other"

const actor = ({ actor_chat, from, sender_chat, user }: Fields) =>
  person(record(sender_chat ?? actor_chat ?? from ?? user))

/** The chat, or else the person: where anything at all happened. What is nowhere, as a poll's results are, cannot be answered. */
const placed = (reading: Reading, payload: Fields): Conversation => {
  const user = Number(actor(payload).id)
  return (
    conversationOf(reading, payload) ??
    (user > 0 ? directly(reading, user) : { account: reading.self.account, kind: "direct", id: "bot" })
  )
}

/** The message below which a button was may be out of reach, or one that was sent through the bot to a chat unknown to it. */
const pressed: Read = (reading) => {
  const { payload } = reading.update
  const id = text(payload["id"])
  if (id === undefined) return "other"
  const message = record(payload["message"])
  const number = messageIdOf(message)
  const below = number === undefined ? text(payload["inline_message_id"]) : String(number)
  const data = text(payload["data"]) ?? text(payload["game_short_name"]) ?? ""
  return {
    _tag: "ButtonPressed",
    id: `callback:${id}`,
    conversation: conversationOf(reading, message) ?? placed(reading, payload),
    sender: actor(payload),
    at: reading.at,
    ...(number === undefined ? undefined : { anchor: String(number) }),
    button: data,
    data,
    ...(below === undefined ? undefined : { message: below })
  }
}

const reads = new Map<string, Read>([
  ["message", said],
  ["channel_post", said],
  ["edited_message", edited],
  ["edited_channel_post", edited],
  ["callback_query", pressed],
  ["my_chat_member", changed],
  ["chat_member", changed],
  ["unknown", () => undefined]
])

const other = (reading: Reading): Event => {
  const { kind, payload } = reading.update
  const [conversation, sender] = [placed(reading, payload), actor(payload)]
  const { date, edit_date, id, message_id, poll_id } = payload
  return {
    _tag: "PlatformEvent",
    id: unnamed(reading, conversation.id, message_id, id, poll_id, sender.id, edit_date ?? date),
    conversation,
    sender,
    at: timeOf(edit_date ?? date) ?? reading.at,
    name: kind,
    data: payload
  }
}

/**
 * What an update means in our words; undefined where it means nothing to a handler (what the bot itself said, what carries
 * nothing). `at` is when it arrived, in Unix milliseconds. Never throws, whatever the update carries. The id of a
 * `ButtonPressed` is `callback:` and what `answerCallbackQuery` takes.
 */
export const toEvent = (update: Update, self: Self, at: number): Event | undefined => {
  const reading = { update, self, at }
  const event = (reads.get(update.kind) ?? other)(reading)
  return event === "unplaced" || event === "other" ? other(reading) : event
}
