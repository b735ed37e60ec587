import * as Duration from "effect/Duration"
import type { Fields } from "../../../adapter/Fields.ts"
import type { MediaKind } from "../../../domain/Event.ts"
import { listing } from "../../../domain/Buttons.ts"
import type { Media, Message } from "../../../domain/Message.ts"
import { naming } from "../../../domain/Parts.ts"
import { render } from "../Entities.ts"
import type { CallOptions } from "../Rest.ts"
import type { Keyboard } from "./Keyboard.ts"

/** How a message is put to the platform; each of it can be changed once, when the platform will not have it so. */
export interface Manner {
  readonly chat: string
  readonly thread: number | undefined
  /** with entities */
  readonly formatted: boolean
  /** as an answer to what it answers */
  readonly anchored: boolean
  /** an edit changes the words beside what is shown, not a text of its own */
  readonly caption: boolean
  /** something to show is shown as what it is, or as a file like any other, or where it is is part of the text */
  readonly showing: "shown" | "attached" | "told"
  /** the buttons below it; where it has some and this is undefined, their labels are part of the text */
  readonly keyboard: Keyboard | undefined
}

/** A call that says a message. */
export interface Call {
  readonly method: string
  readonly params: Fields
  readonly options?: CallOptions
}

/** Methods by kind, the parameter that each shows, and what a file is called that nobody named. */
const showing: Readonly<Record<MediaKind, readonly [method: string, field: string, name: string]>> = {
  image: ["sendPhoto", "photo", "image.jpg"],
  video: ["sendVideo", "video", "video.mp4"],
  voice: ["sendVoice", "voice", "voice.ogg"],
  file: ["sendDocument", "document", "file"]
}

/** Telegram fetches what is at an address before it answers, and bytes have to get there. */
const within = Duration.minutes(1)

/** The scheme of files that Telegram has already: what follows is a `file_id`. */
export const ownScheme = "telegram:"

/** The topic that every forum has: it is where a message without a topic goes, and cannot be named when sending. */
const generalTopic = 1

export const placed = ({ chat, thread }: Pick<Manner, "chat" | "thread">): Fields => ({
  chat_id: chat,
  ...(thread === undefined || thread === generalTopic ? undefined : { message_thread_id: thread })
})

const answering = ({ replyTo }: Message, { anchored }: Manner): Fields | undefined => {
  if (replyTo === undefined || !anchored || !/^\d+$/.test(replyTo.anchor)) return undefined
  return { reply_parameters: { message_id: Number(replyTo.anchor), allow_sending_without_reply: true } }
}

const worded = ({ content }: Message, { formatted, keyboard }: Manner, name: "text" | "caption"): Fields => {
  const { entities, text } = render(keyboard === undefined ? listing(content) : content)
  if (name === "caption" && text === "") return {}
  const marks = name === "text" ? "entities" : "caption_entities"
  return { [name]: text, ...(formatted && entities.length > 0 ? { [marks]: entities } : undefined) }
}

const show = ({ kind, mediaType, name, source }: Media, params: Fields, attached: boolean): Call => {
  const [method, field] = showing[attached ? "file" : kind]
  const [, , unnamed] = showing[kind]
  if (source._tag === "Bytes") {
    const upload = { field, bytes: source.bytes, name: name ?? unnamed, mediaType }
    return { method, params, options: { within, upload } }
  }
  const file = source.url.startsWith(ownScheme) ? source.url.slice(ownScheme.length) : source.url
  return { method, params: { ...params, [field]: file }, options: { within } }
}

const buttoned = ({ keyboard }: Manner): Fields | undefined =>
  keyboard === undefined ? undefined : { reply_markup: { inline_keyboard: keyboard } }

export const hasButtons = ({ params }: Call): boolean => "reply_markup" in params

export const hasEntities = ({ params }: Call): boolean => "entities" in params || "caption_entities" in params

export const isAnswer = ({ params }: Call): boolean => "reply_parameters" in params

/** Telegram is only told of addresses on the web: a Bot API server that runs with `--local` would read `file:` from its own disk. */
export const showable = ({ source }: Media): boolean =>
  source._tag === "Bytes" || /^(?:https?:\/\/|telegram:[\w-]+$)/i.test(source.url)

/** The call that says `message` in this manner. */
export const say = (message: Message, manner: Manner): Call => {
  const said = manner.showing === "told" ? { ...message, content: naming(message.content) } : message
  const { media } = said.content
  const params = { ...placed(manner), ...answering(said, manner), ...buttoned(manner) }
  return media === undefined
    ? { method: "sendMessage", params: { ...params, ...worded(said, manner, "text") } }
    : show(media, { ...params, ...worded(said, manner, "caption") }, manner.showing === "attached")
}

/** How else something that Telegram does not show can be put; undefined where nothing would be left of it. */
export const otherwiseShown = (message: Message, { showing }: Manner): Partial<Manner> | undefined => {
  const { media } = message.content
  if (media === undefined || showing !== "shown") return undefined
  if (media.source._tag === "Url") return media.source.url.startsWith(ownScheme) ? undefined : { showing: "told" }
  return media.kind === "file" ? undefined : { showing: "attached" }
}

/** The call that puts `message`, with its buttons or none, in the place of message `id`. What is shown with it stays as it is. */
export const edit = (message: Message, id: number, manner: Manner): Call => {
  const name = manner.caption ? "caption" : "text"
  return {
    method: manner.caption ? "editMessageCaption" : "editMessageText",
    params: { chat_id: manner.chat, message_id: id, ...buttoned(manner), ...worded(message, manner, name) }
  }
}
