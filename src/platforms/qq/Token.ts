import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as FiberHandle from "effect/FiberHandle"
import * as FiberId from "effect/FiberId"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { Verdict } from "../../adapter/AdapterError.ts"
import * as RetryPolicy from "../../adapter/RetryPolicy.ts"
import type { QQSettings } from "./Config.ts"
import type { Unanswered } from "../../adapter/Exchange.ts"
import { type Answer, exchange } from "./Exchange.ts"
import { tokenCode } from "./Protocol/AuthCodes.ts"
import { record, text } from "../../adapter/Fields.ts"

/** The token service gave no token. Without a `verdict` it is worth another try, though not before `retryAfter`. */
export class TokenFailed extends Data.TaggedError("TokenFailed")<{
  readonly cause: string
  readonly code?: number | undefined
  readonly status?: number | undefined
  readonly traceId?: string | undefined
  /** milliseconds */
  readonly retryAfter?: number | undefined
  /** a person must act */
  readonly verdict?: Verdict | undefined
}> {
  override get message(): string {
    return this.cause
  }
}

/** The access token of one account, the only one in this process. */
export interface Token {
  /** A token that has not expired: the one at hand, or a fresh one that all callers wait for together. */
  readonly get: Effect.Effect<Redacted.Redacted, TokenFailed>
  /** The platform refused this token: the next `get` fetches another. A token that is no longer the current one is ignored. */
  readonly drop: (token: Redacted.Redacted) => Effect.Effect<void>
}

interface Held {
  readonly token: Redacted.Redacted
  /** monotonic nanoseconds */
  readonly until: bigint
}

const nominal = 7200
const aDay = 86_400

/** Seconds; QQ documents a number and sends a string. Absent means the nominal life: a refused token is replaced anyway. */
export const lifetimeOf = (expiresIn: unknown): number | undefined => {
  if (expiresIn === undefined) return nominal
  const seconds = typeof expiresIn === "string" && /^\d+$/.test(expiresIn) ? Number(expiresIn) : expiresIn
  return typeof seconds === "number" && seconds >= 0 ? Math.min(seconds, aDay) : undefined
}

/** QQ hands out a new token only in the last minute of the old one, and both are good for that minute. */
const untilRenewal = (lifetime: Duration.Duration): Duration.Duration =>
  Duration.max(Duration.seconds(5), Duration.subtract(lifetime, Duration.seconds(55)))

const aMinute = Duration.toMillis(Duration.minutes(1))

const renewing = RetryPolicy.schedule({ ...RetryPolicy.listening, attempts: Number.POSITIVE_INFINITY }).pipe(
  Schedule.intersect(
    Schedule.identity<TokenFailed>().pipe(
      Schedule.addDelay(({ retryAfter, verdict }) => retryAfter ?? (verdict === undefined ? 0 : aMinute))
    )
  )
)

const refusal = ({ code, status, traceId }: Answer): TokenFailed => {
  const row = tokenCode(code)
  return new TokenFailed({
    cause: row === undefined ? "the token service gave no token" : `the token service refused: ${row.meaning}`,
    code,
    status,
    traceId,
    retryAfter: row?.action === "wait" ? row.wait : undefined,
    verdict: row?.action === "fatal" ? row.verdict : undefined
  })
}

const silence = ({ cause }: Unanswered): TokenFailed => new TokenFailed({ cause: `the token service: ${cause}` })

/** Fetches tokens for `settings`' account on demand, and from the first one on renews them before they expire, for ever. */
export const make = (settings: QQSettings): Effect.Effect<Token, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const scope = yield* Effect.scope
    const renewal = yield* FiberHandle.make()
    let held: Held | undefined
    let flight: Deferred.Deferred<Held, TokenFailed> | undefined
    let pausedUntil = 0n

    const ask = Effect.suspend(() =>
      exchange(
        client,
        HttpClientRequest.post(`${settings.tokenBaseUrl}/app/getAppAccessToken`).pipe(
          HttpClientRequest.bodyUnsafeJson({
            appId: settings.appId,
            clientSecret: Redacted.value(settings.clientSecret)
          })
        )
      )
    )

    const fetch = Effect.gen(function* () {
      const now = yield* Clock.currentTimeNanos
      if (now < pausedUntil) {
        const retryAfter = Number((pausedUntil - now) / 1_000_000n)
        return yield* new TokenFailed({ cause: "the token service asked for a pause that is not over", retryAfter })
      }
      const answer = yield* Effect.mapError(ask, silence)
      const { access_token, expires_in } = record(answer.body)
      const token = text(access_token)
      const seconds = lifetimeOf(expires_in)
      if (token === undefined || seconds === undefined) {
        const refused = refusal(answer)
        pausedUntil = now + BigInt(refused.retryAfter ?? 0) * 1_000_000n
        return yield* refused
      }
      const lifetime = Duration.seconds(seconds)
      const fresh: Held = { token: Redacted.make(token), until: now + Duration.unsafeToNanos(lifetime) }
      held = fresh
      yield* FiberHandle.run(renewal, renew(lifetime))
      return fresh
    })

    const refresh = Effect.uninterruptibleMask((restore) => {
      if (flight !== undefined) return restore(Deferred.await(flight))
      const mine = Deferred.unsafeMake<Held, TokenFailed>(FiberId.none)
      flight = mine
      return fetch.pipe(
        Effect.interruptible,
        Effect.onExit((exit) => {
          flight = undefined
          return Deferred.done(mine, exit)
        }),
        Effect.forkIn(scope),
        Effect.zipRight(restore(Deferred.await(mine)))
      )
    })

    const renew = (lifetime: Duration.Duration): Effect.Effect<Held, TokenFailed> =>
      refresh.pipe(
        Effect.tapError((failed) =>
          Effect.annotateLogs(Effect.logWarning(`no fresh token yet: ${failed.message}`), "account", settings.account)
        ),
        Effect.retry(renewing),
        Effect.delay(untilRenewal(lifetime))
      )

    return {
      get: Effect.flatMap(Clock.currentTimeNanos, (now) =>
        held !== undefined && now < held.until ? Effect.succeed(held.token) : Effect.map(refresh, ({ token }) => token)
      ),
      drop: (token) =>
        Effect.sync(() => {
          if (held !== undefined && Equal.equals(held.token, token)) held = undefined
        })
    }
  })
