import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { LookupFunction } from "node:net"
import { Agent, buildConnector } from "undici"
import { whole } from "../adapter/Exchange.ts"
import * as Wholly from "./HttpClient/Wholly.ts"
import * as Proxies from "./Proxies.ts"
import * as Tunnel from "./Tunnel.ts"

/** Who has a say in where lines lead. */
export interface Guard {
  /** why there is to be no line to an address that stands in a URL itself, if there is to be none */
  readonly refuses: (address: string) => Error | undefined
  /** what names are resolved by */
  readonly lookup: LookupFunction
}

/** No request has left before a line stands, TLS included; of a line that is reset in between Node does not say so. */
const whileConnecting =
  (callback: buildConnector.Callback): buildConnector.Callback =>
  (...result) => {
    const [error] = result
    if (error !== null) Object.assign(error, { syscall: "connect" })
    callback(...result)
  }

const connector = (proxies: Proxies.Proxies, guard: Guard | undefined): buildConnector.connector => {
  const lookup = guard && { lookup: guard.lookup }
  const secure = buildConnector({ timeout: Tunnel.connectWithin, ...lookup })
  const connect: buildConnector.connector = (options, callback) => secure(options, whileConnecting(callback))
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "")
    const refused = guard?.refuses(host)
    if (refused !== undefined) return callback(refused, null)
    const proxy = proxies(new URL(`${options.protocol}//${options.host ?? options.hostname}`))
    if (proxy === undefined) return connect(options, callback)
    const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80)
    Tunnel.open(proxy, { host, port }, (opened) => {
      if (Either.isLeft(opened)) callback(opened.left, null)
      else if (options.protocol === "https:") connect({ ...options, httpSocket: opened.right }, callback)
      else callback(null, opened.right)
    })
  }
}

/** A client on undici that obeys the proxy variables, and a guard if there is one; its connections end with the scope. */
export const make = (guard?: Guard): Effect.Effect<HttpClient.HttpClient, ConfigError.ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const proxies = yield* Proxies.config
    const dispatcher = yield* Effect.acquireRelease(
      Effect.sync(() => new Agent({ connect: connector(proxies, guard) })),
      (agent) => Effect.promise(() => agent.destroy())
    )
    return whole(NodeHttpClient.makeUndici(dispatcher), Wholly.by(dispatcher))
  })

/** An `HttpClient` on undici that obeys the proxy variables; its connections end with the layer. */
export const layer: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.scoped(
  HttpClient.HttpClient,
  make()
)
