import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { PublicHttp } from "../adapter/PublicHttp.ts"
import { httpRequest, NoAnswer, type Served } from "../adapter/Simulator.ts"
import { MemoryWebSocket, networkError } from "./MemoryNetwork/MemoryWebSocket.ts"

/** Which host, by its name (and port, if it has one), is served by what. Any other name does not resolve. */
export type Hosts = Readonly<Record<string, Served>>

const nowhere: Served = {
  http: () => new NoAnswer({ code: "ENOTFOUND" }),
  upgrade: () => new NoAnswer({ code: "ENOTFOUND" })
}

const none = new Uint8Array()

/** A request as the far end gets it. Only a form takes time to be written down. */
const arriving = ({ body, headers, method }: HttpClientRequest.HttpClientRequest, url: URL) => {
  const typed = (type: string | null | undefined) =>
    type === null || type === undefined ? headers : { "content-type": type, ...headers }
  const whole = (bytes: Uint8Array, type?: string) =>
    Effect.succeed(httpRequest({ method, url, headers: typed(type), bytes }))
  switch (body._tag) {
    case "Empty":
      return whole(none)
    case "Uint8Array":
      return whole(body.body, body.contentType)
    case "Raw":
      return whole(typeof body.body === "string" ? new TextEncoder().encode(body.body) : none, body.contentType)
    case "FormData": {
      const form = new Response(body.formData)
      return Effect.map(
        Effect.promise(() => form.arrayBuffer()),
        (buffer) =>
          httpRequest({ method, url, headers: typed(form.headers.get("content-type")), bytes: new Uint8Array(buffer) })
      )
    }
    case "Stream":
      return Effect.dieMessage("the network in memory carries no request of unknown length")
  }
}

const httpClient = (hosts: Hosts): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    arriving(request, url).pipe(
      Effect.flatMap((arrived) => (hosts[url.host] ?? nowhere).http(arrived)),
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
        const headers = { host: url.host, upgrade: "websocket" }
        const request = httpRequest({ method: "GET", url, headers, bytes: none })
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
export const layer = (hosts: Hosts): Layer.Layer<HttpClient.HttpClient | PublicHttp | Socket.WebSocketConstructor> =>
  Layer.merge(
    Layer.provideMerge(PublicHttp.layerTrusting, Layer.succeed(HttpClient.HttpClient, httpClient(hosts))),
    Layer.scoped(Socket.WebSocketConstructor, webSocket(hosts))
  )
