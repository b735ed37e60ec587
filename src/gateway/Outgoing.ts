import type { Item } from "../delivery/KeyedQueue.ts"
import { type AccountId, type Conversation, conversationKey } from "../domain/Address.ts"
import type { Content, Message, MessageId } from "../domain/Message.ts"
import { parts, type Room } from "../domain/Parts.ts"

/** What else may be said of a message. */
export type SendOptions = Pick<Message, "edits">

/** The name for ever of a message that `send` is given under `key`. */
export const sentId = (account: AccountId, key: string): MessageId => `${account}/${key}`

/** The messages that say `content` unasked, named by `key`: the first as `sentId` says, each no larger than `room`. */
export const outgoing = (
  conversation: Conversation,
  content: Content,
  key: string,
  room: Room,
  options: SendOptions = {}
): ReadonlyArray<Item<Message>> =>
  parts(content, room).map((part, index) => {
    const { account } = conversation
    // no key makes such a name: no account has a "#" in its own
    const id = index === 0 ? sentId(account, key) : `${account}#${index}/${key}`
    const value: Message = { id, conversation, content: part, ...(index === 0 ? options : undefined) }
    return { id, key: conversationKey(conversation), value }
  })
