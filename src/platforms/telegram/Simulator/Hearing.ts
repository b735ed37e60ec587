import type { Fields } from "../../../adapter/Fields.ts"
import type { Heard } from "../../../adapter/Simulator.ts"
import type { Bot } from "./Bot.ts"
import { type Chat, chatOf, userOf } from "./Chats.ts"
import { type Place, placeOf } from "./Place.ts"
import type { World } from "./World.ts"

const somebody = 7001

export const placed = (conversation: string): Place => placeOf(conversation) ?? { chat: somebody, thread: undefined }

/** The fields that every message has, whoever says it. */
export const frame = (world: World, chat: Chat, thread: number | undefined): Fields => {
  chat.last += 1
  return {
    message_id: chat.last,
    date: world.date,
    chat: chatOf(chat),
    ...(thread === undefined ? undefined : { message_thread_id: thread, is_topic_message: true })
  }
}

/** A person says something to the bots that are meant; the answer is the message's id, as each of them knows it. */
export const hear = (world: World, heard: Heard): string => {
  const place = placed(heard.conversation)
  const from = heard.from === undefined ? (place.chat > 0 ? place.chat : somebody) : Number(heard.from)
  let said: Fields | undefined
  for (const bot of world.bots(heard.account)) {
    const chat = world.chats.enter(bot.id, place)
    if (said === undefined || chat.type === "private") {
      said = { ...frame(world, chat, place.thread), from: userOf(from), text: heard.text }
      chat.posts.set(chat.last, { message: said, by: undefined, at: world.now() })
    }
    told(world, bot, chat, said)
  }
  return String(said?.["message_id"] ?? "")
}

const told = (world: World, bot: Bot, chat: Chat, message: Fields): void =>
  world.tell(bot, chat.type === "channel" ? "channel_post" : "message", message, String(chat.id))
