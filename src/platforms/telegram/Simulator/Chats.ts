import type { Fields } from "../../../adapter/Fields.ts"
import type { Place } from "./Place.ts"

export type ChatType = "private" | "group" | "supergroup" | "channel"

/** What a chat is to a bot. */
export type Standing = "member" | "administrator" | "left" | "kicked" | "blocked"

/** A message as the platform keeps it. */
export interface Post {
  /** the message, as bots are shown it */
  readonly message: Fields
  /** the bot that said it */
  readonly by: string | undefined
  /** Unix milliseconds */
  readonly at: number
}

/** A chat and all that was said in it. */
export interface Chat {
  readonly id: number
  readonly type: ChatType
  title: string
  username: string | undefined
  isForum: boolean
  /** the account is deleted, or the group is */
  isGone: boolean
  /** its supergroup, once it was upgraded */
  upgradedTo: number | undefined
  /** by the ids of bots; nobody who is not here ever belonged */
  readonly standing: Map<string, Standing>
  /** by thread id; false where it is closed */
  readonly topics: Map<number, boolean>
  readonly posts: Map<number, Post>
  /** the newest message's id */
  last: number
}

const typeOf = (id: number): ChatType => {
  if (id > 0) return "private"
  return id < -(10 ** 12) ? "supergroup" : "group"
}

/** Every chat there is: a private one for each bot, and those that bots share. */
export class Chats {
  private readonly known = new Map<string, Chat>()

  find(bot: string, id: number): Chat | undefined {
    return this.known.get(this.key(bot, id))
  }

  /** A public chat, by its `@name`. */
  named(username: string): Chat | undefined {
    const name = username.replace(/^@/, "").toLowerCase()
    return Array.from(this.known.values()).find(
      (chat) => chat.type !== "private" && chat.username?.toLowerCase() === name
    )
  }

  /** The chat of that id, which exists from now on. */
  get(bot: string, id: number, type: ChatType = typeOf(id)): Chat {
    const key = this.key(bot, id)
    const found = this.known.get(key)
    if (found !== undefined) return found
    const chat: Chat = {
      id,
      type,
      title: type === "private" ? nameOf(id) : `Group ${id}`,
      username: type === "private" ? `user${id}` : undefined,
      isForum: false,
      isGone: false,
      upgradedTo: undefined,
      standing: new Map(),
      topics: new Map(),
      posts: new Map(),
      last: 0
    }
    this.known.set(key, chat)
    return chat
  }

  /** The place as it is to a bot that belongs there, with its topic. */
  enter(bot: string, { chat: id, thread }: Place, type?: ChatType): Chat {
    const chat = this.get(bot, id, type)
    if (!chat.standing.has(bot)) chat.standing.set(bot, "member")
    if (thread !== undefined) {
      chat.isForum = true
      if (!chat.topics.has(thread)) chat.topics.set(thread, true)
      chat.last = Math.max(chat.last, thread)
    }
    return chat
  }

  /** Groups are the same chat to all their bots; with a person each bot has one of its own. */
  private key(bot: string, id: number): string {
    return id > 0 ? `${bot}/${id}` : String(id)
  }
}

const nameOf = (user: number): string => `Person ${user}`

/** A person, as bots are shown one. */
export const userOf = (id: number): Fields => ({
  id,
  is_bot: false,
  first_name: nameOf(id),
  username: `user${id}`,
  language_code: "en"
})

/** A chat, as bots are shown it. */
export const chatOf = ({ id, isForum, title, type, username }: Chat): Fields => ({
  id,
  type,
  ...(type === "private" ? { first_name: title } : { title }),
  ...(username === undefined ? undefined : { username }),
  ...(isForum ? { is_forum: true } : undefined)
})
