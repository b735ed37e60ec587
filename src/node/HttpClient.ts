import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { Agent, buildConnector } from "undici"
import * as Proxies from "./Proxies.ts"
import * as Tunnel from "./Tunnel.ts"

/** No request has left before a line stands, TLS included; of a line that is reset in between Node does not say so. */
const whileConnecting =
  (callback: buildConnector.Callback): buildConnector.Callback =>
  (...result) => {
    const [error] = result
    if (error !== null) Object.assign(error, { syscall: "connect" })
    callback(...result)
  }

const connector = (proxies: Proxies.Proxies): buildConnector.connector => {
  const secure = buildConnector({ timeout: Tunnel.connectWithin })
  const connect: buildConnector.connector = (options, callback) => secure(options, whileConnecting(callback))
  return (options, callback) => {
    const proxy = proxies(new URL(`${options.protocol}//${options.host ?? options.hostname}`))
    if (proxy === undefined) return connect(options, callback)
    const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80)
    Tunnel.open(proxy, { host: options.hostname.replace(/^\[|\]$/g, ""), port }, (opened) => {
      if (Either.isLeft(opened)) callback(opened.left, null)
      else if (options.protocol === "https:") connect({ ...options, httpSocket: opened.right }, callback)
      else callback(null, opened.right)
    })
  }
}

/** An `HttpClient` on undici that obeys the proxy variables; its connections end with the layer. */
export const layer: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.scoped(
  HttpClient.HttpClient,
  Effect.gen(function* () {
    const proxies = yield* Proxies.config
    const dispatcher = yield* Effect.acquireRelease(
      Effect.sync(() => new Agent({ connect: connector(proxies) })),
      (agent) => Effect.promise(() => agent.destroy())
    )
    return NodeHttpClient.makeUndici(dispatcher)
  })
)
