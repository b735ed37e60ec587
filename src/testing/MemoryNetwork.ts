import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { type HttpRequest, NoAnswer, type Served } from "../adapter/Simulator.ts"
import { MemoryWebSocket, networkError } from "./MemoryNetwork/MemoryWebSocket.ts"

/** Which host, by its name (and port, if it has one), is served by what. Any other name does not resolve. */
export type Hosts = Readonly<Record<string, Served>>

const nowhere: Served = {
  http: () => new NoAnswer({ code: "ENOTFOUND" }),
  upgrade: () => new NoAnswer({ code: "ENOTFOUND" })
}

const utf8 = new TextDecoder()

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): string => {
  if (body._tag === "Uint8Array") return utf8.decode(body.body)
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : ""
}

const headersOf = ({ body, headers }: HttpClientRequest.HttpClientRequest): HttpRequest["headers"] =>
  "contentType" in body && body.contentType !== undefined ? { "content-type": body.contentType, ...headers } : headers

const httpClient = (hosts: Hosts): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    (hosts[url.host] ?? nowhere)
      .http({ method: request.method, url, headers: headersOf(request), body: bodyOf(request) })
      .pipe(
        Effect.map(({ body, headers, status }) =>
          HttpClientResponse.fromWeb(request, new Response(status === 204 ? null : body, { status, headers }))
        ),
        Effect.mapError(
          (failure) => new HttpClientError.RequestError({ request, reason: "Transport", cause: networkError(failure) })
        )
      )
  )

const webSocket = (hosts: Hosts) =>
  Effect.gen(function* () {
    const dialled = yield* Queue.unbounded<MemoryWebSocket>()
    yield* Queue.take(dialled).pipe(
      Effect.flatMap((socket) => {
        const url = new URL(socket.url.replace(/^ws/, "http"))
        const request = { method: "GET", url, headers: { host: url.host, upgrade: "websocket" }, body: "" }
        return Effect.forkScoped(socket.carry(hosts[url.host] ?? nowhere, request))
      }),
      Effect.forever,
      Effect.forkScoped
    )
    return (url: string) => {
      const socket = new MemoryWebSocket(url)
      dialled.unsafeOffer(socket)
      return socket
    }
  })

/**
 * A network in memory: REST and WebSockets that end at simulators, in order and without waiting, by whatever clock the
 * effect runs on. What is open is counted where it ends: in the `connections` of the simulator.
 */
export const layer = (hosts: Hosts): Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.merge(
    Layer.succeed(HttpClient.HttpClient, httpClient(hosts)),
    Layer.scoped(Socket.WebSocketConstructor, webSocket(hosts))
  )
