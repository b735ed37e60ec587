import * as AiError from "@effect/ai/AiError"
import * as LanguageModel from "@effect/ai/LanguageModel"
import type * as Response from "@effect/ai/Response"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Answer } from "./ChatCompletions/Answer.ts"
import * as Events from "./ChatCompletions/Events.ts"
import * as Request from "./ChatCompletions/Request.ts"

export interface Options {
  /** what stands before `/chat/completions`, such as `https://api.openai.com/v1` */
  readonly url: string
  /** none for a server that asks for none */
  readonly key?: Redacted.Redacted | undefined
  readonly model: string
  /** the longest answer, where the server knows `max_tokens` */
  readonly answerTokens?: number | undefined
}

/** What the last event of an answer holds. */
const done = "[DONE]"

const place = { module: "ChatCompletions", method: "streamText" } as const

/** Where answers are asked for at such an address; what it asks with stays at its end, such as `?api-version=…`. */
export const endpoint = (url: string): string => url.replace(/\/*(\?|$)/, "/chat/completions$1")

/** No more of the body of a refusal is read than this; UTF-16 units. */
const enough = 10_000

const words = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<string> => {
  let read = 0
  return response.stream.pipe(
    Stream.decodeText(),
    Stream.takeUntil((text) => (read += text.length) > enough),
    Stream.mkString,
    Effect.orElseSucceed(() => "")
  )
}

/** What is told of a request has neither its headers, one of which is a key, nor what it held. */
const failed = (reason: "StatusCode" | "Decode", url: string, status: number, retryAfter = "", body = "") =>
  new AiError.HttpResponseError(
    {
      ...place,
      reason,
      request: { method: "POST", url, urlParams: [], hash: Option.none(), headers: {} },
      response: { status, headers: { "retry-after": retryAfter } },
      body
    },
    { disableValidation: true }
  )

const broken = (url: string) => (error: HttpClientError.HttpClientError) =>
  error._tag === "RequestError"
    ? AiError.HttpRequestError.fromRequestError({ ...place, error })
    : failed("Decode", url, error.response.status)

const malformed = (description: string) => new AiError.MalformedOutput({ ...place, description })
const endless = () => malformed("a line of its answer has no end")

/** A server that does not stream says all at once, in one chunk of an answer. */
const atOnce = <E>(body: Stream.Stream<Uint8Array, E>): Stream.Stream<string, E | AiError.MalformedOutput> =>
  Stream.suspend(() => {
    let read = 0
    const text = Stream.decodeText(body).pipe(
      Stream.tap((text) => ((read += text.length) > Events.longest ? endless() : Effect.void)),
      Stream.mkString
    )
    return Stream.concat(Stream.fromEffect(text), Stream.make(done))
  })

/** What an answer holds, by its media type; one that says none is a stream of events. */
const held = (response: HttpClientResponse.HttpClientResponse, url: string): Stream.Stream<string, AiError.AiError> => {
  const [type = ""] = (response.headers["content-type"] ?? "").split(";")
  const body = Stream.mapError(response.stream, broken(url))
  if (type === "text/html") return Stream.fail(malformed("it answered with a page: is its address right?"))
  return type === "application/json" ? atOnce(body) : Events.data(endless)(body)
}

/** What the server says, event by event. */
const data = (client: HttpClient.HttpClient, url: string, request: HttpClientRequest.HttpClientRequest) =>
  client.execute(request).pipe(
    Effect.mapError(broken(url)),
    Effect.filterOrElse(
      ({ status }) => status >= 200 && status < 300,
      (response) =>
        Effect.flatMap(words(response), (body) =>
          Effect.fail(failed("StatusCode", url, response.status, response.headers["retry-after"], body))
        )
    ),
    Effect.map((response) => held(response, url)),
    Stream.unwrapScoped
  )

/** The answer to one request in parts, up to where the server says that it is done. */
const parts = <E>(all: Stream.Stream<string, E>): Stream.Stream<Response.StreamPartEncoded, E | AiError.AiError> =>
  Stream.suspend(() => {
    const answer = new Answer()
    return all.pipe(
      Stream.takeUntil((text) => text === done),
      Stream.mapConcatEffect((text) => answer.hear(text))
    )
  })

/** A whole answer, of its parts. */
const whole = (all: ReadonlyArray<Response.StreamPartEncoded>): Array<Response.PartEncoded> => {
  const text = all.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")
  const rest = all.flatMap((part) => (part.type === "tool-call" || part.type === "finish" ? [part] : []))
  return [...(text === "" ? [] : [{ type: "text" as const, text }]), ...rest]
}

/**
 * A model behind any server that speaks OpenAI's chat completions, which nearly all do, where `@effect/ai-openai` speaks the
 * responses that only its own has. Nothing is tried again.
 */
export const layer = (options: Options): Layer.Layer<LanguageModel.LanguageModel, never, HttpClient.HttpClient> =>
  Layer.effect(
    LanguageModel.LanguageModel,
    Effect.gen(function* () {
      // a span would tell the server of itself
      const client = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
      const url = endpoint(options.url)
      const streamText = (asked: LanguageModel.ProviderOptions) =>
        Stream.suspend(() => {
          const request = HttpClientRequest.post(url).pipe(
            HttpClientRequest.bodyUnsafeJson(Request.body(asked, options)),
            options.key === undefined ? identity : HttpClientRequest.bearerToken(options.key)
          )
          return parts(data(client, url, request))
        })
      return yield* LanguageModel.make({
        streamText,
        generateText: (asked) => Effect.map(Stream.runCollect(streamText(asked)), (all) => whole([...all]))
      })
    })
  )
