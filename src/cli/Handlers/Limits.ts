import * as Config from "effect/Config"
import * as Setting from "../../adapter/Setting.ts"
import type { Notices } from "../../gateway/Notices.ts"
import type { Handler } from "../../handler/Handler.ts"
import { type Limits, rateLimited } from "../../handler/RateLimited.ts"

const rate = (name: string) => Setting.rate(name).pipe(Config.withDefault(undefined))

/** How much the handler is asked at most. */
export const config: Config.Config<Limits> = Config.all({
  person: rate("HOLDFAST_LIMIT_PERSON"),
  account: rate("HOLDFAST_LIMIT_ACCOUNT")
})

/** The handler within these limits, of which people are told in these words; itself where there are none. */
export const within = <R>(handler: Handler<R>, limits: Limits, notices: Notices | undefined): Handler<R> =>
  limits.person === undefined && limits.account === undefined
    ? handler
    : rateLimited(handler, { ...limits, notice: notices?.limited })

export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_LIMIT_PERSON",
    description: "how often one person is answered by one account, such as 20 per minute; who goes on is told so once"
  },
  {
    name: "HOLDFAST_LIMIT_ACCOUNT",
    description: "the same of everybody together, by one account, such as 1000 per day"
  }
]
