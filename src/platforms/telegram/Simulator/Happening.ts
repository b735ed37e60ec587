import * as Effect from "effect/Effect"
import type { Fields } from "../../../adapter/Fields.ts"
import type { Bot } from "./Bot.ts"
import { type Chat, chatOf, type Standing, userOf } from "./Chats.ts"
import { placed, speaker } from "./Hearing.ts"
import { frame, keep } from "./Messages.ts"
import { conversationOf, type Place } from "./Place.ts"
import type { World } from "./World.ts"

/** Where something happens, and to whom; every bot when absent. */
export interface Whereabouts {
  readonly conversation: string
  readonly account?: string
}

/** A button that a person presses. */
export interface Pressed extends Whereabouts {
  readonly data: string
  /** the message that the button is under; the bot's newest when absent */
  readonly message?: string
  readonly from?: string
}

/** Somebody comes or goes: a person, or the bot itself when nobody is named. */
export interface Moved extends Whereabouts {
  readonly user?: string
}

const newestOf = (chat: Chat, bot: Bot): Fields | undefined =>
  Array.from(chat.posts.values()).findLast(({ by }) => by === bot.id)?.message

/** The answer is the query's id, which the bot has to answer. */
export const press = (world: World, pressed: Pressed): Effect.Effect<string> =>
  Effect.map(placed(pressed.conversation), (place) => {
    const id = world.names.callback()
    for (const bot of world.bots(pressed.account)) {
      const chat = world.chats.enter(bot.id, place)
      const message =
        pressed.message === undefined ? newestOf(chat, bot) : chat.posts.get(Number(pressed.message))?.message
      const gone = { message_id: Number(pressed.message ?? 0), chat: chatOf(chat), date: 0 }
      const from = speaker(place, pressed.from)
      bot.callbacks.set(id, { at: world.now(), answered: false })
      world.tell(
        bot,
        "callback_query",
        { id, from: userOf(from), message: message ?? gone, chat_instance: String(chat.id), data: pressed.data },
        `callback:${from}`,
        world.options.callbackLife
      )
    }
    return id
  })

const statuses: Readonly<Record<Standing, string>> = {
  member: "member",
  administrator: "administrator",
  left: "left",
  kicked: "kicked",
  blocked: "kicked"
}

const memberOf = (user: Fields, standing: Standing): Fields => ({
  user,
  status: statuses[standing],
  ...(standing === "kicked" || standing === "blocked" ? { until_date: 0 } : undefined)
})

/** The bot's own standing in a chat changes, and it is told so. */
const stand = (world: World, where: Whereabouts, standing: Standing): Effect.Effect<void> =>
  Effect.map(placed(where.conversation), (place) => {
    for (const bot of world.bots(where.account)) {
      const chat = world.chats.get(bot.id, place.chat)
      const before = chat.standing.get(bot.id) ?? "left"
      chat.standing.set(bot.id, standing)
      change(world, bot, chat, place, "my_chat_member", bot.user, before, standing)
    }
  })

/** A person's standing in a group changes; a message in the group says so too. */
const come = (world: World, moved: Moved, user: number, isHere: boolean): Effect.Effect<void> =>
  Effect.map(placed(moved.conversation), (place) => {
    const who = userOf(user)
    const [before, after] = isHere ? (["left", "member"] as const) : (["member", "left"] as const)
    const news = isHere ? { new_chat_members: [who] } : { left_chat_member: who }
    let message: Fields | undefined
    for (const bot of world.bots(moved.account)) {
      const chat = world.chats.enter(bot.id, place)
      if (message === undefined) {
        message = { ...frame(world, chat, place.thread), from: who, ...news }
        keep(chat, { message, by: undefined, at: world.now() })
      }
      world.tell(bot, "message", message, `chat:${chat.id}`)
      change(world, bot, chat, place, "chat_member", who, before, after)
    }
  })

const change = (
  world: World,
  bot: Bot,
  chat: Chat,
  place: Place,
  kind: "my_chat_member" | "chat_member",
  user: Fields,
  before: Standing,
  after: Standing
): void =>
  world.tell(
    bot,
    kind,
    {
      chat: chatOf(chat),
      from: userOf(speaker(place, undefined)),
      date: world.date,
      old_chat_member: memberOf(user, before),
      new_chat_member: memberOf(user, after)
    },
    `member:${chat.id}`
  )

export const join = (world: World, moved: Moved): Effect.Effect<void> =>
  moved.user === undefined ? stand(world, moved, "member") : come(world, moved, Number(moved.user), true)

export const leave = (world: World, moved: Moved): Effect.Effect<void> =>
  moved.user === undefined
    ? Effect.flatMap(placed(moved.conversation), ({ chat }) => stand(world, moved, chat > 0 ? "blocked" : "left"))
    : come(world, moved, Number(moved.user), false)

const firstSupergroup = 1_000_000_000_000

/** A group becomes a supergroup; the answer is the new conversation. What is sent to the old one is told where it went. */
export const migrate = (world: World, conversation: string): Effect.Effect<string> =>
  Effect.map(placed(conversation), (place) => {
    const to = -(firstSupergroup + world.names.between(10 ** 9, 2 * 10 ** 9))
    for (const bot of world.bots()) {
      const old = world.chats.find(bot.id, place.chat)
      if (old === undefined || old.upgradedTo !== undefined) continue
      old.upgradedTo = to
      const next = world.chats.get(bot.id, to)
      next.title = old.title
      for (const [member, standing] of old.standing) next.standing.set(member, standing)
      const from = userOf(speaker(place, undefined))
      const left = { ...frame(world, old, undefined), from, migrate_to_chat_id: to }
      const begun = { ...frame(world, next, undefined), from, migrate_from_chat_id: old.id }
      keep(old, { message: left, by: undefined, at: world.now() })
      keep(next, { message: begun, by: undefined, at: world.now() })
      for (const member of world.bots().filter(({ id }) => next.standing.has(id))) {
        world.tell(member, "message", left, `chat:${old.id}`)
        world.tell(member, "message", begun, `chat:${to}`)
      }
    }
    return conversationOf({ chat: to, thread: undefined })
  })
