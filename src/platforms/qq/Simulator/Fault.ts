import * as Schema from "effect/Schema"

const times = Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { exact: true })
/** the bot that is meant, by its appId; every bot when absent */
const account = Schema.optionalWith(Schema.String, { exact: true })

/** What can go wrong on QQ and nowhere else. */
export const QQFault = Schema.Union(
  /** every open line is asked to reconnect (op 7), and closed with 4009 after the grace */
  Schema.TaggedStruct("Reconnect", { account }),
  /** op 9, on every open line now or in answer to the next Identify or Resume, and then a close */
  Schema.TaggedStruct("InvalidSession", {
    resumable: Schema.Boolean,
    on: Schema.Literal("now", "identify", "resume"),
    account,
    times
  }),
  /** heartbeats are not answered */
  Schema.TaggedStruct("DropAcks", { account }),
  /** tokens given so far are void: 401/11244 on requests, 4004 on lines that are opened with them */
  Schema.TaggedStruct("ExpireToken", { account }),
  /** the token service refuses with this code */
  Schema.TaggedStruct("RefuseToken", { code: Schema.Int, account, times }),
  /** the bot is taken down (4914) or banned (4915): its lines are closed, and closed again, until this is lifted */
  Schema.TaggedStruct("Ban", { code: Schema.Literal(4914, 4915), account })
)
export type QQFault = typeof QQFault.Type

/** Whether a fault is meant for this bot. */
export const meant =
  (appId: string) =>
  (fault: { readonly account?: string }): boolean =>
    fault.account === undefined || fault.account === appId
