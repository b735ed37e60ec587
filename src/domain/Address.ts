import * as Schema from "effect/Schema"

/** How an account's id is written. */
export const accountPattern = /^[a-z0-9]+:[a-z0-9]+$/

/** One bot identity, written `platform:name` (`qq:main`): the unit of supervision, health and ownership. */
export const AccountId = Schema.String.pipe(
  Schema.pattern(accountPattern, { message: () => "an account is written platform:name, such as qq:main" }),
  Schema.brand("AccountId")
)
export type AccountId = typeof AccountId.Type

export const accountId = (platform: string, name: string): AccountId => AccountId.make(`${platform}:${name}`)

/** The part of an account's id before the colon. */
export const platformOf = (account: AccountId): string => account.slice(0, account.indexOf(":"))

/** The part of an account's id after the colon. */
export const nameOf = (account: AccountId): string => account.slice(account.indexOf(":") + 1)

/** `direct` is one person and the bot; `group` is a closed circle; `channel` is a room of a larger community. */
export const ConversationKind = Schema.Literal("direct", "group", "channel")
export type ConversationKind = typeof ConversationKind.Type

/** Where something happened: the unit of order. Its `id` is opaque outside the platform that made it. */
export const Conversation = Schema.Struct({
  account: AccountId,
  kind: ConversationKind,
  id: Schema.NonEmptyString
})
export type Conversation = typeof Conversation.Type

/** One string for a conversation, `qq:main/c2c:7C0E…`: the key of every queue, and what an operator types. */
export const conversationKey = (conversation: Conversation): string => `${conversation.account}/${conversation.id}`

/** Somebody on a platform, by that platform's id for them. */
export const Person = Schema.Struct({
  id: Schema.String,
  name: Schema.optionalWith(Schema.String, { exact: true }),
  bot: Schema.optionalWith(Schema.Boolean, { exact: true })
})
export type Person = typeof Person.Type
