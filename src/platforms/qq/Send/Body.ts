import * as Option from "effect/Option"
import { type Fields, isRecord } from "../../../adapter/Fields.ts"
import type { Upload } from "../../../adapter/Multipart.ts"
import { listing } from "../../../domain/Buttons.ts"
import { lex, read } from "../../../domain/Markdown.ts"
import { withMentions } from "../../../domain/Markdown/Mentions.ts"
import { verbatim } from "../../../domain/Markdown/Verbatim.ts"
import type { Content, Message } from "../../../domain/Message.ts"
import { naming } from "../../../domain/Parts.ts"
import { eventMark } from "../Events/Place.ts"
import { escape } from "../Events/Text.ts"
import { isCut, keyboardOf } from "./Keyboard.ts"
import { unlinked } from "./Links.ts"

/** What stands for a file: what QQ gave for it, or, in guilds, the address of a picture, or a picture that comes along. */
export type File =
  | { readonly media: { readonly file_info: string } }
  | { readonly image: string }
  | { readonly upload: Upload }

/** How a message is put to the platform; all but the last can be given up once each. */
export interface Manner {
  readonly anchored: boolean
  readonly markdown: boolean
  /** with buttons below it, else their labels are part of the text */
  readonly buttons: boolean
  /** with links that are links, else as words */
  readonly linked: boolean
  /** what it shows; where it has something to show and this is undefined, where that is is part of the text */
  readonly file: File | undefined
  /** a passing trouble of QQ's with it has not been waited for yet */
  readonly patient: boolean
  /** it may have arrived before */
  readonly again: boolean
}

/** What an answer hangs on: a message, or an event. */
export const hooked = (anchor: string): Fields =>
  anchor.startsWith(eventMark) ? { event_id: anchor.slice(eventMark.length) } : { msg_id: anchor }

/** What a message is an answer to, as QQ is told of it. */
const anchorOf = ({ replyTo }: Message, guild: boolean): Fields | undefined => {
  if (replyTo === undefined) return undefined
  const answered = hooked(replyTo.anchor)
  return guild ? answered : { ...answered, msg_seq: replyTo.ordinal + 1 }
}

/** What is longer than QQ takes with its marks told from its words stands without its buttons. */
const longest = 4500

const plainly = Option.liftThrowable((markdown: string): string => read(lex(markdown)).text.trim())

/** The words beside a file: marks mean nothing there. */
const caption = ({ format, text }: Content): string =>
  format === "plain" ? text : Option.getOrElse(plainly(text), () => text)

/** Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/trans/text-chain.html */
const called = (person: string): string => `<qqbot-at-user id="${person.replace(/[^\w-]/g, "")}" />`

/** A text as QQ takes it: who is mentioned is called by it where others listen, and named where nobody else does. */
const worded = ({ content, conversation }: Message, text: string, guild: boolean): string => {
  const put = guild ? escape(text) : text
  if (content.format === "plain") return put
  return withMentions(put, conversation.kind === "direct" ? (_, name) => `@${name}` : called)
}

/** A text. Buttons stand below markdown and below nothing else; only guilds have no types of messages. */
const written = (message: Message, guild: boolean, { buttons, markdown }: Manner): Fields => {
  const content = naming(message.content)
  const keyboard = buttons ? keyboardOf(content.buttons) : undefined
  const marked = (text: string): Fields => ({ ...(guild ? undefined : { msg_type: 2 }), markdown: { content: text } })
  if (keyboard !== undefined) {
    // what has no room on its button is told above it
    const told = listing({ ...content, buttons: [content.buttons?.flat().filter(isCut) ?? []] }).text
    const text = content.format === "plain" ? verbatim(told) : worded(message, told, false)
    if (text.length <= longest) return { ...marked(text), keyboard }
  }
  const text = worded(message, listing(content).text, guild)
  if (guild) return { content: text }
  return markdown ? marked(text) : { msg_type: 0, content: text }
}

/** A file, and words with it. */
const shown = (content: Content, file: File): Fields => {
  const text = caption(listing(content))
  if ("media" in file) return { msg_type: 7, ...file, content: text }
  const words = text === "" ? undefined : { content: escape(text) }
  return "image" in file ? { ...file, ...words } : { ...words }
}

const withoutLinks = ({ content, markdown, ...fields }: Fields): Fields => ({
  ...fields,
  ...(typeof content === "string" ? { content: unlinked(content) } : undefined),
  ...(isRecord(markdown) ? { markdown: { content: unlinked(String(markdown["content"])) } } : undefined)
})

/** The body of the request that says `message` in this manner. */
export const bodyOf = (message: Message, guild: boolean, manner: Manner): Fields => {
  const fields = manner.file === undefined ? written(message, guild, manner) : shown(message.content, manner.file)
  return {
    ...(manner.linked ? fields : withoutLinks(fields)),
    ...(manner.anchored ? anchorOf(message, guild) : undefined)
  }
}
