import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type AdapterFatal, ConnectionLost } from "../../../adapter/AdapterError.ts"
import type { AccountId } from "../../../domain/Address.ts"
import * as Losses from "../Losses.ts"
import { hostOf, type WebhookInfo } from "../Protocol.ts"
import { secondWebhook } from "../Protocol/AuthCodes.ts"
import { type Rest, webhookInfo } from "../Rest.ts"

/** How often in a row something may wait at Telegram, which says that it fails to post to us, while nothing arrives. */
const failuresBorne = 2

/** The same while Telegram says of no failure: it waits 2 min, at most, before it tries again. */
const silencesBorne = 4

/** How often in a row a webhook that we set may be somebody else's a minute later. */
const theftsBorne = 3

/** For how long what waits may be on its way to a webhook that has just been set. */
const arrivesWithin = Duration.seconds(20)

/** What Telegram itself says of the webhook of one line. */
export interface Witness {
  /** Something came that only Telegram can have posted. */
  readonly hears: () => void
  /** Returns when something has come, where something waits, and fails when nothing does. */
  readonly proven: Effect.Effect<void, ConnectionLost | AdapterFatal>
  /** Whether the webhook is ours, and what is posted to it arrives. */
  readonly check: Effect.Effect<void, ConnectionLost | AdapterFatal>
}

export interface Witnesses {
  /** How many updates wait to be posted, and whether to our webhook. */
  readonly waiting: Effect.Effect<{ readonly pending: number; readonly ours: boolean }, ConnectionLost | AdapterFatal>
  /** The first look at a webhook that has just been set; `waits`: there is something to be posted to it. */
  readonly begin: (waits: boolean) => Effect.Effect<Witness, ConnectionLost | AdapterFatal>
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

  const deaf = ({ lastError, pending }: WebhookInfo) => {
    const why = lastError === undefined || lastError.text === "" ? "" : `: ${lastError.text}`
    return lost("Silent", `Telegram cannot post to us what waits (${pending})${why}`)
  }

  const info = Effect.mapError(webhookInfo(rest), (failed) => Losses.ofCall(account, failed))
  const isOurs = ({ url }: WebhookInfo) => canonical(url) === canonical(ours)
  const look = Effect.filterOrElse(info, isOurs, ({ url }) => Effect.zipRight(stolen, theft(url)))

  return {
    waiting: info.pipe(
      Effect.map((seen) => ({ ...seen, ours: isOurs(seen) })),
      Effect.tap(({ ours, url }) => (ours || url === "" ? Effect.void : stolen))
    ),
    begin: (waits) =>
      Effect.map(look, (first) => {
        const arrived = Effect.unsafeMakeLatch(!waits)
        let heard = false
        let silences = 0
        return {
          hears: () => {
            heard = true
            arrived.unsafeOpen()
          },
          proven: Effect.timeoutOption(arrived.await, arrivesWithin).pipe(
            Effect.filterOrElse(Option.isSome, () =>
              Effect.filterOrElse(look, ({ pending }) => pending === 0 || heard, deaf)
            ),
            Effect.asVoid
          ),
          check: Effect.flatMap(look, (seen) => {
            const { lastError, pending } = seen
            thefts = 0
            // by Telegram's own clock; and what arrives and is answered 503, because nobody pulls, does arrive
            const fresh = lastError !== undefined && lastError.at > (first.lastError?.at ?? 0)
            silences = pending > 0 && !heard ? silences + 1 : 0
            heard = false
            return silences < (fresh ? failuresBorne : silencesBorne) ? Effect.void : deaf(seen)
          })
        }
      })
  }
}
