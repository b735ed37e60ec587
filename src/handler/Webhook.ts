import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { unanswered } from "../adapter/Exchange.ts"
import { HmacSha256 } from "../adapter/HmacSha256.ts"
import { PublicHttp, refusal } from "../adapter/PublicHttp.ts"
import type { Event } from "../domain/Event.ts"
import * as Circuit from "./Circuit.ts"
import { type Handler, HandlerFailed, nondeterministic, type Reply } from "./Handler.ts"
import * as Answer from "./Webhook/Answer.ts"
import { period, Refusals } from "./Webhook/Refusals.ts"
import * as Request from "./Webhook/Request.ts"
import { retryAfter, verdict } from "./Webhook/Verdict.ts"

/** Where events are posted to, and how patiently an answer is waited for. */
export interface WebhookOptions extends Request.Endpoint {
  /** what it is called in logs and status */
  readonly name?: string
  /** how long the answer may take to begin, and may pause once it has begun */
  readonly timeout?: Duration.Duration
  /** bytes of one answer that are taken */
  readonly largest?: number
}

/** Leave to ask about an event. */
interface Pass extends Circuit.Pass {
  readonly event: string
}

export const defaults = { name: "webhook", timeout: Duration.minutes(1), largest: 8_000_000 } as const

/**
 * Posts each event to an endpoint as `Wire.Told` says, signed, and says what it answers: one reply, several, a stream of
 * pieces and replies, or nothing. While the endpoint is away events wait; a stream that breaks off ends there.
 */
export const make = (options: WebhookOptions): Effect.Effect<Handler, never, PublicHttp | HmacSha256> =>
  Effect.gen(function* () {
    const { largest, name, timeout } = { ...defaults, ...options }
    // a span would tell the address, which may have a token in it, and a header would tell the endpoint of the span
    const client = HttpClient.withScope(HttpClient.withTracerDisabledWhen(yield* PublicHttp, () => true))
    const hmac = yield* HmacSha256
    const circuit = yield* Circuit.make(name)

    const refusals = new Refusals()
    const lasting = `for at least ${Duration.format(period)}, in which others were answered`

    /** The endpoint is away: the event waits, at no attempt's cost unless it is always that one which finds it so. */
    const away = (pass: Pass, cause: string, notBefore?: number) =>
      Effect.gen(function* () {
        const until = yield* pass.failed(cause, { notBefore })
        const now = yield* Clock.currentTimeMillis
        return yield* refusals.counts(pass.event, now)
          ? new HandlerFailed({ cause: `${cause}, ${lasting}`, retryable: true, retryAfter: until - now })
          : new HandlerFailed({ cause, retryable: true, until })
      })

    /** It may be because of the event. */
    const failed = (pass: Pass, cause: string, retryable: boolean) =>
      Effect.zipRight(pass.failed(cause, { over: pass.event }), new HandlerFailed({ cause, retryable }))

    const unreached = (pass: Pass, error: HttpClientError.HttpClientError) => {
      const refused = refusal(error)
      if (refused !== undefined) return failed(pass, refused.message, false)
      const { cause, sent } = unanswered(error)
      return sent ? failed(pass, cause, true) : away(pass, cause)
    }

    const judged = (pass: Pass, { headers, status }: HttpClientResponse.HttpClientResponse) => {
      const found = verdict(status)
      if (found === undefined) return pass.answered
      const cause = `the endpoint answered ${status}${found.remedy === undefined ? "" : `: ${found.remedy}`}`
      if (found.works) return Effect.zipRight(pass.well, new HandlerFailed({ cause, retryable: found.retryable }))
      if (found.waits === undefined) return failed(pass, cause, found.retryable)
      return Effect.flatMap(Clock.currentTimeMillis, (now) =>
        away(pass, cause, retryAfter(headers["retry-after"], now))
      )
    }

    const answered = (pass: Pass, response: HttpClientResponse.HttpClientResponse) =>
      Answer.replies(response, { silence: timeout, largest }).pipe(
        Stream.catchAll(({ cause, retryable }) => Stream.fromEffect(failed(pass, cause, retryable))),
        Stream.onDone(() => pass.well)
      )

    const ask = (event: Event, attempt = 1): Stream.Stream<Reply, HandlerFailed> =>
      Effect.gen(function* () {
        const entered = yield* Effect.acquireRelease(circuit.enter, ({ left }) => left)
        const key = Request.keyOf(event)
        const well = Effect.zipRight(
          Effect.sync(() => refusals.answered(key)),
          entered.well
        )
        const pass: Pass = { ...entered, event: key, well }
        const request = yield* Effect.provideService(Request.make(options, event, attempt), HmacSha256, hmac)
        const response = yield* client.execute(request).pipe(
          Effect.catchAll((error) => unreached(pass, error)),
          Effect.timeoutOption(timeout),
          Effect.flatten,
          Effect.catchTag("NoSuchElementException", () =>
            failed(pass, `no answer began within ${Duration.format(timeout)}`, true)
          )
        )
        yield* judged(pass, response)
        return answered(pass, response)
      }).pipe(Stream.unwrapScoped)

    return Object.assign(nondeterministic(ask), { health: Effect.map(circuit.health, (one) => [one]) })
  })
