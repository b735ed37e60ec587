import { conversationKey, type ConversationKind, platformOf } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"

/** Tells events apart, by nothing but what they say. */
export type Match = (event: Event) => boolean

/** What a person said: what they wrote, or the data of the button that they pressed. */
const words = (event: Event): string => {
  if ("text" in event) return event.text.trimStart()
  return event._tag === "ButtonPressed" ? event.data.trimStart() : ""
}

export const always: Match = () => true

/** What one account heard, such as `qq:main`. */
export const account =
  (id: string): Match =>
  ({ conversation }) =>
    conversation.account === id

/** What all accounts of a platform heard. */
export const platform =
  (name: string): Match =>
  ({ conversation }) =>
    platformOf(conversation.account) === name

/** What happened in one conversation, written `qq:main/c2c:7C0E…`. */
export const conversation =
  (key: string): Match =>
  ({ conversation }) =>
    conversationKey(conversation) === key

/** What happened in conversations of a kind. */
export const kind =
  (kind: ConversationKind): Match =>
  ({ conversation }) =>
    conversation.kind === kind

/**
 * A command, named without its slash: `/weather`, alone, before a space, or with the name of a bot as in `/weather@bot`. The
 * button whose data is one is it too, so that what a command's answer offers comes back to where it came from.
 */
export const command = (name: string): Match => {
  const wanted = `/${name.toLowerCase()}`
  return (event) => {
    const text = words(event)
    if (!text.startsWith("/")) return false
    const end = text.slice(0, wanted.length + 1).search(/[\s@]/)
    return text.slice(0, end < 0 ? wanted.length + 1 : end).toLowerCase() === wanted
  }
}

/** What begins with these words, as they are written here; buttons by their data. */
export const prefix =
  (beginning: string): Match =>
  (event) =>
    words(event).startsWith(beginning)

/** What is said to the bot: to it directly, or with its name in it. */
export const addressed: Match = (event) => "addressed" in event && event.addressed

/** The press of a button. */
export const pressed: Match = ({ _tag }) => _tag === "ButtonPressed"

/** What all of these match. */
export const all =
  (...matches: ReadonlyArray<Match>): Match =>
  (event) =>
    matches.every((match) => match(event))

/** What any of these matches. */
export const any =
  (...matches: ReadonlyArray<Match>): Match =>
  (event) =>
    matches.some((match) => match(event))

/** What this one does not match. */
export const not =
  (match: Match): Match =>
  (event) =>
    !match(event)
