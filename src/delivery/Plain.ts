import { isBoolean, isRecord, isString } from "effect/Predicate"
import { accountPattern, type Conversation, ConversationKind, type Person } from "../domain/Address.ts"
import type { Event, Mention } from "../domain/Event.ts"
import type { Message, ReplyTo } from "../domain/Message.ts"

// Most of what is kept are words that somebody wrote and words in answer. To see that a value is nothing but that takes a
// tenth of what it takes to write it by its schema, which then does the same as `JSON.stringify`.

const kinds: ReadonlyArray<unknown> = ConversationKind.literals

const isName = (value: unknown): boolean => isString(value) && value !== ""
const isAccount = (value: unknown): boolean => isString(value) && accountPattern.test(value)
const isTime = (value: unknown): boolean => Number.isFinite(value)
const isNothing = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** Left out altogether, as `JSON.stringify` would leave it out. */
const isAbsent = (value: object, key: string): boolean => !(key in value)

const isConversation = (place: Conversation): boolean =>
  isRecord(place) && isAccount(place.account) && kinds.includes(place.kind) && isName(place.id)

const isPerson = (person: Person): boolean =>
  isRecord(person) &&
  isString(person.id) &&
  (isAbsent(person, "name") || isString(person.name)) &&
  (isAbsent(person, "bot") || isBoolean(person.bot))

const isMention = (mention: Mention): boolean =>
  isRecord(mention) && isPerson(mention.person) && isBoolean(mention.self) && isBoolean(mention.everyone)

const isReplyTo = (answers: ReplyTo): boolean =>
  isRecord(answers) &&
  isName(answers.event) &&
  isString(answers.anchor) &&
  isTime(answers.at) &&
  Number.isSafeInteger(answers.ordinal) &&
  answers.ordinal >= 0

/** Whether `JSON.stringify` writes this event as its schema does: it is a text that nothing came along with. */
export const event = (event: Event): boolean =>
  event._tag === "MessageReceived" &&
  isName(event.id) &&
  isConversation(event.conversation) &&
  isPerson(event.sender) &&
  isTime(event.at) &&
  (isAbsent(event, "anchor") || isString(event.anchor)) &&
  isString(event.text) &&
  isBoolean(event.addressed) &&
  isNothing(event.attachments) &&
  Array.isArray(event.mentions) &&
  event.mentions.every(isMention) &&
  isAbsent(event, "quote")

/** Whether `JSON.stringify` writes this message as its schema does: it is words. */
export const message = (message: Message): boolean => {
  const { content, conversation, id, replyTo } = message
  return (
    isName(id) &&
    isConversation(conversation) &&
    isRecord(content) &&
    isString(content.text) &&
    (content.format === "plain" || content.format === "markdown") &&
    isAbsent(content, "media") &&
    isAbsent(message, "edits") &&
    (replyTo === undefined ? isAbsent(message, "replyTo") : isReplyTo(replyTo))
  )
}
