import * as HttpApiClient from "@effect/platform/HttpApiClient"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { Api } from "./Api.ts"

/** What changes something says that it is JSON, even where it has no body: no form of a web page can. */
const telling = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  request.method === "GET" ? request : HttpClientRequest.setHeader(request, "content-type", "application/json")

/** A client of the contract, whose requests go through `client`. `base` names the server where the way to it does not. */
export const make = (client: HttpClient.HttpClient, base = "http://holdfast") =>
  HttpApiClient.makeWith(Api, { httpClient: HttpClient.mapRequest(client, telling), baseUrl: base })

/** What can be asked of a gateway, one function for each. */
export type Client = Effect.Effect.Success<ReturnType<typeof make>>

const requestOf = ({ body, headers, method }: HttpClientRequest.HttpClientRequest, url: URL): Request =>
  new Request(url, {
    method,
    headers,
    ...(body._tag === "Uint8Array" ? { body: body.body } : undefined)
  })

/** Requests to `app` itself, without a network between. */
export const direct = (app: HttpApp.Default<unknown>): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    app.pipe(
      Effect.catchAllCause((cause) => Effect.map(HttpServerError.causeResponse(cause), ([response]) => response)),
      Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromWeb(requestOf(request, url))),
      Effect.scoped,
      Effect.map((response) => HttpClientResponse.fromWeb(request, HttpServerResponse.toWeb(response)))
    )
  )
