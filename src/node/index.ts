import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Socket from "@effect/platform/Socket"
import type * as ConfigError from "effect/ConfigError"
import * as Layer from "effect/Layer"
import type { Digest } from "../adapter/Digest.ts"
import type { Ed25519 } from "../adapter/Ed25519.ts"
import type { PublicHttp } from "../adapter/PublicHttp.ts"
import type { Webhooks } from "../adapter/Webhooks.ts"
import * as NodeDigest from "./Digest.ts"
import * as NodeEd25519 from "./Ed25519.ts"
import * as NodeHttpClient from "./HttpClient.ts"
import * as NodePublicHttp from "./PublicHttp.ts"
import * as NodeWebhooks from "./Webhooks.ts"
import * as NodeWebSocket from "./WebSocket.ts"

export * as FaultProxy from "./FaultProxy.ts"
export * as ProcessMetrics from "./ProcessMetrics.ts"
export * as HmacSha256 from "./HmacSha256.ts"
export * as ProcessTable from "./ProcessTable.ts"
export * as Programs from "./Programs.ts"
export * as Proxies from "./Proxies.ts"
export * as Sha256 from "./Sha256.ts"
export * as SimulatorServer from "./SimulatorServer.ts"
export { ProxyFailed } from "./Tunnel.ts"
export * as Watchdog from "./Watchdog.ts"
export * as Webhooks from "./Webhooks.ts"

/** What adapters and handlers need of the machine they run on. */
export type Machine = HttpClient.HttpClient | PublicHttp | Socket.WebSocketConstructor | Webhooks | Ed25519 | Digest

/**
 * The network, as adapters need it: requests and sockets that obey `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
 * requests that reach public addresses only, and one server for what platforms post, at `HOLDFAST_HTTP_HOST` and `HOLDFAST_HTTP_PORT`, which listens when an account asks for it.
 */
export const layer: Layer.Layer<Machine, ConfigError.ConfigError> = Layer.mergeAll(
  NodeHttpClient.layer,
  NodePublicHttp.layer,
  NodeWebSocket.layer,
  NodeWebhooks.layer,
  NodeEd25519.layer,
  NodeDigest.layer
)
