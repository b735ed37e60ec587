import * as Effect from "effect/Effect"
import { integer } from "../../../adapter/Fields.ts"
import { bad, forbidden, Refused } from "./Answers.ts"
import type { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import type { Call } from "./Call.ts"
import type { Chat, Post, Standing } from "./Chats.ts"
import { meant, type TelegramFault } from "./Fault.ts"
import { placeOf } from "./Place.ts"
import type { World } from "./World.ts"

const widest = 2 ** 52

/** The General topic of a forum, which has no thread id in messages. */
const general = 1

const upgraded = (to: number): Refused =>
  new Refused({
    code: 400,
    description: "Bad Request: group chat was upgraded to a supergroup chat",
    parameters: { migrate_to_chat_id: to }
  })

/** What the bot is to the chat, faults included. */
export const standingOf = (world: World, bot: Bot, chat: Chat): Standing => {
  const isHere = (fault: Extract<TelegramFault, { readonly chat: string }>) =>
    meant(bot.id)(fault) && placeOf(fault.chat)?.chat === chat.id
  if (world.ownFaults.find("BlockedBy", isHere) !== undefined) return "blocked"
  if (world.ownFaults.find("Kicked", isHere) !== undefined) return "kicked"
  return chat.standing.get(bot.id) ?? "left"
}

/** Why the bot has no access to a chat that exists, if it has none. */
const closed = (world: World, bot: Bot, chat: Chat): Refused | undefined => {
  if (chat.type === "private" && chat.isGone) return forbidden("user is deactivated")
  if (chat.upgradedTo !== undefined) return upgraded(chat.upgradedTo)
  if (chat.isGone) return forbidden("the group chat was deleted")
  const standing = standingOf(world, bot, chat)
  if (chat.type === "private") return standing === "blocked" ? forbidden("bot was blocked by the user") : undefined
  if (standing === "kicked") return forbidden(`bot was kicked from the ${chat.type} chat`)
  return standing === "left" ? forbidden(`bot is not a member of the ${chat.type} chat`) : undefined
}

/** The chat that a call is about, if the bot may speak there. */
export const chatOf = (world: World, { args, bot }: Call): Effect.Effect<Chat, Refused> =>
  Effect.suspend(() => {
    const name = args.text("chat_id")
    if (name === "") return bad("chat_id is empty")
    const id = args.integer("chat_id", 0, -widest, widest)
    if (world.bots(String(id)).length > 0) return forbidden("the bot can't send messages to the bot")
    const chat = name.startsWith("@") ? world.chats.named(name) : world.chats.find(bot.id, id)
    if (chat === undefined) return bad("chat not found")
    return closed(world, bot, chat) ?? Effect.succeed(chat)
  })

/** The topic that a call is about; a chat without topics takes no notice of it. */
export const threadOf = (world: World, { args, bot }: Call, chat: Chat): Effect.Effect<number | undefined, Refused> =>
  Effect.suspend(() => {
    const thread = args.integer("message_thread_id", 0)
    if (thread === 0 || !(chat.isForum || chat.type === "private")) return Effect.succeed(undefined)
    const isOpen = chat.topics.get(thread)
    if (thread === general || isOpen === undefined) return bad("message thread not found")
    const mayWrite = isOpen || standingOf(world, bot, chat) === "administrator"
    return mayWrite ? Effect.succeed(thread) : bad("TOPIC_CLOSED")
  })

const repliesTo = (args: Arguments) => {
  const asked = args.object("reply_parameters")
  return asked === undefined
    ? {
        message: args.integer("reply_to_message_id", 0),
        optional: args.flag("allow_sending_without_reply"),
        quote: undefined,
        elsewhere: false
      }
    : {
        message: integer(asked["message_id"]) ?? 0,
        optional: asked["allow_sending_without_reply"] === true,
        quote: asked["quote"],
        elsewhere: asked["chat_id"] !== undefined && String(asked["chat_id"]) !== args.text("chat_id")
      }
}

/** The message that a call replies to, if it is a reply. */
export const replyOf = ({ args }: Call, chat: Chat): Effect.Effect<Post | undefined, Refused> =>
  Effect.suspend(() => {
    const { elsewhere, message, optional, quote } = repliesTo(args)
    if (message <= 0) return Effect.succeed(undefined)
    const post = elsewhere ? undefined : chat.posts.get(message)
    if (post === undefined) {
      return optional && !elsewhere ? Effect.succeed(undefined) : bad("message to be replied not found")
    }
    const text = String(post.message["text"] ?? post.message["caption"] ?? "")
    return typeof quote === "string" && !text.includes(quote) ? bad("QUOTE_TEXT_INVALID") : Effect.succeed(post)
  })

/** The message that a call is about; `what` names it where it is not found. */
export const postOf = (world: World, call: Call, what: string): Effect.Effect<readonly [Chat, number, Post], Refused> =>
  Effect.gen(function* () {
    const chat = yield* chatOf(world, call)
    const id = call.args.integer("message_id", 0)
    const post = chat.posts.get(id)
    return post === undefined ? yield* bad(`${what} not found`) : ([chat, id, post] as const)
  })
