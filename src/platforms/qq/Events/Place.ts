import { Recurring } from "../../../adapter/Recurring.ts"
import type { AccountId, Conversation, Person } from "../../../domain/Address.ts"
import type { Frame } from "../Protocol.ts"
import { type Fields, record, text } from "../../../adapter/Fields.ts"
import { timeOf } from "./Time.ts"

/** The conversations of an account, by what their ids begin with and then by the rest. */
export interface Conversations {
  readonly c2c: Recurring<Conversation>
  readonly group: Recurring<Conversation>
  readonly channel: Recurring<Conversation>
  readonly dm: Recurring<Conversation>
}

export const conversations = (account: AccountId): Conversations => {
  const of = (form: keyof Conversations, kind: Conversation["kind"]) =>
    new Recurring((name): Conversation => ({ account, kind, id: `${form}:${name}` }))
  return {
    c2c: of("c2c", "direct"),
    group: of("group", "group"),
    channel: of("channel", "channel"),
    dm: of("dm", "direct")
  }
}

/** Who is listening; `id` is the bot's own, from READY, undefined as long as the platform has not told it. */
export interface Self {
  readonly account: AccountId
  readonly id: string | undefined
  readonly conversations: Conversations
}

/** A dispatch being read. */
export interface Dispatch {
  readonly name: string
  /** the frame's own id, which a reply to the event may carry */
  readonly id: string | undefined
  readonly d: Fields
  readonly data: unknown
  readonly self: Self
  /** when it arrived, in Unix milliseconds */
  readonly at: number
}

export const dispatchOf = (name: string, { d, id }: Frame, self: Self, at: number): Dispatch => ({
  name,
  id: text(id),
  d: record(d),
  data: d,
  self,
  at
})

type Kind = Conversation["kind"]

const at = ({ self }: Dispatch, kind: Kind, id: string): Conversation => ({ account: self.account, kind, id })

/** One person and the bot in QQ itself. */
export const c2c = ({ self }: Dispatch, openid: string): Conversation => self.conversations.c2c.of(openid)

export const group = ({ self }: Dispatch, openid: string): Conversation => self.conversations.group.of(openid)

/** A text channel of a guild. */
export const channel = ({ self }: Dispatch, guild: string, room: string): Conversation =>
  self.conversations.channel.of(`${guild}/${room}`)

/** One person and the bot, through a guild. */
export const dm = ({ self }: Dispatch, guild: string): Conversation => self.conversations.dm.of(guild)

/** Where an event of any kind happened, as far as its fields say; a guild as a whole, and the bot itself, cannot be written to. */
export const placeOf = (dispatch: Dispatch): Conversation => {
  const { channel_id, direct_message, group_openid, guild_id, openid, user_openid } = dispatch.d
  const [inGroup, inGuild, inRoom] = [text(group_openid), text(guild_id), text(channel_id)]
  const person = text(user_openid) ?? text(openid)
  if (inGroup !== undefined) return group(dispatch, inGroup)
  if (inGuild !== undefined) {
    if (direct_message === true) return dm(dispatch, inGuild)
    return inRoom === undefined ? at(dispatch, "channel", `guild:${inGuild}`) : channel(dispatch, inGuild, inRoom)
  }
  return person === undefined ? at(dispatch, "direct", "bot") : c2c(dispatch, person)
}

/** QQ names hardly anybody, so that the same people come again and again as the same few fields. */
const nameless = new Recurring((id): Person => ({ id, bot: false }))

/** Somebody, under `id` where one is told. Each shape is written out: to spread what may be absent takes five times as long. */
export const person = ({ bot, username }: Fields, id = ""): Person => {
  const name = text(username)
  if (typeof bot !== "boolean") return name === undefined ? { id } : { id, name }
  if (name !== undefined) return { id, name, bot }
  return bot ? { id, bot } : nameless.of(id)
}

/** The first of some ids that says something. */
export const firstOf = (...ids: ReadonlyArray<unknown>): string | undefined => {
  for (const id of ids) if (typeof id === "string" && id !== "") return id
  return undefined
}

/** When an event happened, in Unix milliseconds: by the platform's clock where it says so. */
export const happened = ({ at, d }: Dispatch): number => timeOf(d["timestamp"]) ?? at

/** An event's id. `own` is the one that the platform never reuses, where the payload carries one. */
export const idOf = (dispatch: Dispatch, conversation: Conversation, own?: string): string =>
  own ?? dispatch.id ?? `${dispatch.name}/${conversation.id}/${happened(dispatch)}`

/** What every event has. */
export const common = (dispatch: Dispatch, conversation: Conversation, sender: Person, own?: string) => ({
  id: idOf(dispatch, conversation, own),
  conversation,
  sender,
  at: happened(dispatch)
})

/** Tells an anchor that is the id of a frame from one that is the id of a message; no message of QQ begins so. */
export const eventMark = "e:"

/** Replies to events that are no messages carry the frame's id. */
export const eventAnchor = ({ id }: Dispatch) => (id === undefined ? undefined : { anchor: `${eventMark}${id}` })
