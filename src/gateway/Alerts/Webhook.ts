import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { unanswered } from "../../adapter/Exchange.ts"
import { HmacSha256 } from "../../adapter/HmacSha256.ts"
import { Alert } from "./Alert.ts"

/** Where alerts are posted to. The address is a secret too: many a service knows its users by nothing else. */
export interface Target {
  readonly url: Redacted.Redacted
  /** what the signature is made with; alerts are not signed without it */
  readonly secret: Redacted.Redacted | undefined
}

const within = Duration.seconds(10)

/** About ten minutes; what is older is told by what comes next. */
const retry = Schedule.exponential("1 second", 2).pipe(
  Schedule.union(Schedule.spaced("1 minute")),
  Schedule.intersect(Schedule.recurs(14))
)

interface Failed {
  readonly cause: string
  readonly passing: boolean
}

const passes = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** Posts an alert until it is taken, refused, or ten minutes have passed; fails with why it is not. */
export const post = (
  { secret, url }: Target,
  alert: Alert
): Effect.Effect<void, string, HttpClient.HttpClient | HmacSha256> =>
  Effect.gen(function* () {
    const hmac = yield* HmacSha256
    const client = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const body = yield* Schema.encode(Schema.parseJson(Alert))(alert).pipe(Effect.orDie)
    const once = Effect.gen(function* () {
      const seconds = String(Math.floor((yield* Clock.currentTimeMillis) / 1000))
      const signature =
        secret === undefined ? {} : { "x-holdfast-signature": `v1=${hmac(secret, `${seconds}.${body}`)}` }
      const request = HttpClientRequest.post(Redacted.value(url)).pipe(
        HttpClientRequest.setBody(HttpBody.text(body, "application/json")),
        HttpClientRequest.setHeaders({ "idempotency-key": alert.id, "x-holdfast-timestamp": seconds, ...signature })
      )
      const { status } = yield* client
        .execute(request)
        .pipe(Effect.mapError((error): Failed => ({ cause: unanswered(error).cause, passing: true })))
      if (status >= 300) yield* Effect.fail<Failed>({ cause: `it answered ${status}`, passing: passes(status) })
    }).pipe(
      Effect.timeoutFail({
        duration: within,
        onTimeout: (): Failed => ({ cause: `no answer within ${Duration.format(within)}`, passing: true })
      })
    )
    yield* Effect.retry(once, { schedule: retry, while: ({ passing }) => passing })
  }).pipe(Effect.catchAll(({ cause }: Failed) => Effect.fail(cause)))
