import type { Item } from "../delivery/KeyedQueue.ts"
import { type AccountId, type Conversation, conversationKey } from "../domain/Address.ts"
import { type Answered, type Content, type Message, type MessageId, replyMessage } from "../domain/Message.ts"
import { parts, type Room } from "../domain/Parts.ts"

/** A message as the outbox keeps it. */
export const itemOf = (message: Message): Item<Message> => ({
  id: message.id,
  key: conversationKey(message.conversation),
  value: message
})

/** The gateway's own word about what was heard, `ordinal` its first part, each no larger than `room`: it has one name for ever, and so is said once. */
export const noticed = (to: Answered, ordinal: number, text: string, room: Room): ReadonlyArray<Item<Message>> =>
  parts({ text, format: "plain" }, room).map((part, index) => itemOf(replyMessage(to, ordinal + index, part)))

/** What else may be said of a message. */
export type SendOptions = Pick<Message, "edits" | "replyTo">

/** The name for ever of a message that `send` is given under `key`. */
export const sentId = (account: AccountId, key: string): MessageId => `${account}/${key}`

/** The part that comes `index` later answers under a number that is as much higher. */
const answering = ({ replyTo }: SendOptions, index: number): Pick<Message, "replyTo"> =>
  replyTo === undefined ? {} : { replyTo: { ...replyTo, ordinal: replyTo.ordinal + index } }

/** The messages that say `content`, unasked unless it is a late answer, named by `key`: the first as `sentId` says, each no larger than `room`. */
export const outgoing = (
  conversation: Conversation,
  content: Content,
  key: string,
  room: Room,
  options: SendOptions = {}
): ReadonlyArray<Item<Message>> => {
  const { account } = conversation
  const first = sentId(account, key)
  const place = conversationKey(conversation)
  return parts(content, room).map((part, index): Item<Message> => {
    if (index === 0) return { id: first, key: place, value: { id: first, conversation, content: part, ...options } }
    // no key makes such a name: no account has a "#" in its own
    const id = `${account}#${index}/${key}`
    // said again, it may have other parts, because of another text or more room
    return { id, key: place, value: { id, conversation, content: part, ...answering(options, index) }, partOf: first }
  })
}
