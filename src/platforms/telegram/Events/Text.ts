import { array, type Fields, integer, record, string, text } from "../../../adapter/Fields.ts"
import type { Mention } from "../../../domain/Event.ts"
import { person, type Self } from "./Place.ts"

const where = (location: Fields): string => `${Number(location["latitude"])}, ${Number(location["longitude"])}`

const choices = (title: string, items: unknown): string =>
  [title, ...array(items).map((item) => `• ${string(record(item)["text"]) ?? ""}`)].join("\n")

/** How what is no text, and no file either, reads. A venue comes as a location too, for older readers. */
const readers: ReadonlyArray<readonly [string, (value: Fields) => string]> = [
  ["sticker", ({ emoji }) => string(emoji) ?? ""],
  [
    "venue",
    ({ address, location, title }) => `[location ${where(record(location))}: ${string(title)}, ${string(address)}]`
  ],
  ["location", (location) => `[location ${where(location)}]`],
  ["contact", (contact) => `[contact ${person(contact).name ?? ""}, ${string(contact["phone_number"])}]`],
  ["poll", ({ options, question }) => choices(`[poll] ${string(question)}`, options)],
  ["checklist", ({ tasks, title }) => choices(`[checklist] ${string(title)}`, tasks)],
  ["dice", ({ emoji, value }) => `${string(emoji)} ${integer(value)}`]
]

/** A message in words, and what Telegram found in them. */
export interface Wording {
  readonly text: string
  readonly entities: ReadonlyArray<unknown>
}

const silent: Wording = { text: "", entities: [] }

/** What a message says: its text or its caption, or else what it shows as people would tell it. */
export const wordingOf = (message: Fields): Wording => {
  const written = text(message["text"])
  if (written !== undefined) return { text: written, entities: array(message["entities"]) }
  const caption = text(message["caption"])
  if (caption !== undefined) return { text: caption, entities: array(message["caption_entities"]) }
  for (const [field, read] of readers) {
    if (message[field] !== undefined) return { text: read(record(message[field])), entities: [] }
  }
  return silent
}

/** Whom a message names, whether the bot is among them, and what it says besides that. */
export interface Call {
  readonly text: string
  readonly mentions: ReadonlyArray<Mention>
  readonly addressed: boolean
}

const isSelf = (username: string, self: Self): boolean => username.toLowerCase() === self.username?.toLowerCase()

const mention = (entity: Fields, words: string, self: Self): Mention | undefined => {
  if (entity["type"] === "text_mention") {
    const who = person(record(entity["user"]))
    return { person: who, self: who.id === self.id, everyone: false }
  }
  if (entity["type"] !== "mention") return undefined
  const name = words.replace(/^@/, "")
  // a mention by name says no id
  return isSelf(name, self)
    ? { person: { id: self.id, name, bot: true }, self: true, everyone: false }
    : { person: { id: `@${name}`, name }, self: false, everyone: false }
}

const unnamed: ReadonlyArray<never> = []

/**
 * Reads the entities of a wording. A command without a name is for whoever hears it, at the start of a text; a name of the
 * bot that a text begins with says only that the bot is addressed, and is left out of it.
 */
export const callOf = ({ entities, text }: Wording, self: Self): Call => {
  if (entities.length === 0) return { text, mentions: unnamed, addressed: false }
  const mentions: Array<Mention> = []
  let [rest, addressed] = [text, false]
  for (const item of entities) {
    const entity = record(item)
    const [offset, length] = [integer(entity["offset"]) ?? 0, integer(entity["length"]) ?? 0]
    const words = text.slice(offset, offset + length)
    if (entity["type"] === "bot_command") {
      const [command = "", to] = words.split("@")
      const ours = to === undefined ? offset === 0 : isSelf(to, self)
      addressed ||= ours
      if (ours && offset === 0) rest = command + text.slice(length)
      continue
    }
    const named = mention(entity, words, self)
    if (named === undefined) continue
    mentions.push(named)
    addressed ||= named.self
    if (named.self && offset === 0) rest = text.slice(length).trimStart()
  }
  return { text: rest, mentions, addressed }
}
