import type { Fields } from "../../../adapter/Fields.ts"
import { listing } from "../../../domain/Buttons.ts"
import { verbatim } from "../../../domain/Markdown/Verbatim.ts"
import type { Message } from "../../../domain/Message.ts"
import { eventMark } from "../Events/Place.ts"
import { escape } from "../Events/Text.ts"
import { keyboardOf } from "./Keyboard.ts"

/** How a message is put to the platform; the first three can be given up once each. */
export interface Manner {
  readonly anchored: boolean
  readonly markdown: boolean
  /** with buttons below it, else their labels are part of the text */
  readonly buttons: boolean
  /** it may have arrived before */
  readonly again: boolean
}

/** What a message is an answer to, as QQ is told of it. */
const anchorOf = ({ replyTo }: Message, guild: boolean): Fields | undefined => {
  if (replyTo === undefined) return undefined
  const { anchor } = replyTo
  const answered = anchor.startsWith(eventMark) ? { event_id: anchor.slice(eventMark.length) } : { msg_id: anchor }
  return guild ? answered : { ...answered, msg_seq: replyTo.ordinal + 1 }
}

/** What is longer than QQ takes with its marks told from its words stands without its buttons. */
const longest = 4500

/** What stands in the body of a message, whatever it answers. Buttons stand below markdown and below nothing else. */
const said = ({ content }: Message, guild: boolean, { buttons, markdown }: Manner): Fields => {
  const keyboard = buttons ? keyboardOf(content.buttons) : undefined
  const marked = content.format === "plain" && keyboard !== undefined ? verbatim(content.text) : content.text
  if (keyboard !== undefined && marked.length <= longest)
    return { msg_type: 2, markdown: { content: marked }, keyboard }
  const { text } = listing(content)
  if (guild) return { content: escape(text) }
  return markdown ? { msg_type: 2, markdown: { content: text } } : { msg_type: 0, content: text }
}

/** The body of the request that says `message` in this manner. */
export const bodyOf = (message: Message, guild: boolean, manner: Manner): Fields => ({
  ...said(message, guild, manner),
  ...(manner.anchored ? anchorOf(message, guild) : undefined)
})
