import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Cause, Chunk, Effect, Exit, Layer, Option, Redacted, Stream } from "effect"
import { PublicHttp } from "../../../src/adapter/PublicHttp.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { Event } from "../../../src/domain/Event.ts"
import type { Handler, HandlerFailed, Reply } from "../../../src/handler/Handler.ts"
import * as Webhook from "../../../src/handler/Webhook.ts"
import * as HmacSha256 from "../../../src/node/HmacSha256.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"

export const account = accountId("qq", "main")
export const asked = (id: string): Event => FakeAdapter.said(account, "ann", id, `this is ${id}`)

export type Posted = HttpClientRequest.HttpClientRequest

/** What an endpoint does with a request; a code of Node's is how it is not reached. */
export type Does = (request: Posted) => Response | string | Effect.Effect<never>

export const json = (value: unknown, init?: ResponseInit): Response =>
  new Response(JSON.stringify(value), { headers: { "content-type": "application/json" }, ...init })

export const text = (body: ReadableStream | string, type: string, init?: ResponseInit): Response =>
  new Response(body, { ...init, headers: { "content-type": type, ...init?.headers } })

const failed = (request: Posted, cause: unknown) =>
  Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause }))

/** An endpoint in memory that does this, all that it was sent, and a handler that posts to it. */
export const endpoint = (does: Does, options: Partial<Webhook.WebhookOptions> = {}) => {
  const posted: Array<Posted> = []
  const client = HttpClient.make((request) =>
    Effect.suspend(() => {
      posted.push(request)
      const answer = does(request)
      if (typeof answer === "string") return failed(request, { code: answer, syscall: "connect" })
      return answer instanceof Response ? Effect.succeed(HttpClientResponse.fromWeb(request, answer)) : answer
    })
  )
  const url = Redacted.make("https://bot.example/hook?key=in-the-address")
  const handler = Webhook.make({ url, secret: Redacted.make("the secret"), ...options }).pipe(
    Effect.provide(Layer.mergeAll(Layer.succeed(PublicHttp, client), HmacSha256.layer))
  )
  return { posted, handler }
}

/** What a handler says of an event, and how it failed if it did. */
export const answer = (
  handler: Handler,
  id = "e1"
): Effect.Effect<{ readonly said: ReadonlyArray<Reply>; readonly failure: HandlerFailed | undefined }> => {
  const said: Array<Reply> = []
  return Stream.runForEachChunk(handler(asked(id)), (chunk) =>
    Effect.sync(() => said.push(...Chunk.toArray(chunk)))
  ).pipe(
    Effect.exit,
    Effect.map((exit) => ({
      said,
      failure: Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
    }))
  )
}
