import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import { Page } from "../../gateway/Timeline.ts"
import { UnknownAccount } from "./Failure.ts"

/** As many entries as are kept of an account. */
export const mostEntries = 1000

/** A page of an account's timeline: `before` is what the page before it gave as `next`. */
export const Query = Schema.Struct({
  before: Schema.optionalWith(Schema.String, { exact: true }),
  limit: Schema.optionalWith(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, mostEntries)), {
    default: () => 100
  })
})
export type Query = typeof Query.Type

/** What became of an account, the newest first. */
export const timeline = HttpApiGroup.make("timeline").add(
  HttpApiEndpoint.get("page", "/accounts/:account/timeline")
    .setPath(Schema.Struct({ account: AccountId }))
    .setUrlParams(Query)
    .addSuccess(Page)
    .addError(UnknownAccount)
)
