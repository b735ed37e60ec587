import { array, type Fields, integer, record } from "../../../adapter/Fields.ts"
import type { Conversation } from "../../../domain/Address.ts"
import type { Event } from "../../../domain/Event.ts"
import { conversationOf, messageIdOf, person, type Reading, senderOf, timeOf } from "./Place.ts"

/** Whether a status means being in the chat. Source: https://core.telegram.org/bots/api#chatmember */
const present = ({ is_member, status }: Fields): boolean =>
  status === "creator" ||
  status === "administrator" ||
  status === "member" ||
  (status === "restricted" && is_member === true)

/** One coming or going is told by up to two updates; this is their common name. A coming and a going may share a second. */
const idOf = (fields: Fields, member: string, allowed: boolean): string =>
  `member:${integer(record(fields["chat"])["id"])}:${member}:${allowed ? "in" : "out"}:${integer(fields["date"]) ?? 0}`

/**
 * What an update about a member changes: whether they are in the chat, or, of a private chat, whether they let the bot
 * write to them. "other" where neither changes, as when somebody is promoted.
 */
export const changed = (reading: Reading): Event | "other" => {
  const { payload } = reading.update
  const conversation = conversationOf(reading, payload)
  const [before, after] = [record(payload["old_chat_member"]), record(payload["new_chat_member"])]
  const member = person(record(after["user"]))
  const allowed = present(after)
  if (conversation === undefined || member.id === "" || present(before) === allowed) return "other"
  const common = {
    id: idOf(payload, member.id, allowed),
    conversation,
    sender: senderOf(payload),
    at: timeOf(payload["date"]) ?? reading.at
  }
  if (conversation.kind === "direct") return { _tag: "ConsentChanged", ...common, allowed }
  const self = member.id === reading.self.id
  return { _tag: "MembershipChanged", ...common, member, self, change: allowed ? "joined" : "left" }
}

/**
 * What a message announces of a coming or going; "none" if it does not, "unreadable" if of several people at once. Of the bot
 * itself `my_chat_member` tells the same; of others, `chat_member` may, under the same id.
 */
export const announced = (reading: Reading, conversation: Conversation): Event | undefined | "none" | "unreadable" => {
  const { payload } = reading.update
  const { left_chat_member, new_chat_members } = payload
  if (new_chat_members === undefined && left_chat_member === undefined) return "none"
  const [first, ...others] = left_chat_member === undefined ? array(new_chat_members) : [left_chat_member]
  const member = person(record(first))
  if (member.id === "" || others.length > 0) return "unreadable"
  if (member.id === reading.self.id) return undefined
  const anchor = messageIdOf(payload)
  const joined = left_chat_member === undefined
  return {
    _tag: "MembershipChanged",
    id: idOf(payload, member.id, joined),
    conversation,
    sender: senderOf(payload),
    at: timeOf(payload["date"]) ?? reading.at,
    ...(anchor === undefined ? undefined : { anchor: String(anchor) }),
    member,
    self: false,
    change: joined ? "joined" : "left"
  }
}
