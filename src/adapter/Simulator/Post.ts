import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import { unanswered } from "../Exchange.ts"
import { NoAnswer, type Post } from "../Simulator.ts"
import type { Routes } from "../Webhooks/Routes.ts"

/** Posts in memory, to whoever serves the path, whatever the host. */
export const into =
  (routes: Routes): Post =>
  ({ bytes, headers, method, url }) =>
    Effect.map(
      routes.answer({ method, path: url.pathname, headers, body: bytes }),
      ({ body = "", headers, status }) => ({
        status,
        headers: headers ?? {},
        body
      })
    )

/** Makes requests over the network. */
export const through =
  (client: HttpClient.HttpClient): Post =>
  ({ bytes, headers, method, url }) => {
    const head = HttpClientRequest.setHeaders(
      method === "GET" ? HttpClientRequest.get(url) : HttpClientRequest.post(url),
      headers
    )
    return client
      .execute(method === "GET" ? head : HttpClientRequest.bodyUint8Array(head, bytes, headers["content-type"]))
      .pipe(
        Effect.flatMap((response) =>
          Effect.map(response.arrayBuffer, (body) => ({
            status: response.status,
            headers: response.headers,
            body: new Uint8Array(body)
          }))
        ),
        Effect.mapError((error) => new NoAnswer({ code: unanswered(error).sent ? "ECONNRESET" : "ECONNREFUSED" }))
      )
  }
