import { conversationKey, platformOf } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"

/** What is said of an event in words that a program can read without anything else. */
const words: Readonly<Record<string, (event: Event) => string | undefined>> = {
  HOLDFAST_EVENT: ({ _tag }) => _tag,
  HOLDFAST_EVENT_ID: ({ id }) => id,
  HOLDFAST_ACCOUNT: ({ conversation }) => conversation.account,
  HOLDFAST_PLATFORM: ({ conversation }) => platformOf(conversation.account),
  HOLDFAST_CONVERSATION: ({ conversation }) => conversationKey(conversation),
  HOLDFAST_CONVERSATION_KIND: ({ conversation }) => conversation.kind,
  HOLDFAST_SENDER: ({ sender }) => sender.id,
  HOLDFAST_SENDER_NAME: ({ sender }) => sender.name,
  HOLDFAST_ADDRESSED: (event) => ("addressed" in event ? String(event.addressed) : undefined)
}

/** The variables that a program is told. */
export const names: ReadonlyArray<string> = Object.keys(words)

/** What strangers can write into: a variable holds no zero byte, and the system only so much in all. */
const safe = (text: string): string => text.replaceAll("\0", "").slice(0, 1000)

/** What a program is told of an event by its environment. What was written is not part of it. */
export const of = (event: Event): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(words).flatMap(([name, word]) => {
      const text = word(event)
      return text === undefined ? [] : [[name, safe(text)]]
    })
  )
