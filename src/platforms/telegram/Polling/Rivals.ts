import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type AdapterFatal, ConnectionLost } from "../../../adapter/AdapterError.ts"
import { stableAfter } from "../../../adapter/Connection.ts"
import type { TelegramSettings } from "../Config.ts"
import * as Losses from "../Losses.ts"
import { hostOf, type WebhookInfo } from "../Protocol.ts"
import { secondPoller, webhookInTheWay, webhookSetAgain } from "../Protocol/AuthCodes.ts"
import { type Rest, type RestFailed, webhookInfo } from "../Rest.ts"

/** How often in a row another poller is borne: 4, 6, 8, 10 and 12 s apart, as a deployment that overlaps needs it. */
const borne = 5
const apart = (conflicts: number): number => 2_000 + conflicts * 2_000

/** Who else may be sent what is meant for us; remembers, for one adapter, what has been done about it. */
export interface Rivals {
  /** Removes a webhook that is in the way, if that is allowed, once. Says how it was before. */
  readonly unhook: Effect.Effect<WebhookInfo, ConnectionLost | AdapterFatal>
  /** A webhook was seen while we polled: the line is over. */
  readonly hooked: Effect.Effect<never, ConnectionLost | AdapterFatal>
  /** Decides what a poll that was refused for somebody else's sake means. `lasted` is how long its line had been connected. */
  readonly judge: (failed: RestFailed, lasted: Duration.Duration) => Effect.Effect<never, ConnectionLost | AdapterFatal>
}

/** `stolen` is done whenever updates may have been sent to somebody else: what is stored can vouch for nothing any more. */
export const make = (rest: Rest, settings: TelegramSettings, stolen: Effect.Effect<void>): Rivals => {
  const { account, listen, removeWebhook } = settings
  const stable = listen.stableAfter ?? stableAfter
  let conflicts = 0
  let removed = false

  const lost = (failed: RestFailed) => Losses.ofCall(account, failed)

  const unhook = Effect.gen(function* () {
    const before = yield* Effect.mapError(webhookInfo(rest), lost)
    const { url } = before
    if (url === "") return before
    yield* stolen
    const host = hostOf(url)
    if (removed)
      return yield* Losses.fatal(account, webhookSetAgain(host), `its webhook at ${host} was removed, and is back`)
    if (!removeWebhook)
      return yield* Losses.fatal(account, webhookInTheWay(host), `a webhook at ${host} receives its updates`)
    yield* Effect.mapError(rest.call("deleteWebhook", { drop_pending_updates: false }), lost)
    removed = true
    yield* Effect.logWarning(`the webhook at ${host} was in the way of polling, and has been removed`)
    return before
  })

  const expired = new ConnectionLost({
    account,
    reason: "Expired",
    cause: "a webhook was set for this bot while it was polled, and is gone again",
    resumable: true
  })

  const conflict = (failed: RestFailed, lasted: Duration.Duration) =>
    Effect.suspend((): Effect.Effect<never, ConnectionLost | AdapterFatal> => {
      conflicts = Duration.lessThan(lasted, stable) ? conflicts + 1 : 1
      const cause = `another process polls with this token: ${failed.summary}`
      return conflicts > borne
        ? Losses.fatal(account, secondPoller, cause, conflicts)
        : new ConnectionLost({
            account,
            reason: "Refused",
            cause,
            resumable: true,
            retryAfter: apart(conflicts),
            ...(failed.status === undefined ? undefined : { code: failed.status })
          })
    })

  return {
    unhook,
    hooked: Effect.zipRight(stolen, Effect.zipRight(unhook, expired)),
    // Telegram words its conflicts for people; whether there is a webhook tells them apart
    judge: (failed, lasted) =>
      Effect.flatMap(unhook, ({ url }) => (url === "" ? Effect.zipRight(stolen, conflict(failed, lasted)) : expired))
  }
}
