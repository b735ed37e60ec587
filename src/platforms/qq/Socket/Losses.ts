import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { type AdapterFatal, ConnectionLost, fatal } from "../../../adapter/AdapterError.ts"
import type { AccountId } from "../../../domain/Address.ts"
import { unauthorized } from "../Protocol/AuthCodes.ts"
import { closeCode } from "../Protocol/CloseCodes.ts"
import type { RestFailed } from "../Rest.ts"
import type { Token, TokenFailed } from "../Token.ts"
import type { ResumePoints } from "./ResumePoint.ts"

/** How many resumes in a row may be cut off, or answered with neither yes nor no, before a fresh session is begun (F33). */
export const cutsBorne = 3

/** How many fresh tokens in a row may be refused before it cannot be the token. */
const freshTokensBorne = 2

/** How often in a row a line may die of a `suspect` code this soon after it was opened. */
const suspectsBorne = 3
const suspectWithin = Duration.minutes(1)

/** What the platform is asked to wait after a close that says we are too fast. */
const slowDown = Duration.toMillis("60 seconds")

/** Codes below this belong to WebSocket itself, not to the platform. */
const firstOwnCode = 4000

/** What was said on one line, and how far it came. */
export interface Attempt {
  readonly token: Redacted.Redacted
  /** monotonic nanoseconds */
  readonly since: bigint
  sent: "nothing" | "identify" | "resume"
  established: boolean
}

/** Decides what the loss of a line means for the next one; remembers, for one adapter, what has gone wrong in a row. */
export interface Losses {
  readonly established: (attempt: Attempt) => void
  /** The platform said that the session is invalid; `resumable` is its own opinion on whether it can be continued. */
  readonly invalid: (attempt: Attempt, resumable: boolean) => Effect.Effect<ConnectionLost>
  readonly judge: (attempt: Attempt, lost: ConnectionLost) => Effect.Effect<never, ConnectionLost | AdapterFatal>
}

/** What a failed call on the way to a line means for the listen loop. */
export const ofCall = (account: AccountId, failed: TokenFailed | RestFailed): ConnectionLost | AdapterFatal => {
  const { code, message, retryAfter, status, verdict } = failed
  if (verdict !== undefined) return fatal(account, verdict, message)
  const limited = status === 429 || retryAfter !== undefined
  const answered = code ?? status
  return new ConnectionLost({
    account,
    reason: limited ? "RateLimited" : answered === undefined || answered >= 500 ? "Transport" : "Refused",
    cause: message,
    resumable: true,
    ...(answered === undefined ? undefined : { code: answered }),
    ...(limited ? { retryAfter: retryAfter ?? slowDown } : undefined)
  })
}

export const make = (account: AccountId, token: Token, points: ResumePoints): Losses => {
  let cuts = 0
  let tokensRefused = 0
  let suspects = 0

  const resuming = (attempt: Attempt) => attempt.sent === "resume" && !attempt.established

  /** A loss after which the session that was to be resumed is not, has cost nothing yet: the next line begins afresh. */
  const lost = (
    attempt: Attempt,
    { cause, code, reason }: Pick<ConnectionLost, "cause" | "reason"> & { readonly code?: number },
    resumable: boolean,
    retryAfter?: number
  ) =>
    new ConnectionLost({
      account,
      reason: resuming(attempt) && !resumable && retryAfter === undefined ? "Expired" : reason,
      cause,
      resumable,
      ...(code === undefined ? undefined : { code }),
      ...(retryAfter === undefined ? undefined : { retryAfter })
    })

  const forget = Effect.suspend(() => {
    cuts = 0
    return points.clear
  })

  /** Whether the session may be continued after a line that died without a verdict on it. */
  const keep = (attempt: Attempt): Effect.Effect<boolean> =>
    Effect.suspend(() => {
      if (!resuming(attempt)) return Effect.succeed(true)
      cuts += 1
      return cuts < cutsBorne ? Effect.succeed(true) : Effect.as(forget, false)
    })

  /** A resume that the platform itself closes is a resume that it refuses. */
  const unlessRefused = (attempt: Attempt, code: number): Effect.Effect<boolean> =>
    resuming(attempt) && code >= firstOwnCode ? Effect.as(forget, false) : keep(attempt)

  /** Says whether it can no longer be the token. */
  const refuseToken = (attempt: Attempt): Effect.Effect<boolean> =>
    Effect.suspend(() => {
      tokensRefused += 1
      return Effect.as(token.drop(attempt.token), tokensRefused > freshTokensBorne)
    })

  const closed = (attempt: Attempt, was: ConnectionLost, code: number) =>
    Effect.gen(function* () {
      const row = closeCode(code)
      if (row.action !== "suspect") suspects = 0
      const words = { reason: was.reason, cause: `the platform closed the line: ${row.meaning}`, code }
      switch (row.action) {
        case "fatal":
          yield* unlessRefused(attempt, code)
          return yield* fatal(account, row.verdict, `${row.meaning} (${code})`)
        case "identify":
          yield* forget
          return yield* lost(attempt, words, false)
        case "wait":
          return yield* lost(attempt, { ...words, reason: "RateLimited" }, yield* keep(attempt), slowDown)
        case "token": {
          // also where it is the last straw: the next adapter must not resume what made the platform say this
          const [hopeless, resumable] = [yield* refuseToken(attempt), yield* keep(attempt)]
          if (hopeless) return yield* fatal(account, unauthorized, `${row.meaning} (${code})`)
          return yield* lost(attempt, words, resumable)
        }
        case "suspect": {
          const age = Duration.nanos((yield* Clock.currentTimeNanos) - attempt.since)
          suspects = Duration.lessThan(age, suspectWithin) ? suspects + 1 : 1
          if (suspects >= suspectsBorne) return yield* fatal(account, row.verdict, `${row.meaning} (${code})`)
          return yield* lost(attempt, words, yield* unlessRefused(attempt, code))
        }
        case "resume":
          return yield* lost(attempt, words, yield* unlessRefused(attempt, code))
      }
    })

  return {
    established: (attempt) => {
      attempt.established = true
      cuts = 0
      tokensRefused = 0
    },
    invalid: (attempt, resumable) =>
      Effect.gen(function* () {
        const cause =
          attempt.sent === "identify" && !attempt.established
            ? "the platform refused a new session"
            : "the platform says that the session is invalid"
        if (!resumable) yield* forget
        // the platform also says so of a token that it no longer likes
        if (!resumable && attempt.sent === "identify" && tokensRefused === 0) yield* refuseToken(attempt)
        return lost(attempt, { reason: "Refused", cause }, resumable && (yield* keep(attempt)))
      }),
    judge: (attempt, was) =>
      Effect.gen(function* () {
        const { code, reason } = was
        if (reason === "Closed" && code !== undefined) return yield* closed(attempt, was, code)
        const undecided = reason === "Transport" || reason === "Timeout" || reason === "Silent" || reason === "Closed"
        return yield* undecided ? lost(attempt, was, yield* keep(attempt)) : was
      })
  }
}
