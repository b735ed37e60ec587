/**
 * What a session can ask to hear, by bit. Only `GUILDS`, `GUILD_MEMBERS` and `PUBLIC_GUILD_MESSAGES` are granted to every bot.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html; bit 23 is known from SDKs,
 * bit 24 from the pages of its events.
 */
export const intents = {
  GUILDS: 0,
  GUILD_MEMBERS: 1,
  GUILD_MESSAGES: 9,
  GUILD_MESSAGE_REACTIONS: 10,
  DIRECT_MESSAGE: 12,
  OPEN_FORUM_EVENT: 18,
  AUDIO_OR_LIVE_CHANNEL_MEMBER: 19,
  ENTER_AIO: 23,
  GROUP_MEMBER_EVENT: 24,
  GROUP_AND_C2C_EVENT: 25,
  INTERACTION: 26,
  MESSAGE_AUDIT: 27,
  FORUMS_EVENT: 28,
  AUDIO_ACTION: 29,
  PUBLIC_GUILD_MESSAGES: 30
} as const

export type Intent = keyof typeof intents

/** What an account asks for unless told otherwise: every kind of message that is written to a bot, and its buttons. */
export const defaultIntents: ReadonlyArray<Intent> = [
  "GROUP_AND_C2C_EVENT",
  "PUBLIC_GUILD_MESSAGES",
  "DIRECT_MESSAGE",
  "INTERACTION"
]

/** The bits of `names` as the one positive number that Identify carries. */
export const intentBits = (names: Iterable<Intent>): number =>
  [...new Set(names)].reduce((sum, name) => sum + 2 ** intents[name], 0)
