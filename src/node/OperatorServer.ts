import type * as HttpApp from "@effect/platform/HttpApp"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Setting from "../adapter/Setting.ts"
import * as HttpListener from "./HttpListener.ts"
import { holderOf } from "./OperatorServer/Holder.ts"

/** Where operators ask, and what they have to know. */
export interface Settings extends HttpListener.Place {
  /** undefined where whoever is on this machine may ask */
  readonly token: Redacted.Redacted | undefined
}

export const defaults = { host: "127.0.0.1", port: 8090 }

const prefix = "HOLDFAST_API"

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_API_HOST",
    description: "the address of this machine at which operators ask; beyond loopback a token has to be set",
    default: defaults.host
  },
  { name: "HOLDFAST_API_PORT", description: "the port there, or off", default: String(defaults.port) },
  {
    name: "HOLDFAST_API_TOKEN",
    description:
      "what operators have to bring to be told anything, at least 16 characters; nothing on loopback without it",
    secret: true
  }
]

const token = Setting.secret(/^\S{16,}$/, "a token is at least 16 characters, none of them a space")

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)

/** What the environment wants; undefined where it wants no server. */
export const config: Config.Config<Settings | undefined> = Config.all({
  host: Config.nonEmptyString("HOST").pipe(Config.withDefault(defaults.host)),
  port: Setting.portOrOff("PORT").pipe(Config.withDefault(defaults.port)),
  token: token("TOKEN").pipe(Config.withDefault(undefined))
}).pipe(
  Config.mapOrFail(({ host, port, token }) => {
    if (port === undefined) return Either.right(undefined)
    if (token !== undefined || isLoopback(host)) return Either.right({ host, port, token })
    const wrong = `it is not set, and others can reach ${host}: set at least 16 characters, or ${prefix}_HOST to 127.0.0.1`
    return Either.left(ConfigError.InvalidData(["TOKEN"], wrong))
  }),
  Config.nested("API"),
  Config.nested("HOLDFAST")
)

/** What those who ask are allowed: a page keeps a line open, and so does a program that watches. */
const limits: HttpListener.Limits = {
  lines: 512,
  headWithin: Duration.seconds(10),
  bodyWithin: Duration.seconds(20),
  keptFor: Duration.seconds(75),
  // longer than the longest answer takes to begin
  stillFor: Duration.minutes(2)
}

/** What is given to answers that are being written when the server stops. */
const closeWithin = Duration.millis(500)

/** How often a port that is taken is tried again. */
const again = Duration.seconds(30)

/**
 * Answers whoever reaches the port, for as long as the scope lasts. Where that cannot be had, it says so once, goes on, and takes it
 * as soon as it is free (F101).
 */
export const serve = (
  place: HttpListener.Place,
  app: HttpApp.Default<unknown>,
  patience: Partial<HttpListener.Limits> = {}
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const onRequest = yield* NodeHttpServer.makeHandler(app)
    const name = place.host.includes(":") ? `[${place.host}]` : place.host
    const open = Effect.acquireRelease(HttpListener.listen(place, { ...limits, ...patience }, onRequest), (server) =>
      HttpListener.stop(server, closeWithin)
    ).pipe(Effect.zipRight(Effect.logInfo(`operators reach this process at http://${name}:${place.port}`)))
    const refused = (code: string) =>
      Effect.gen(function* () {
        const holder = code === "EADDRINUSE" ? yield* holderOf(place) : undefined
        const why = HttpListener.reason(place, prefix, code, holder)
        yield* Effect.logWarning(`operators cannot reach this process by HTTP: ${why}; tried again every 30 seconds`)
        yield* Effect.forkScoped(Effect.eventually(Effect.delay(open, again)))
      })
    yield* Effect.catchAll(open, refused)
  })
