import type { Fields } from "../../../adapter/Fields.ts"
import { type Chat, chatOf, type Post } from "./Chats.ts"
import type { World } from "./World.ts"

/** The fields that every message has, whoever says it; its id is the chat's next. */
export const frame = (world: World, chat: Chat, thread: number | undefined): Fields => {
  chat.last += 1
  return {
    message_id: chat.last,
    date: world.date,
    chat: chatOf(chat),
    ...(thread === undefined ? undefined : { message_thread_id: thread, is_topic_message: true })
  }
}

/** Old messages are forgotten when a chat holds so many. */
const kept = 10_000

/** The newest message of a chat is kept there. */
export const keep = (chat: Chat, post: Post): void => {
  chat.posts.set(chat.last, post)
  const [oldest] = chat.posts.keys()
  if (chat.posts.size > kept && oldest !== undefined) chat.posts.delete(oldest)
}

/** A reply shows what it replies to, one level deep. */
export const replied = (post: Post | undefined): Fields => {
  if (post === undefined) return {}
  const { reply_to_message: _, ...message } = post.message
  return { reply_to_message: message }
}
