import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Rest, webhookInfo } from "../Rest.ts"

/** How often Telegram is asked what waits for us. */
const every = Duration.minutes(1)

/** How often in a row something may wait although no poll brings anything. */
const borne = 2

/** What somebody who does not poll sees of our polling. */
export type Testimony =
  | { readonly _tag: "Well" }
  /** updates wait, and our polls are given none of them */
  | { readonly _tag: "Deaf"; readonly pending: number }
  /** a webhook has been set: what is meant for us goes there */
  | { readonly _tag: "Hooked" }

export interface Witness {
  /** What has been seen so far; every minute another look is begun, which nobody waits for. */
  readonly ask: Effect.Effect<Testimony, never, Scope.Scope>
  /** A look that is waited for, and believed at once: where a first poll brought nothing although something waited before it. */
  readonly doubt: Effect.Effect<Testimony>
  /** A poll brought something. */
  readonly hears: () => void
}

const well: Testimony = { _tag: "Well" }

/** A second opinion on one line: a poll that is answered, and brings nothing, looks the same whether nobody speaks or we are deaf. */
export const make = (rest: Rest): Effect.Effect<Witness> =>
  Effect.map(Clock.currentTimeNanos, (begun) => {
    let looked = begun
    let suspicions = 0
    let seen: Testimony = well

    const look = (borne: number) =>
      webhookInfo(rest).pipe(
        Effect.map(({ pending, url }) => {
          suspicions = pending > 0 ? suspicions + 1 : 0
          seen = url !== "" ? { _tag: "Hooked" } : suspicions < borne ? well : { _tag: "Deaf", pending }
        }),
        // the polls themselves say when Telegram cannot be reached
        Effect.catchAll(({ message }) => Effect.logDebug(`nobody could be asked what waits: ${message}`))
      )

    return {
      ask: Effect.flatMap(Clock.currentTimeNanos, (now) => {
        if (Duration.lessThan(Duration.nanos(now - looked), every)) return Effect.succeed(seen)
        looked = now
        return Effect.as(Effect.forkScoped(look(borne)), seen)
      }),
      doubt: Effect.map(look(1), () => seen),
      hears: () => {
        suspicions = 0
        if (seen._tag === "Deaf") seen = well
      }
    }
  })
