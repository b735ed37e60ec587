import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Update, updates } from "../Protocol.ts"
import { allowedUpdates } from "../Protocol/AllowedUpdates.ts"
import { type Rest, RestFailed } from "../Rest.ts"

/** Telegram gives no more at once: https://core.telegram.org/bots/api#getupdates */
const limit = 100

/** What is waited for a confirmation; who closes a line waits 2 s. */
const confirmWithin = Duration.millis(1500)

/** Everything from `offset` on, which confirms all before it; 0 is from the oldest, and confirms nothing. */
export interface Poll {
  readonly offset: number
  /** how long Telegram may hold it when there is nothing */
  readonly held: Duration.Duration
  /** to the last byte */
  readonly within: Duration.Duration
}

/** One poll. */
export const poll = (rest: Rest, { held, offset, within }: Poll): Effect.Effect<ReadonlyArray<Update>, RestFailed> => {
  const from = offset === 0 ? undefined : { offset }
  const params = { ...from, limit, timeout: Duration.toSeconds(held), allowed_updates: allowedUpdates }
  return Effect.flatMap(rest.call("getUpdates", params, { within }), (result) =>
    Array.isArray(result)
      ? Effect.succeed(updates(result))
      : new RestFailed({ method: "getUpdates", cause: "the answer is no list of updates", sent: true, status: 200 })
  )
}

/** Confirms what came before `offset`, if that is possible within 1.5 s. */
export const confirm = (rest: Rest, offset: number): Effect.Effect<void> =>
  rest
    .call("getUpdates", { offset, limit: 1, timeout: 0, allowed_updates: allowedUpdates })
    .pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(confirmWithin), Effect.ignore)
