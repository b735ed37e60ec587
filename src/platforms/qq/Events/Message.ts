import type { Conversation } from "../../../domain/Address.ts"
import type { Attachment, Event, Mention, MessageReceived, Quote } from "../../../domain/Event.ts"
import { array, type Fields, integer, isRecord, record, string, text } from "../../../adapter/Fields.ts"
import { c2c, channel, type Dispatch, dm, firstOf, group, happened, idOf, person } from "./Place.ts"
import { unescape, withFaces } from "./Text.ts"

const kindOf = (type: string): Attachment["kind"] => {
  if (type.startsWith("image/")) return "image"
  if (type.startsWith("video/")) return "video"
  return type === "voice" || type.startsWith("audio/") ? "voice" : "file"
}

/** Guild attachments come without a scheme. */
const absolute = (url: string): string => (/^https?:\/\//.test(url) ? url : `https://${url.replace(/^\/\//, "")}`)

const positive = (value: unknown): number | undefined => {
  const number = integer(value)
  return number !== undefined && number > 0 ? number : undefined
}

const attachment = (item: unknown): ReadonlyArray<Attachment> => {
  const { asr_refer_text, content_type, filename, height, size, url, voice_wav_url, width } = record(item)
  const type = text(content_type) ?? "file"
  const wav = text(voice_wav_url)
  const address = wav ?? text(url)
  if (address === undefined) return []
  const [name, transcript] = [text(filename), text(asr_refer_text)]
  const [bytes, wide, high] = [positive(size), positive(width), positive(height)]
  const mediaType = wav === undefined ? type : "audio/wav"
  return [
    {
      kind: kindOf(type),
      url: absolute(address),
      ...(mediaType.includes("/") ? { mediaType } : undefined),
      ...(name === undefined ? undefined : { name }),
      // the size that QQ tells is that of the recording, not of its WAV
      ...(bytes === undefined || wav !== undefined ? undefined : { size: bytes }),
      ...(wide === undefined ? undefined : { width: wide }),
      ...(high === undefined ? undefined : { height: high }),
      ...(transcript === undefined ? undefined : { transcript })
    }
  ]
}

/** Most messages have none, and share it. */
const none: ReadonlyArray<never> = []

const attachments = (value: unknown): ReadonlyArray<Attachment> =>
  array(value).length === 0 ? none : array(value).flatMap(attachment)

const quoted = 103

/** How `message_scene.ext` names what is quoted; the second is from older services. */
const quotes = ["ref_msg_idx=", "refMsgIdx:"]

const quotedIndex = (scene: unknown): string | undefined => {
  for (const entry of array(record(scene)["ext"])) {
    if (typeof entry !== "string") continue
    const key = quotes.find((quote) => entry.startsWith(quote))
    if (key !== undefined) return text(entry.slice(key.length))
  }
  return undefined
}

/** A card says in words what it is, and may lead somewhere; nothing else is said beside it. */
const carded = (d: Fields): string => {
  const { fields, prompt } = record(d["ark_data"])
  const address = text(record(fields)["jump_url"])
  return [text(prompt), address].filter((line) => line !== undefined).join("\n")
}

const saidIn = (d: Fields): string => {
  const said = withFaces(string(d["content"]) ?? "").trim()
  return said === "" && d["ark_data"] !== undefined ? carded(d) : said
}

const quoteOf = (d: Fields): Quote | undefined => {
  const element = array(d["msg_elements"])[0]
  const id =
    text(record(element)["msg_idx"]) ??
    quotedIndex(d["message_scene"]) ??
    text(record(d["message_reference"])["message_id"])
  const cited = d["message_type"] === quoted && isRecord(element) ? element : {}
  if (id === undefined && cited !== element) return undefined
  return {
    ...(id === undefined ? undefined : { id }),
    text: saidIn(cited),
    attachments: attachments(cited["attachments"])
  }
}

const mentionsOf = ({ d, self }: Dispatch): ReadonlyArray<Mention> => {
  if (array(d["mentions"]).length === 0 && d["mention_everyone"] !== true) return none
  const named = array(d["mentions"]).flatMap((item): ReadonlyArray<Mention> => {
    if (!isRecord(item)) return []
    const who = person(item, firstOf(item["member_openid"], item["user_openid"], item["id"]))
    const own = item["is_you"] === true || (self.id !== undefined && who.id === self.id)
    return [{ person: who, self: own, everyone: item["scope"] === "all" }]
  })
  return d["mention_everyone"] === true ? [...named, { person: { id: "" }, self: false, everyone: true }] : named
}

interface Reading {
  readonly conversation: Conversation
  readonly sender: string | undefined
  readonly guild: boolean
  readonly addressed: boolean
}

/** Guilds leave the mention of the bot in the text; it says only that the bot is addressed. */
const leadingMention = /^\s*<@!?([^>]*)>\s*/

const textOf = ({ d, self }: Dispatch, { addressed, guild }: Reading): string => {
  if (!guild) return saidIn(d)
  const content = string(d["content"]) ?? ""
  const first = leadingMention.exec(content)
  const own = first !== null && (self.id === undefined ? addressed : first[1] === self.id)
  return unescape(own ? content.slice(first[0].length) : content).trim()
}

const received = (dispatch: Dispatch, reading: Reading): Event | undefined => {
  const { conversation } = reading
  const { d, self } = dispatch
  const author = record(d["author"])
  const sender = person(author, reading.sender ?? text(author["id"]))
  if (sender.bot === true && sender.id !== "" && sender.id === self.id) return undefined
  const id = text(d["id"])
  const mentions = mentionsOf(dispatch)
  const quote = quoteOf(d)
  const message: MessageReceived = {
    _tag: "MessageReceived",
    id: idOf(dispatch, conversation, id),
    conversation,
    sender,
    at: happened(dispatch),
    text: textOf(dispatch, reading),
    addressed: reading.addressed || mentions.some((mention) => mention.self),
    attachments: attachments(d["attachments"]),
    mentions,
    anchor: id ?? ""
  }
  if (id === undefined) {
    const { anchor: _, ...unanchored } = message
    return quote === undefined ? unanchored : { ...unanchored, quote }
  }
  return quote === undefined ? message : { ...message, quote }
}

/** What an event of messages becomes; undefined for what the bot itself said, "unplaced" where no conversation is named. */
type Read = (dispatch: Dispatch) => Event | undefined | "unplaced"

const inC2c: Read = (dispatch) => {
  const { id, user_openid } = record(dispatch.d["author"])
  const openid = text(user_openid) ?? text(id)
  if (openid === undefined) return "unplaced"
  return received(dispatch, { conversation: c2c(dispatch, openid), sender: openid, guild: false, addressed: true })
}

const inGroup =
  (addressed: boolean): Read =>
  (dispatch) => {
    const { author, group_id, group_openid } = dispatch.d
    const openid = text(group_openid) ?? text(group_id)
    if (openid === undefined) return "unplaced"
    const sender = text(record(author)["member_openid"])
    return received(dispatch, { conversation: group(dispatch, openid), sender, guild: false, addressed })
  }

const inChannel =
  (addressed: boolean): Read =>
  (dispatch) => {
    const [guild, room] = [text(dispatch.d["guild_id"]), text(dispatch.d["channel_id"])]
    if (guild === undefined || room === undefined) return "unplaced"
    return received(dispatch, {
      conversation: channel(dispatch, guild, room),
      sender: undefined,
      guild: true,
      addressed
    })
  }

const inDm: Read = (dispatch) => {
  const guild = text(dispatch.d["guild_id"])
  if (guild === undefined) return "unplaced"
  return received(dispatch, { conversation: dm(dispatch, guild), sender: undefined, guild: true, addressed: true })
}

/** The events that carry a message, by name. One message can come as both group events: they make the same event id. */
export const messages: Readonly<Record<string, Read>> = {
  C2C_MESSAGE_CREATE: inC2c,
  GROUP_AT_MESSAGE_CREATE: inGroup(true),
  GROUP_MESSAGE_CREATE: inGroup(false),
  AT_MESSAGE_CREATE: inChannel(true),
  MESSAGE_CREATE: inChannel(false),
  DIRECT_MESSAGE_CREATE: inDm
}
