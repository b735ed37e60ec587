import * as Effect from "effect/Effect"
import type { Fields } from "../../../adapter/Fields.ts"
import { ok, type Refused, tooMany } from "./Answers.ts"
import type { Call, Method } from "./Call.ts"
import type { Chat } from "./Chats.ts"
import { content, mediaKinds, media, type MediaKind, present, shown } from "./Media.ts"
import { keyboardOf, seen } from "./Markup/Keyboard.ts"
import type { Formatted } from "./Markup/Entity.ts"
import { frame, keep, replied } from "./Messages.ts"
import { conversationOf } from "./Place.ts"
import { chatOf, replyOf, threadOf } from "./Targets.ts"
import { captionOf, textOf } from "./Text.ts"
import type { World } from "./World.ts"

/** What a person sees of a message that the bot has said. */
export const show = (world: World, { bot }: Call, chat: Chat, message: Fields, reply: Fields | undefined): void => {
  const thread = message["is_topic_message"] === true ? Number(message["message_thread_id"]) : undefined
  const said = {
    id: String(message["message_id"]),
    account: bot.id,
    conversation: conversationOf({ chat: chat.id, thread }),
    text: String(message["text"] ?? message["caption"] ?? ""),
    at: world.now(),
    ...shown(message),
    ...seen(message)
  }
  world.say(reply === undefined ? said : { ...said, replyTo: String(reply["message_id"]) })
}

/** The chat, the topic and the message replied to, as they are checked: in this order. */
const target = (world: World, call: Call) =>
  Effect.gen(function* () {
    const chat = yield* chatOf(world, call)
    const thread = yield* threadOf(world, call, chat)
    const reply = yield* replyOf(call, chat)
    const wait = call.bot.pacing.wait(chat)
    if (wait > 0) return yield* tooMany(wait)
    return { chat, thread, reply }
  })

/** Says what was asked for, once everything about it is found to be right. */
const say = (world: World, call: Call, what: Effect.Effect<Fields, Refused>): Effect.Effect<string, Refused> =>
  Effect.gen(function* () {
    const keyboard = yield* keyboardOf(call.args)
    const { chat, reply, thread } = yield* target(world, call)
    const held = yield* what
    const by = chat.type === "channel" ? {} : { from: call.bot.user }
    const message = { ...frame(world, chat, thread), ...by, ...replied(reply), ...held, ...keyboard }
    keep(chat, { message, by: call.bot.id, at: world.now() })
    show(world, call, chat, message, reply?.message)
    return ok(message)
  })

/** A text with what is marked in it, under the names of a message or of a caption. */
export const written = ({ entities, text }: Formatted, name: "text" | "caption"): Fields => ({
  ...(text === "" ? undefined : { [name]: text }),
  ...(entities.length === 0 ? undefined : { [name === "text" ? "entities" : "caption_entities"]: entities })
})

export const sendMessage: Method = (world, call) =>
  Effect.flatMap(textOf(call.args), (text) => say(world, call, Effect.succeed(written(text, "text"))))

const sendMedia =
  (kind: MediaKind): Method =>
  (world, call) =>
    Effect.gen(function* () {
      const caption = yield* captionOf(call.args)
      yield* present(call, kind)
      const held = Effect.map(media(world, call, kind), (file) => ({
        ...content(kind, file),
        ...written(caption, "caption")
      }))
      return yield* say(world, call, held)
    })

/** `sendPhoto` and its like, by their names in lower case. */
export const sendsOfMedia: Readonly<Record<string, Method>> = Object.fromEntries(
  mediaKinds.map((kind) => [`send${kind.replaceAll("_", "")}`, sendMedia(kind)])
)
