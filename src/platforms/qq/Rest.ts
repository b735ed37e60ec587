import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Verdict } from "../../adapter/AdapterError.ts"
import type { Fields } from "../../adapter/Fields.ts"
import * as Multipart from "../../adapter/Multipart.ts"
import type { Person } from "../../domain/Address.ts"
import type { QQSettings } from "./Config.ts"
import { type Answer, exchange } from "./Exchange.ts"
import { debugging } from "../../adapter/Debugging.ts"
import { authCode } from "./Protocol/AuthCodes.ts"
import { integer, isRecord, record, text } from "../../adapter/Fields.ts"
import type { Token, TokenFailed } from "./Token.ts"

/** The calls, as a person is told of one that came to nothing. */
const asking = {
  token: "asking for a token",
  gateway: "asking where the gateway is",
  me: "asking who the bot is",
  acknowledge: "acknowledging a button",
  send: "sending",
  upload: "bringing a file"
} as const

/** QQ fetches what is at an address before it answers, and bytes have to get there. */
const uploadWithin = Duration.minutes(1)

/** A call came to nothing. `sent` is false only where it certainly never reached the platform. */
export class RestFailed extends Data.TaggedError("RestFailed")<{
  readonly step: keyof typeof asking
  readonly cause: string
  readonly sent: boolean
  readonly status?: number | undefined
  readonly code?: number | undefined
  readonly traceId?: string | undefined
  /** milliseconds */
  readonly retryAfter?: number | undefined
  /** a person must act: the credentials, or what they may do, are refused */
  readonly verdict?: Verdict | undefined
}> {
  override get message(): string {
    const details = Object.entries({ status: this.status, code: this.code, trace: this.traceId })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${value}`)
    return `${asking[this.step]}: ${this.cause}${details.length === 0 ? "" : ` (${details.join(", ")})`}`
  }
}

/** Where the gateway is, and how many sessions may still be begun there. */
export interface Discovered {
  readonly url: string
  readonly shards: number
  /** undefined where the platform does not say */
  readonly starts:
    | {
        readonly total: number
        readonly remaining: number
        /** milliseconds */
        readonly resetAfter: number
        /** sessions that may be begun per 5 s */
        readonly concurrency: number
      }
    | undefined
}

/** The REST half of one account. Every call carries the token, ends within 20 s a try, and is tried twice only after a refused token. */
export interface Rest {
  readonly gateway: Effect.Effect<Discovered, RestFailed>
  readonly me: Effect.Effect<Person, RestFailed>
  /** Tells the platform that a button's press arrived; due within about 3 s of it. */
  readonly acknowledge: (interaction: string) => Effect.Effect<void, RestFailed>
  /**
   * Posts `body` to `path`, as JSON or as a form that brings `upload`, and gives back what the platform said, refusals
   * included; what brings a file may take a minute.
   */
  readonly post: (
    path: string,
    body: Fields,
    step?: "send" | "upload",
    upload?: Multipart.Upload
  ) => Effect.Effect<Answer, RestFailed>
  /** Puts a part of a file at an address that QQ gave for it, which is a secret of its own: the token is not told there. */
  readonly put: (url: string, bytes: Uint8Array) => Effect.Effect<Answer, RestFailed>
}

type Step = Exclude<RestFailed["step"], "token">

const withoutToken = ({ cause, code, retryAfter, status, traceId, verdict }: TokenFailed): RestFailed =>
  new RestFailed({ step: "token", sent: false, cause, code, retryAfter, status, traceId, verdict })

/** A token that was refused may be replaced; other refusals of the credentials may not. */
const wantsFreshToken = ({ code, status }: Answer): boolean => {
  const row = authCode(code)
  return row === undefined ? status === 401 : row.action === "refresh"
}

const taken = ({ code, status }: Answer): boolean => code === undefined && status >= 200 && status < 300

const refusal = (step: Step, { code, status, traceId }: Answer, cause?: string): RestFailed => {
  const row = authCode(code)
  return new RestFailed({
    step,
    sent: true,
    cause: cause ?? (row === undefined ? "the platform refused" : `the platform refused: ${row.meaning}`),
    status,
    code,
    traceId,
    verdict: row?.action === "fatal" ? row.verdict : undefined
  })
}

const startsOf = (limit: unknown): Discovered["starts"] => {
  if (!isRecord(limit)) return undefined
  const [total, remaining, resetAfter] = [limit["total"], limit["remaining"], limit["reset_after"]].map(integer)
  if (total === undefined || remaining === undefined) return undefined
  return { total, remaining, resetAfter: resetAfter ?? 0, concurrency: integer(limit["max_concurrency"]) ?? 1 }
}

/** The calls of `settings`' account, authorized by `token`. */
export const make = (settings: QQSettings, token: Token): Effect.Effect<Rest, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const once = (
      step: Step,
      request: HttpClientRequest.HttpClientRequest,
      used: Redacted.Redacted,
      within?: Duration.Duration
    ) =>
      exchange(
        client,
        HttpClientRequest.setHeader(request, "authorization", `QQBot ${Redacted.value(used)}`),
        within
      ).pipe(
        Effect.mapError(({ cause, sent }) => new RestFailed({ step, cause, sent })),
        Effect.tap(({ code, status, traceId: trace }) =>
          debugging(`${step} answered`, () => ({ account: settings.account, status, code, trace }))
        )
      )

    const used = Effect.mapError(token.get, withoutToken)

    const call = (
      step: Step,
      request: HttpClientRequest.HttpClientRequest,
      within?: Duration.Duration
    ): Effect.Effect<Answer, RestFailed> =>
      Effect.flatMap(used, (first) =>
        Effect.flatMap(once(step, request, first, within), (answer) =>
          wantsFreshToken(answer)
            ? Effect.zipRight(
                token.drop(first),
                Effect.flatMap(used, (second) => once(step, request, second, within))
              )
            : Effect.succeed(answer)
        )
      )

    const asked = (step: Step, request: HttpClientRequest.HttpClientRequest): Effect.Effect<Answer, RestFailed> =>
      Effect.filterOrFail(call(step, request), taken, (answer) => refusal(step, answer))

    const at = (path: string): string => `${settings.apiBaseUrl}${path}`

    return {
      gateway: asked("gateway", HttpClientRequest.get(at("/gateway/bot"))).pipe(
        Effect.flatMap((answer) => {
          const { session_start_limit, shards, url } = record(answer.body)
          const address = text(url)
          return address === undefined
            ? Effect.fail(refusal("gateway", answer, "the answer names no gateway"))
            : Effect.succeed({ url: address, shards: integer(shards) ?? 1, starts: startsOf(session_start_limit) })
        })
      ),
      me: asked("me", HttpClientRequest.get(at("/users/@me"))).pipe(
        Effect.flatMap((answer) => {
          const { id, username } = record(answer.body)
          const [self, name] = [text(id), text(username)]
          return self === undefined
            ? Effect.fail(refusal("me", answer, "the answer names no bot"))
            : Effect.succeed({ id: self, bot: true, ...(name === undefined ? undefined : { name }) })
        })
      ),
      acknowledge: (interaction) =>
        asked(
          "acknowledge",
          HttpClientRequest.put(at(`/interactions/${encodeURIComponent(interaction)}`)).pipe(
            HttpClientRequest.bodyUnsafeJson({ code: 0 })
          )
        ).pipe(Effect.asVoid),
      put: (url, bytes) =>
        exchange(client, HttpClientRequest.put(url).pipe(HttpClientRequest.bodyUint8Array(bytes)), uploadWithin).pipe(
          Effect.mapError(({ cause, sent }) => new RestFailed({ step: "upload", cause, sent }))
        ),
      post: (path, body, step = "send", upload) => {
        const request = HttpClientRequest.post(at(path))
        if (upload === undefined) {
          const within = step === "upload" ? uploadWithin : undefined
          return call(step, HttpClientRequest.bodyUnsafeJson(request, body), within)
        }
        return Effect.flatMap(Multipart.bodied(request, body, upload), (form) => call(step, form, uploadWithin))
      }
    }
  })
