import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Socket from "@effect/platform/Socket"
import type * as ConfigError from "effect/ConfigError"
import * as Layer from "effect/Layer"
import * as NodeHttpClient from "./HttpClient.ts"
import * as NodeWebSocket from "./WebSocket.ts"

export * as FaultProxy from "./FaultProxy.ts"
export * as Proxies from "./Proxies.ts"
export * as SimulatorServer from "./SimulatorServer.ts"
export { ProxyFailed } from "./Tunnel.ts"

/** The network, as adapters need it: requests and sockets that obey `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. */
export const layer: Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor, ConfigError.ConfigError> =
  Layer.merge(NodeHttpClient.layer, NodeWebSocket.layer)
