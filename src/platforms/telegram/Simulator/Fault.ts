import * as Schema from "effect/Schema"

const times = Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { exact: true })
/** the bot that is meant, by its id; every bot when absent */
const account = Schema.optionalWith(Schema.String, { exact: true })
const text = Schema.optionalWith(Schema.String, { exact: true })

/** What can go wrong on Telegram and nowhere else. */
export const TelegramFault = Schema.Union(
  /** somebody else polls with the same token: every poll that would wait is ended with 409 */
  Schema.TaggedStruct("SecondPoller", { account, times }),
  /** somebody sets a webhook, which stays until it is deleted; polls are refused with 409 */
  Schema.TaggedStruct("StealWebhook", { url: text, account }),
  /** calls of methods whose name contains `path`, about this chat, are answered 429; all where these are absent */
  Schema.TaggedStruct("Flood", { retryAfter: Schema.Int, path: text, chat: text, account, times }),
  /** every call is refused: the token was revoked (401), is malformed (404) or not served here (421) */
  Schema.TaggedStruct("Unauthorized", { code: Schema.Literal(401, 404, 421), account, times }),
  /** polls are refused with 409, in the words that name this cause */
  Schema.TaggedStruct("Conflict", { with: Schema.Literal("poller", "webhook", "setWebhook"), account, times }),
  /** as after a quiet week: the next update that finds nothing waiting has a lower id */
  Schema.TaggedStruct("RestartIds", { at: Schema.optionalWith(Schema.Int, { exact: true }), account }),
  /** updates wait, and no poll is given any */
  Schema.TaggedStruct("Deaf", { account }),
  /** nothing that is posted to webhooks arrives, and none is taken anew; with a `status`, a proxy in front of them answers that */
  Schema.TaggedStruct("FailDeliveries", { status: Schema.optionalWith(Schema.Int, { exact: true }), account, times }),
  /** the person of this chat has blocked the bot, for as long as this lasts */
  Schema.TaggedStruct("BlockedBy", { chat: Schema.String, account }),
  /** the bot was kicked from this group, for as long as this lasts */
  Schema.TaggedStruct("Kicked", { chat: Schema.String, account }),
  /** media given by URL cannot be fetched */
  Schema.TaggedStruct("DropFetch", { times })
)
export type TelegramFault = typeof TelegramFault.Type

/** Whether a fault is meant for this bot. */
export const meant =
  (bot: string) =>
  (fault: { readonly account?: string }): boolean =>
    fault.account === undefined || fault.account === bot
