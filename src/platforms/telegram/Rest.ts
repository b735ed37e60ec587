import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { debugging } from "../../adapter/Debugging.ts"
import * as Exchange from "../../adapter/Exchange.ts"
import * as Multipart from "../../adapter/Multipart.ts"
import { type Fields, integer, record, text } from "../../adapter/Fields.ts"
import type { TelegramSettings } from "./Config.ts"
import * as Protocol from "./Protocol.ts"
import { authCode } from "./Protocol/AuthCodes.ts"

/** A call came to nothing. `sent` is false only where it certainly never reached the platform. Never holds the token. */
export class RestFailed extends Data.TaggedError("RestFailed")<{
  readonly method: string
  readonly cause: string
  readonly sent: boolean
  /** its deadline passed */
  readonly late?: boolean | undefined
  readonly status?: number | undefined
  /** what answered is not the Bot API but something on the way to it, which can say nothing about the bot */
  readonly foreign?: boolean | undefined
  /** the platform's own words, for people */
  readonly description?: string | undefined
  /** milliseconds */
  readonly retryAfter?: number | undefined
  /** the id of the chat that the one asked for has become */
  readonly migrateTo?: string | undefined
}> {
  /** What happened, for where the status is told besides. */
  get summary(): string {
    return `${this.method}: ${this.description ?? this.cause}`
  }

  override get message(): string {
    return this.status === undefined ? this.summary : `${this.summary} (${this.status})`
  }
}

export interface CallOptions {
  /** from the first byte out to the last byte in; 20 s by default */
  readonly within?: Duration.Duration | undefined
  readonly upload?: Multipart.Upload | undefined
}

/** The calls of one bot. Its token is part of every address, so no address is ever told. */
export interface Rest {
  /** The `result` of a method: parameters go as JSON, or as multipart/form-data where a file goes along. */
  readonly call: (method: string, params?: Fields, options?: CallOptions) => Effect.Effect<unknown, RestFailed>
  /** Where a file is fetched; holds the token. */
  readonly fileUrl: (filePath: string) => Redacted.Redacted
}

/** As much of a description as is told. */
const longestWords = 300

/** Milliseconds that the platform asks to be left alone, by the body or, from something in between, by the header. */
const retryAfterOf = ({ body, headers }: Exchange.Answer): number | undefined => {
  const seconds = integer(record(record(body)["parameters"])["retry_after"]) ?? Number(headers["retry-after"])
  return seconds >= 0 ? seconds * 1000 : undefined
}

export const make = (settings: TelegramSettings): Effect.Effect<Rest, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const { account, apiBaseUrl } = settings
    const token = Redacted.value(settings.token)

    const words = (description: unknown) => text(description)?.replaceAll(token, "<token>").slice(0, longestWords)

    const refusal = (method: string, answer: Exchange.Answer): RestFailed => {
      const { status } = answer
      const { description, ok, parameters } = record(answer.body)
      const foreign = ok !== false
      const migrateTo = integer(record(parameters)["migrate_to_chat_id"])
      return new RestFailed({
        method,
        sent: true,
        cause: foreign ? "the answer is none of the Bot API" : "the platform refused",
        status,
        foreign,
        description: words(description),
        retryAfter: authCode(status)?.action === "wait" ? retryAfterOf(answer) : undefined,
        migrateTo: migrateTo === undefined ? undefined : String(migrateTo)
      })
    }

    const bodied = (
      request: HttpClientRequest.HttpClientRequest,
      params: Fields,
      upload: Multipart.Upload | undefined
    ) =>
      upload === undefined
        ? Effect.succeed(HttpClientRequest.bodyUnsafeJson(request, params))
        : Multipart.bodied(request, params, upload)

    return {
      call: (method, params = {}, { upload, within } = {}) =>
        Effect.gen(function* () {
          const request = yield* bodied(HttpClientRequest.post(`${apiBaseUrl}/bot${token}/${method}`), params, upload)
          const answer = yield* Exchange.exchange(client, request, within).pipe(
            Effect.mapError(({ cause, late, sent }) => new RestFailed({ method, cause, sent, late }))
          )
          yield* debugging(`${method} answered`, () => ({ account, status: answer.status }))
          const { ok, result } = record(answer.body)
          return ok === true && answer.status < 300 ? result : yield* refusal(method, answer)
        }),
      fileUrl: (filePath) => Redacted.make(`${apiBaseUrl}/file/bot${token}/${filePath}`)
    }
  })

/** What a method without parameters answers; an answer that does not say what was asked is a failure. */
const asked =
  <A>(method: string, read: (result: unknown) => A | undefined) =>
  (rest: Rest): Effect.Effect<A, RestFailed> =>
    Effect.flatMap(rest.call(method), (result) => {
      const answer = read(result)
      return answer === undefined
        ? new RestFailed({ method, cause: "the answer does not say what was asked", sent: true, status: 200 })
        : Effect.succeed(answer)
    })

/** Who the bot is. */
export const me = asked("getMe", Protocol.me)

/** How its updates leave Telegram. Asking disturbs nobody. */
export const webhookInfo = asked("getWebhookInfo", Protocol.webhookInfo)
