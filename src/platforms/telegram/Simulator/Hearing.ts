import * as Effect from "effect/Effect"
import type { Fields } from "../../../adapter/Fields.ts"
import type { Heard } from "../../../adapter/Simulator.ts"
import type { Bot } from "./Bot.ts"
import { type Chat, type ChatType, type Post, userOf } from "./Chats.ts"
import type { Entity } from "./Markup/Entity.ts"
import { withFound } from "./Markup/Found.ts"
import { content, type Measures, type MediaKind } from "./Media.ts"
import { frame, keep, replied } from "./Messages.ts"
import { type Place, placeOf } from "./Place.ts"
import { standingOf } from "./Targets.ts"
import { written } from "./Sends.ts"
import type { World } from "./World.ts"

/** What a person says, with what only Telegram has. */
export interface TelegramHeard extends Heard {
  /** the message that it replies to */
  readonly replyTo?: string
  /** what kind of chat this is, where its id does not say: as it is named for the first time */
  readonly chatType?: ChatType
  /** what the person has marked in the text */
  readonly entities?: ReadonlyArray<Entity>
}

/** A file that a person shows. */
export interface Medium extends Measures {
  readonly kind: MediaKind
  readonly bytes: Uint8Array
  readonly name?: string
  readonly type?: string
}

/** A person shows a file, or several as an album; the caption stands under the first. */
export interface Shown extends Omit<TelegramHeard, "text"> {
  readonly caption?: string
}

/** A person changes what they have said. */
export interface Edited extends TelegramHeard {
  readonly message: string
}

const somebody = 7001

/** Where the control surface means, which writes it like `chat:7001`. */
export const placed = (conversation: string): Effect.Effect<Place> => {
  const place = placeOf(conversation)
  return place === undefined
    ? Effect.dieMessage(`a Telegram conversation is written chat:<id> or chat:<id>/<thread>, not ${conversation}`)
    : Effect.succeed(place)
}

/** Who speaks: the one who is named by a user's id, or the person whose private chat it is. */
export const speaker = ({ chat }: Place, from: string | undefined): number =>
  /^\d+$/.test(from ?? "") ? Number(from) : chat > 0 ? chat : somebody

const commands = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/(?:^|\s)\/[a-z\d_]+(?:@(\w+))?/gi), ([, bot]) => bot?.toLowerCase() ?? "")

/** Whether a bot that is not told of everything is told of this. */
const concerns = (bot: Bot, message: Fields, reply: Post | undefined): boolean => {
  const name = bot.config.username.toLowerCase()
  const text = String(message["text"] ?? message["caption"] ?? "")
  const isAddressed = commands(text).some((to) => to === "" || to === name)
  return isAddressed || reply?.by === bot.id || text.toLowerCase().includes(`@${name}`)
}

const isThere = (world: World, bot: Bot, chat: Chat): boolean =>
  /^(?:member|administrator)$/.test(standingOf(world, bot, chat))

/** A person's message appears in the chat, for each bot that is meant as far as it may see it; the answer is its id. */
const appear = (world: World, heard: Omit<TelegramHeard, "text">, what: Fields) =>
  Effect.map(placed(heard.conversation), (place) => {
    let message: Fields | undefined
    for (const bot of world.bots(heard.account)) {
      const chat = world.chats.enter(bot.id, place, heard.chatType)
      const reply = heard.replyTo === undefined ? undefined : chat.posts.get(Number(heard.replyTo))
      if (message === undefined || chat.type === "private") {
        const by = chat.type === "channel" ? {} : { from: userOf(speaker(place, heard.from)) }
        message = { ...frame(world, chat, place.thread), ...by, ...replied(reply), ...what }
        keep(chat, { message, by: undefined, at: world.now() })
      }
      const isHeard =
        chat.type === "private" || (isThere(world, bot, chat) && (bot.readsAll || concerns(bot, message, reply)))
      if (isHeard) tellOf(world, bot, chat, message)
    }
    return String(message?.["message_id"] ?? "")
  })

const tellOf = (world: World, bot: Bot, chat: Chat, message: Fields): void =>
  world.tell(bot, chat.type === "channel" ? "channel_post" : "message", message, `chat:${chat.id}`)

const spoken = (text: string, entities: ReadonlyArray<Entity> = []): Fields =>
  written({ text, entities: withFound(text, entities) }, "text")

const captioned = (caption = ""): Fields => written({ text: caption, entities: withFound(caption, []) }, "caption")

export const hear = (world: World, heard: TelegramHeard): Effect.Effect<string> =>
  Effect.suspend(() => appear(world, heard, spoken(heard.text, heard.entities)))

const kept = (world: World, { bytes, kind, name, type, ...measures }: Medium): Fields => {
  const usual = kind === "photo" ? "image/jpeg" : kind === "voice" ? "audio/ogg" : "application/octet-stream"
  return content(kind, world.files.add(kind, bytes, type ?? usual, name), measures)
}

export const show = (world: World, shown: Shown & Medium): Effect.Effect<string> =>
  Effect.suspend(() => appear(world, shown, { ...kept(world, shown), ...captioned(shown.caption) }))

/** Several files at once: a message each, all of one group; the answer is their ids. */
export const album = (
  world: World,
  { items, ...shown }: Shown & { readonly items: ReadonlyArray<Medium> }
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.suspend(() => {
    const media_group_id = world.names.album()
    return Effect.forEach(items, (item, index) =>
      appear(world, shown, {
        media_group_id,
        ...kept(world, item),
        ...captioned(index === 0 ? shown.caption : undefined)
      })
    )
  })

/** A person changes a message; the bots that knew it are told. */
export const edit = (world: World, edited: Edited): Effect.Effect<void> =>
  Effect.map(placed(edited.conversation), (place) => {
    const id = Number(edited.message)
    for (const bot of world.bots(edited.account)) {
      const chat = world.chats.find(bot.id, place.chat)
      const post = chat?.posts.get(id)
      if (chat === undefined || post === undefined) continue
      const { caption: _, caption_entities: __, entities: ___, text, ...rest } = post.message
      const words = text === undefined ? captioned(edited.text) : spoken(edited.text, edited.entities)
      const message: Fields = { ...rest, edit_date: world.date, ...words }
      chat.posts.set(id, { ...post, message })
      world.tell(bot, chat.type === "channel" ? "edited_channel_post" : "edited_message", message, `chat:${chat.id}`)
    }
  })
