interface Row {
  readonly bit: number
  /** a bot has it without being granted it */
  readonly granted: boolean
  readonly events: ReadonlyArray<string>
}

const each = (subject: string, ...verbs: ReadonlyArray<string>): ReadonlyArray<string> =>
  verbs.map((verb) => `${subject}_${verb}`)

/**
 * What a session can ask to hear, by bit.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html
 */
export const intents = {
  GUILDS: {
    bit: 0,
    granted: true,
    events: [...each("GUILD", "CREATE", "UPDATE", "DELETE"), ...each("CHANNEL", "CREATE", "UPDATE", "DELETE")]
  },
  GUILD_MEMBERS: { bit: 1, granted: true, events: each("GUILD_MEMBER", "ADD", "UPDATE", "REMOVE") },
  GUILD_MESSAGES: { bit: 9, granted: false, events: each("MESSAGE", "CREATE", "DELETE") },
  GUILD_MESSAGE_REACTIONS: { bit: 10, granted: false, events: each("MESSAGE_REACTION", "ADD", "REMOVE") },
  DIRECT_MESSAGE: { bit: 12, granted: false, events: each("DIRECT_MESSAGE", "CREATE", "DELETE") },
  OPEN_FORUM_EVENT: {
    bit: 18,
    granted: false,
    events: [
      ...each("OPEN_FORUM_THREAD", "CREATE", "UPDATE", "DELETE"),
      ...each("OPEN_FORUM_POST", "CREATE", "DELETE"),
      ...each("OPEN_FORUM_REPLY", "CREATE", "DELETE")
    ]
  },
  AUDIO_OR_LIVE_CHANNEL_MEMBER: {
    bit: 19,
    granted: false,
    events: each("AUDIO_OR_LIVE_CHANNEL_MEMBER", "ENTER", "EXIT")
  },
  ENTER_AIO: { bit: 23, granted: false, events: ["ENTER_AIO"] },
  GROUP_MEMBER_EVENT: {
    bit: 24,
    granted: false,
    events: [...each("GROUP_MEMBER", "ADD", "REMOVE"), "GROUP_JOIN_REQUEST"]
  },
  GROUP_AND_C2C_EVENT: {
    bit: 25,
    granted: false,
    events: [
      "C2C_MESSAGE_CREATE",
      "FRIEND_ADD",
      "FRIEND_DEL",
      "C2C_MSG_REJECT",
      "C2C_MSG_RECEIVE",
      "GROUP_AT_MESSAGE_CREATE",
      "GROUP_MESSAGE_CREATE",
      "GROUP_ADD_ROBOT",
      "GROUP_DEL_ROBOT",
      "GROUP_MSG_REJECT",
      "GROUP_MSG_RECEIVE",
      "SUBSCRIBE_MESSAGE_STATUS"
    ]
  },
  INTERACTION: { bit: 26, granted: false, events: ["INTERACTION_CREATE"] },
  MESSAGE_AUDIT: { bit: 27, granted: false, events: each("MESSAGE_AUDIT", "PASS", "REJECT") },
  FORUMS_EVENT: {
    bit: 28,
    granted: false,
    events: [
      ...each("FORUM_THREAD", "CREATE", "UPDATE", "DELETE"),
      ...each("FORUM_POST", "CREATE", "DELETE"),
      ...each("FORUM_REPLY", "CREATE", "DELETE"),
      "FORUM_PUBLISH_AUDIT_RESULT"
    ]
  },
  AUDIO_ACTION: { bit: 29, granted: false, events: each("AUDIO", "START", "FINISH", "ON_MIC", "OFF_MIC") },
  PUBLIC_GUILD_MESSAGES: { bit: 30, granted: true, events: ["AT_MESSAGE_CREATE", "PUBLIC_MESSAGE_DELETE"] }
} as const satisfies Record<string, Row>

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
  [...new Set(names)].reduce((sum, name) => sum + 2 ** intents[name].bit, 0)
