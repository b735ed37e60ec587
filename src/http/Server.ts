import type * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Api } from "./Api.ts"
import { StoreUnavailable, UnknownLetter } from "./Api/Failure.ts"
import { Control } from "./Control.ts"
import * as Live from "./Live.ts"
import { access } from "./Server/Access.ts"
import { accounts, configuration } from "./Server/Accounts.ts"
import { simulated } from "./Server/Simulated.ts"
import { timeline } from "./Server/Timeline.ts"

const unavailable = Effect.mapError(StoreUnavailable.of)

const processes = HttpApiBuilder.group(Api, "process", (handlers) =>
  Effect.map(Control, ({ process }) => handlers.handle("show", () => Effect.succeed(process)))
)

const answering = HttpApiBuilder.group(Api, "handlers", (handlers) =>
  Effect.map(Control, (control) => handlers.handle("list", () => control.handlers))
)

const queues = HttpApiBuilder.group(Api, "queues", (handlers) =>
  Effect.map(Control, ({ depths }) => handlers.handle("depths", () => unavailable(depths)))
)

const dead = HttpApiBuilder.group(Api, "dead", (handlers) =>
  Effect.map(Control, ({ dead }) =>
    handlers
      .handle("list", ({ urlParams }) => unavailable(dead.list(urlParams)))
      .handle("show", ({ urlParams: name }) =>
        Effect.flatMap(unavailable(dead.show(name)), (letter) =>
          letter === undefined ? UnknownLetter.of(name) : Effect.succeed(letter)
        )
      )
      .handle("retry", ({ payload }) => unavailable(dead.retry(payload)))
      .handle("drop", ({ payload }) => unavailable(dead.drop(payload)))
  )
)

const messages = HttpApiBuilder.group(Api, "messages", (handlers) =>
  Effect.map(Control, ({ fate, send }) =>
    handlers
      .handle("send", ({ payload }) => Effect.map(send(payload), (id) => ({ id })))
      .handle("show", ({ urlParams: { id } }) => unavailable(fate(id)))
  )
)

/** The bytes of a body that are read; a selection of the most letters, with the longest names, has fewer. */
export const largestBody = 1024 * 1024

const turnedAway = (status: 411 | 413, message: string) =>
  HttpServerResponse.unsafeJson({ _tag: "BadBody", message }, { status, headers: { connection: "close" } })

/** A body that is too long, or does not say how long it is, is not read. */
const bounded = HttpMiddleware.make((app) =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) => {
    if (headers["transfer-encoding"] !== undefined)
      return Effect.succeed(turnedAway(411, "say with content-length how long the body is"))
    return Number(headers["content-length"] ?? 0) > largestBody
      ? Effect.succeed(turnedAway(413, `a body has ${largestBody} bytes at most`))
      : app
  })
)

const handlers: Layer.Layer<HttpApi.Api, never, Control> = HttpApiBuilder.api(Api).pipe(
  Layer.provide([processes, accounts, configuration, timeline, answering, queues, dead, messages, access, simulated])
)

/** What answers requests as `Api` says, to be served anywhere. */
export const app: Effect.Effect<HttpApp.Default<unknown>, never, Control | Scope.Scope> = Effect.gen(function* () {
  const services = yield* Layer.build(
    Layer.mergeAll(handlers, HttpServer.layerContext).pipe(
      Layer.provideMerge(HttpApiBuilder.Router.Live),
      Layer.provideMerge(HttpApiBuilder.Middleware.layer)
    )
  )
  const api = Effect.provide(bounded(yield* Effect.provide(HttpApiBuilder.httpApp, services)), services)
  const live = yield* Effect.flatMap(Control, ({ sources }) => Live.app(sources))
  return Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }): HttpApp.Default<unknown> =>
    url.split("?", 1)[0] === Live.path ? live : api
  )
})
