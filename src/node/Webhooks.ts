import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import type * as Http from "node:http"
import * as Setting from "../adapter/Setting.ts"
import { NotServed, Webhooks } from "../adapter/Webhooks.ts"
import * as Routes from "../adapter/Webhooks/Routes.ts"
import * as HttpListener from "./HttpListener.ts"
import { attend } from "./Webhooks/Exchange.ts"

/** Where the server listens, and how long it lets a request take to arrive. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** until the last byte of a request's head */
  readonly headWithin: Duration.Duration
  /** until the last byte of its body */
  readonly bodyWithin: Duration.Duration
}

/** Loopback: whoever has a certificate for the public name, such as a reverse proxy, is on this machine too. */
export const defaults: Settings = {
  host: "127.0.0.1",
  port: 8080,
  headWithin: Duration.seconds(10),
  bodyWithin: Duration.seconds(20)
}

/** Every variable that `layer` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_HTTP_HOST",
    description: "the address of this machine at which platforms post to us; 0.0.0.0 is all of them",
    default: defaults.host
  },
  { name: "HOLDFAST_HTTP_PORT", description: "the port there", default: String(defaults.port) }
]

/** More lines than these are closed as they come. */
const mostLines = 1000

/** Longer than reverse proxies keep an idle line, so that no request is sent on one that is about to be closed. */
const idleFor = Duration.seconds(75)

/** What is given to answers that are being written when the server stops. */
const closeWithin = Duration.seconds(1)

/** Who may have the port: two settings may name the same. */
const holder = "another process, or for operators of this one (HOLDFAST_API_PORT)"

/** A server that listens, or why it does not. */
const listen = (settings: Settings, onRequest: Http.RequestListener): Effect.Effect<Http.Server, NotServed> =>
  Effect.mapError(
    HttpListener.listen(settings, { ...settings, lines: mostLines, keptFor: idleFor }, onRequest),
    (code) => new NotServed({ cause: HttpListener.reason(settings, "HOLDFAST_HTTP", code, holder) })
  )

const make = (settings: Settings): Effect.Effect<Routes.Routes, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const run = Runtime.runFork(yield* Effect.runtime())
    const routes = yield* Routes.make
    const starting = yield* Effect.makeSemaphore(1)
    let server: Http.Server | undefined

    const onRequest: Http.RequestListener = (incoming, outgoing) => {
      const answering = Effect.onError(attend(routes, incoming, outgoing), () => Effect.sync(() => outgoing.destroy()))
      const fiber = run(answering, { scope })
      // a line that breaks while it is answered is closed, and what it brought comes again
      outgoing.on("error", () => {})
      // nobody waits for the answer any more
      outgoing.once("close", () => fiber.unsafeInterruptAsFork(FiberId.none))
    }

    const start = Effect.gen(function* () {
      if (server !== undefined) return
      server = yield* listen(settings, onRequest)
      yield* Effect.logInfo(`platforms can post to us at port ${settings.port} of ${settings.host}`)
    }).pipe(Effect.uninterruptible, starting.withPermits(1))

    yield* Effect.addFinalizer(() => (server === undefined ? Effect.void : HttpListener.stop(server, closeWithin)))
    return { ...routes, serve: (path, handle) => Effect.zipRight(start, routes.serve(path, handle)) }
  })

/** One server at a given place; it begins to listen when the first path is served. */
export const layerAt = (settings: Partial<Settings>): Layer.Layer<Webhooks> =>
  Layer.scoped(Webhooks, make({ ...defaults, ...settings }))

/** Where the environment wants it. */
export const config: Config.Config<Pick<Settings, "host" | "port">> = Config.all({
  host: Config.nonEmptyString("HOST").pipe(Config.withDefault(defaults.host)),
  port: Setting.port("PORT").pipe(Config.withDefault(defaults.port))
}).pipe(Config.nested("HTTP"), Config.nested("HOLDFAST"))

/** One server at `HOLDFAST_HTTP_HOST` and `HOLDFAST_HTTP_PORT`; nothing listens there before the first path is served. */
export const layer: Layer.Layer<Webhooks, ConfigError.ConfigError> = Layer.unwrapEffect(Effect.map(config, layerAt))
