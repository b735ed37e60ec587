import * as Effect from "effect/Effect"
import { type AdapterFatal, ConnectionLost } from "../../../adapter/AdapterError.ts"
import type { AccountId } from "../../../domain/Address.ts"
import * as Losses from "../Losses.ts"
import { hostOf } from "../Protocol.ts"
import { secondWebhook } from "../Protocol/AuthCodes.ts"
import { type Rest, webhookInfo } from "../Rest.ts"

/** How often in a row Telegram may say that it fails to post to us, while nothing that it posts arrives. */
const failuresBorne = 2

/** How often in a row a webhook that we set may be somebody else's a minute later. */
const theftsBorne = 3

/** What Telegram itself says of the webhook of one line. */
export interface Witness {
  /** Something came that only Telegram can have posted. */
  readonly hears: () => void
  /** Whether the webhook is ours, and what is posted to it arrives. */
  readonly check: Effect.Effect<void, ConnectionLost | AdapterFatal>
}

export interface Witnesses {
  /** The first look at a webhook that has just been set. */
  readonly begin: Effect.Effect<Witness, ConnectionLost | AdapterFatal>
}

/** The address as every program writes it: Telegram, and who set it, may each write it in their own way. */
const canonical = (url: string): string => {
  if (!URL.canParse(url)) return url
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search}`
}

/** `stolen` is done when the webhook turns out to be somebody else's: what was posted there is lost to us. */
export const make = (rest: Rest, account: AccountId, ours: string, stolen: Effect.Effect<void>): Witnesses => {
  let thefts = 0

  const lost = (reason: ConnectionLost["reason"], cause: string) =>
    new ConnectionLost({ account, reason, cause, resumable: true })

  const theft = (theirs: string) =>
    Effect.suspend((): Effect.Effect<never, ConnectionLost | AdapterFatal> => {
      thefts += 1
      const cause =
        theirs === "" ? "somebody removed the webhook" : `somebody else set the webhook: it points to ${hostOf(theirs)}`
      return thefts < theftsBorne
        ? lost("Closed", cause)
        : Losses.fatal(account, secondWebhook(theirs === "" ? undefined : hostOf(theirs)), cause, thefts)
    })

  const look = webhookInfo(rest).pipe(
    Effect.mapError((failed) => Losses.ofCall(account, failed)),
    Effect.filterOrElse(
      ({ url }) => canonical(url) === canonical(ours),
      ({ url }) => Effect.zipRight(stolen, theft(url))
    )
  )

  return {
    begin: Effect.map(look, (first) => {
      let heard = false
      let failures = 0
      return {
        hears: () => {
          heard = true
        },
        check: Effect.flatMap(look, ({ lastError, pending }) => {
          thefts = 0
          // by Telegram's own clock; and what arrives and is answered 503, because nobody pulls, does arrive
          const fresh = lastError !== undefined && lastError.at > (first.lastError?.at ?? 0)
          failures = fresh && pending > 0 && !heard ? failures + 1 : 0
          heard = false
          return failures < failuresBorne
            ? Effect.void
            : lost("Silent", `Telegram cannot post to us what waits (${pending}): ${lastError?.text ?? ""}`)
        })
      }
    })
  }
}
