/**
 * What a poll or a webhook asks to be told of. It is asked for by name every time: a bot keeps what was asked for last, by
 * whomever. Left out: what needs a business account or belongs to payments, inline mode and polls, and `message_reaction`,
 * which only administrators are told.
 * Source: https://core.telegram.org/bots/api#update
 */
export const allowedUpdates = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "my_chat_member",
  "chat_member"
] as const
