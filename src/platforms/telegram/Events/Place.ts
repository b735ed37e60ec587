import { type Fields, integer, record, string, text } from "../../../adapter/Fields.ts"
import type { AccountId, Conversation, ConversationKind, Person } from "../../../domain/Address.ts"
import type { Update } from "../Protocol.ts"

/** Who is listening: the bot as `getMe` tells of it. */
export interface Self {
  readonly account: AccountId
  readonly id: string
  readonly username: string | undefined
}

/** An update being read; `at` is when it arrived, in Unix milliseconds. */
export interface Reading {
  readonly update: Update
  readonly self: Self
  readonly at: number
}

/** A chat, or one topic of it. */
export interface Place {
  readonly chat: string
  readonly thread: number | undefined
}

const written = /^chat:(-?\d+)(?:\/(\d+))?$/

/** The chat and topic that a conversation's id names; undefined for one that cannot be written to. */
export const placeOf = (conversationId: string): Place | undefined => {
  const [, chat, thread] = written.exec(conversationId) ?? []
  return chat === undefined ? undefined : { chat, thread: thread === undefined ? undefined : Number(thread) }
}

const kinds = new Map<unknown, ConversationKind>([
  ["private", "direct"],
  ["group", "group"],
  ["supergroup", "group"],
  ["channel", "channel"]
])

/** The private chat with somebody has their id. */
export const directly = ({ self }: Reading, user: number): Conversation => ({
  account: self.account,
  kind: "direct",
  id: `chat:${user}`
})

/** Where a message is, or anything else that names a `chat`. A thread of replies is no topic, and has no order of its own. */
export const conversationOf = ({ self }: Reading, fields: Fields): Conversation | undefined => {
  const chat = record(fields["chat"])
  const id = integer(chat["id"])
  if (id === undefined) return undefined
  const kind = kinds.get(chat["type"]) ?? (id > 0 ? "direct" : "group")
  const thread = fields["is_topic_message"] === true ? positive(fields["message_thread_id"]) : undefined
  return { account: self.account, kind, id: thread === undefined ? `chat:${id}` : `chat:${id}/${thread}` }
}

/** A number that counts something: what is zero or less stands for nothing. */
export const positive = (value: unknown): number | undefined => {
  const number = integer(value)
  return number !== undefined && number > 0 ? number : undefined
}

/** A user, or a chat that speaks in its own name. */
export const person = (fields: Fields): Person => {
  const id = integer(fields["id"])
  const names = [text(fields["first_name"]), text(fields["last_name"])].filter((name) => name !== undefined)
  const name = text(fields["title"]) ?? text(names.join(" ")) ?? text(fields["username"])
  const bot = fields["is_bot"]
  return {
    id: id === undefined ? "" : String(id),
    ...(name === undefined ? undefined : { name }),
    ...(typeof bot === "boolean" ? { bot } : undefined)
  }
}

/** Who says a message: `from` is a stand-in, the same for everybody, where somebody speaks as a chat. */
export const senderOf = (message: Fields): Person =>
  person(record(message["sender_chat"] ?? message["from"] ?? message["chat"]))

/** The end of what a clock can show, in Unix seconds. */
const lastSecond = 8.64e12

/** Unix milliseconds of a date; a message that is out of reach is dated 0. */
export const timeOf = (date: unknown): number | undefined => {
  const seconds = positive(date)
  return seconds !== undefined && seconds < lastSecond ? seconds * 1000 : undefined
}

/** The id of a message that can be replied to; 0 is one that was scheduled. */
export const messageIdOf = (message: Fields): number | undefined => positive(message["message_id"])

/**
 * The id of what carries none that is never reused: what it is about, with the update's id, which alone may be given out
 * again after a quiet week.
 */
export const unnamed = ({ update }: Reading, ...about: ReadonlyArray<unknown>): string =>
  [
    update.kind,
    ...about.map((part) => integer(part) ?? string(part)).filter((part) => part !== undefined),
    update.id
  ].join(":")
