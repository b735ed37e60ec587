import * as Effect from "effect/Effect"
import { bad, ok, type Refused } from "./Answers.ts"
import type { Call } from "./Call.ts"
import { frame } from "./Hearing.ts"
import { conversationOf } from "./Place.ts"
import type { World } from "./World.ts"

export const sendMessage = (world: World, { args, bot }: Call): Effect.Effect<string, Refused> =>
  Effect.gen(function* () {
    const text = args.text("text")
    if (text === "") return yield* bad("message text is empty")
    if (!args.has("chat_id")) return yield* bad("chat_id is empty")
    const chat = world.chats.find(bot.id, args.integer("chat_id", 0, -(2 ** 52), 2 ** 52))
    if (chat === undefined) return yield* bad("chat not found")
    const thread = args.has("message_thread_id") ? args.integer("message_thread_id", 0) : undefined
    const reply = args.object("reply_parameters")
    const message = { ...frame(world, chat, thread), from: bot.user, text, entities: args.value("entities") }
    chat.posts.set(chat.last, { message, by: bot.id, at: world.now() })
    const said = {
      id: String(chat.last),
      account: bot.id,
      conversation: conversationOf({ chat: chat.id, thread }),
      text,
      at: world.now()
    }
    world.onSaid(reply === undefined ? said : { ...said, replyTo: String(reply["message_id"]) })
    return ok(message)
  })
