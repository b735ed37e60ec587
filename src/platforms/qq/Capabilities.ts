import * as Duration from "effect/Duration"
import * as Adapter from "../../adapter/Capabilities.ts"
import type { Message } from "../../domain/Message.ts"
import { grid } from "./Send/Keyboard.ts"

const guild: Adapter.ReplyWindow = { within: Duration.minutes(5), replies: Infinity }

/**
 * Reply windows by kind of conversation, as the first part of its id says it.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/send.html
 */
export const windows: Readonly<Record<string, Adapter.ReplyWindow>> = {
  c2c: { within: Duration.minutes(60), replies: 4 },
  group: { within: Duration.minutes(5), replies: 5 },
  channel: guild,
  dm: guild
}

/** How often a streamed message goes on: QQ wants 300 ms between two steps at least. */
export const streamedEvery = Duration.millis(500)

const kindOf = ({ conversation }: Message): string => conversation.id.slice(0, conversation.id.indexOf(":"))

const replyWindow = (message: Message): Adapter.ReplyWindow | undefined => windows[kindOf(message)]

const each: Adapter.Pace = { burst: 5, every: Duration.seconds(3) }

/**
 * What QQ takes. `pace`: of a bot's 10 messages a second and 20 a minute to one person or group, in bursts of five. QQ
 * documents no text limit; 4000 is what several clients send without complaint. `growth`: to persons, 50 steps a second of a bot,
 * which are no messages.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/server-inter/message/send-receive/send.html
 */
export const capabilities: Adapter.Capabilities = {
  limits: { text: 4000, caption: 4000 },
  media: ["image", "video", "voice", "file"],
  buttons: grid,
  edits: false,
  growth: ({ id }) => (id.startsWith("c2c:") ? { every: streamedEvery, paced: false } : undefined),
  pace: {
    account: { burst: 10, every: Duration.millis(100) },
    conversation: { direct: each, group: each, channel: each }
  },
  lane: ({ id }) => id,
  replyWindow,
  unasked: () => true,
  // a pair of msg_id and msg_seq is taken once; guilds, and messages that answer nothing, have no such pair
  deduplicates: (message) => {
    // a streamed message that has ended cannot end again; begun twice, it would be two
    if (message.grows || message.edits !== undefined) return message.edits !== undefined
    const kind = kindOf(message)
    const window = kind === "c2c" || kind === "group" ? windows[kind] : undefined
    return window !== undefined && message.replyTo !== undefined && Adapter.allows(window, message.replyTo.ordinal)
  }
}
