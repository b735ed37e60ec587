import * as Socket from "@effect/platform/Socket"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Net from "node:net"
import * as Tls from "node:tls"
import WS from "ws"
import * as Proxies from "./Proxies.ts"
import * as Tunnel from "./Tunnel.ts"

const through =
  (proxy: Proxies.Proxy, url: URL) =>
  (_options: unknown, callback: (failure: Error | null, socket?: Net.Socket) => void): void => {
    const secure = url.protocol === "wss:"
    const host = url.hostname.replace(/^\[|\]$/g, "")
    const port = Number(url.port) || (secure ? 443 : 80)
    Tunnel.open(proxy, { host, port }, (opened) => {
      if (Either.isLeft(opened)) callback(opened.left)
      else if (!secure) callback(null, opened.right)
      else callback(null, Tls.connect({ socket: opened.right, host, servername: Net.isIP(host) === 0 ? host : "" }))
    })
  }

const limits = {
  perMessageDeflate: false,
  maxPayload: 8 * 1024 * 1024,
  handshakeTimeout: Tunnel.connectWithin,
  closeTimeout: 2_000
}

const open = (proxies: Proxies.Proxies, url: string, protocols?: string | Array<string>): WS => {
  const proxy = URL.canParse(url) ? proxies(new URL(url)) : undefined
  const socket = new WS(url, protocols, {
    ...limits,
    // `ws` hands this to node:http, which waits for the callback; its declared type is the synchronous one alone
    ...(proxy && { createConnection: through(proxy, new URL(url)) as unknown as typeof Net.createConnection })
  })
  // a second error after the first has been heard would otherwise end the process
  return socket.on("error", () => {})
}

/**
 * Sockets of the package `ws`, whose `ping`, `pong`, `pause`, `resume` and `terminate` stay within reach: 8 MiB a message,
 * 20 s for the upgrade, 2 s for the closing handshake. They obey the proxy variables.
 */
export const layer: Layer.Layer<Socket.WebSocketConstructor, ConfigError.ConfigError> = Layer.effect(
  Socket.WebSocketConstructor,
  Effect.map(
    Proxies.config,
    (proxies) => (url, protocols) =>
      // a `ws` socket does all that `Socket` asks of the browser's, and its declared type says less than it does
      open(proxies, url, protocols) as unknown as globalThis.WebSocket
  )
)
