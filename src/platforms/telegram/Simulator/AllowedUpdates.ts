const byDefault = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_connection",
  "business_message",
  "edited_business_message",
  "deleted_business_messages",
  "guest_message",
  "inline_query",
  "chosen_inline_result",
  "callback_query",
  "shipping_query",
  "pre_checkout_query",
  "purchased_paid_media",
  "poll",
  "poll_answer",
  "my_chat_member",
  "chat_join_request",
  "chat_boost",
  "removed_chat_boost",
  "managed_bot"
]

const onRequest = ["chat_member", "message_reaction", "message_reaction_count"]

/** What a bot is told of unless it asks otherwise. Source: https://core.telegram.org/bots/api#getupdates */
export const defaultUpdates: ReadonlySet<string> = new Set(byDefault)

const every: ReadonlySet<string> = new Set([...byDefault, ...onRequest])

/** What a list of names asks for; an empty one, or one that names nothing that exists, is the default. */
export const asked = (names: ReadonlyArray<unknown>): ReadonlySet<string> => {
  const known = names.flatMap((name) => (typeof name === "string" && every.has(name.toLowerCase()) ? [name] : []))
  return known.length === 0 ? defaultUpdates : new Set(known)
}
