import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import { unanswered } from "../Exchange.ts"
import { type HttpAnswer, type HttpRequest, NoAnswer } from "../Simulator.ts"
import type { Routes } from "../Webhooks/Routes.ts"

/** How a simulator reaches those who asked to be posted to. */
export type Post = (request: HttpRequest) => Effect.Effect<HttpAnswer, NoAnswer>

const utf8 = new TextEncoder()

/** Posts in memory, to whoever serves the path, whatever the host. */
export const into =
  (routes: Routes): Post =>
  ({ body, headers, method, url }) =>
    Effect.map(routes.answer({ method, path: url.pathname, headers, body: utf8.encode(body) }), (answer) => ({
      status: answer.status,
      headers: answer.headers ?? {},
      body: answer.body ?? ""
    }))

/** Posts over the network. */
export const through =
  (client: HttpClient.HttpClient): Post =>
  ({ body, headers, url }) =>
    client
      .execute(
        HttpClientRequest.post(url).pipe(
          HttpClientRequest.setHeaders(headers),
          HttpClientRequest.bodyText(body, headers["content-type"] ?? "application/json")
        )
      )
      .pipe(
        Effect.flatMap((response) =>
          Effect.map(response.text, (text) => ({ status: response.status, headers: response.headers, body: text }))
        ),
        Effect.mapError((error) => new NoAnswer({ code: unanswered(error).sent ? "ECONNRESET" : "ECONNREFUSED" }))
      )
