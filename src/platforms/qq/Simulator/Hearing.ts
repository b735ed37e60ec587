import type { Heard } from "../../../adapter/Simulator.ts"
import { timestamp } from "./Names.ts"
import { parsePlace, type Place } from "./Place.ts"
import type { Account, World } from "./World.ts"

/** A button that a person presses under a message. */
export interface Pressed {
  readonly conversation: string
  readonly button: string
  readonly data: string
  readonly from?: string
  readonly account?: string
}

interface Happened {
  readonly t: string
  readonly d: Readonly<Record<string, unknown>>
}

const somebody = "0B1C2D3E4F5061728394A5B6C7D8E9F0"
const someUser = "4433221100998877"

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const placed = (conversation: string): Place => parsePlace(conversation) ?? { kind: "c2c", id: conversation }

/** A person's words as the bot's events: what arrives for each kind of conversation. */
const message = (world: World, { bot }: Account, place: Place, id: string, heard: Heard): Happened => {
  const at = timestamp(world.now())
  const common = { id, timestamp: at, message_type: 0 }
  const scene = { message_scene: { source: "default", ext: [`msg_idx=${world.names.reference()}`] } }
  if (place.kind === "c2c") {
    const author = { id: place.id, user_openid: place.id, union_openid: "", username: "", bot: false }
    return { t: "C2C_MESSAGE_CREATE", d: { ...common, ...scene, author, content: heard.text } }
  }
  if (place.kind === "group") {
    const t = world.options.groupEvent
    const person = heard.from ?? somebody
    const author = {
      id: person,
      member_openid: person,
      member_role: "member",
      username: "",
      bot: false,
      union_openid: ""
    }
    const you = { scope: "single", is_you: true, bot: true, id: bot.id, member_openid: bot.id, username: bot.name }
    const mentions = t === "GROUP_MESSAGE_CREATE" ? [you] : []
    const group = { group_id: place.id, group_openid: place.id }
    // The mention of the bot itself is taken out, and the space after it stays.
    return { t, d: { ...common, ...scene, ...group, author, mentions, content: ` ${heard.text}` } }
  }
  const [guild_id, channel_id = "100010"] = place.id.split("/")
  const author = { id: heard.from ?? someUser, username: heard.from ?? "Wang", avatar: "", bot: false }
  const guild = { id, timestamp: at, guild_id, channel_id, author, member: { joined_at: timestamp(0) } }
  if (place.kind === "dm") {
    return { t: "DIRECT_MESSAGE_CREATE", d: { ...guild, direct_message: true, content: escape(heard.text) } }
  }
  const content = `<@!${bot.id}> ${escape(heard.text)}`
  const mentions = [{ id: bot.id, username: bot.name, bot: true }]
  return { t: "AT_MESSAGE_CREATE", d: { ...guild, content, mentions } }
}

/** A person says something to the bots that are meant; the answer is the message's id. */
export const hear = (world: World, heard: Heard): string => {
  const place = placed(heard.conversation)
  const id = world.names.message(place.kind)
  for (const account of world.accounts(heard.account)) {
    const { d, t } = message(world, account, place, id, heard)
    world.happen(account, t, d)
  }
  return id
}

const scenes = {
  c2c: { scene: "c2c", chat_type: 2 },
  group: { scene: "group", chat_type: 1 },
  channel: { scene: "guild", chat_type: 0 },
  dm: { scene: "guild", chat_type: 0 }
} as const

const presser = (place: Place, from: string | undefined): Readonly<Record<string, unknown>> => {
  if (place.kind === "c2c") return { user_openid: place.id }
  if (place.kind === "group") return { group_openid: place.id, group_member_openid: from ?? somebody }
  const [guild_id = "", channel_id = "100010"] = place.id.split("/")
  return { guild_id, channel_id, ...(place.kind === "dm" ? { direct_message: true } : undefined) }
}

/** A person presses a button; the answer is the interaction's id, which the bot has to acknowledge. */
export const press = (world: World, pressed: Pressed): string => {
  const place = placed(pressed.conversation)
  const id = world.names.uuid()
  const user = place.kind === "channel" || place.kind === "dm" ? { user_id: pressed.from ?? someUser } : undefined
  const resolved = { button_id: pressed.button, button_data: pressed.data, ...user }
  for (const account of world.accounts(pressed.account)) {
    world.happen(account, "INTERACTION_CREATE", {
      id,
      application_id: account.bot.appId,
      type: 11,
      ...scenes[place.kind],
      ...presser(place, pressed.from),
      timestamp: timestamp(world.now()),
      version: 1,
      data: { type: 11, resolved }
    })
  }
  return id
}
