import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Http from "node:http"
import * as Https from "node:https"
import * as Net from "node:net"
import type { Proxy } from "./Proxies.ts"

/**
 * A proxy did not lead to its target, so nothing reached that. `code` is what a person looks up: `PROXY_407` for its answer
 * to `CONNECT`, `PROXY_ECONNREFUSED` for what the system said, `PROXY_TIMEOUT`.
 */
export class ProxyFailed extends Data.TaggedError("ProxyFailed")<{
  readonly proxy: string
  readonly reason: "Refused" | "Unreachable" | "Timeout"
  readonly code: string
}> {
  /** as Node marks failures that precede the first byte */
  readonly syscall = "connect"

  override get message(): string {
    switch (this.reason) {
      case "Refused":
        return this.code === "PROXY_407"
          ? `the proxy ${this.proxy} wants a user and a password, or other ones (${this.code})`
          : `the proxy ${this.proxy} refused to connect us (${this.code})`
      case "Unreachable":
        return `the proxy ${this.proxy} cannot be reached (${this.code})`
      case "Timeout":
        return `the proxy ${this.proxy} did not answer in time`
    }
  }
}

/** Milliseconds that a connection may take to stand, through a proxy or without. */
export const connectWithin = 20_000

const authority = (host: string, port: number): string => (Net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`)

/** Opens a line through `proxy` to a host and port, and hands over the raw socket: once, within `connectWithin`. */
export const open = (
  proxy: Proxy,
  target: { readonly host: string; readonly port: number },
  callback: (opened: Either.Either<Net.Socket, ProxyFailed>) => void
): void => {
  const fail = (reason: ProxyFailed["reason"], code: string | number) =>
    callback(Either.left(new ProxyFailed({ proxy: proxy.name, reason, code: `PROXY_${code}` })))
  const path = authority(target.host, target.port)
  const request = (proxy.secure ? Https : Http).request({
    method: "CONNECT",
    host: proxy.host,
    port: proxy.port,
    path,
    agent: false,
    headers: {
      host: path,
      ...(proxy.authorization && { "proxy-authorization": Redacted.value(proxy.authorization) })
    }
  })
  const deadline = setTimeout(() => {
    request.removeAllListeners().on("error", () => {})
    request.destroy()
    fail("Timeout", "TIMEOUT")
  }, connectWithin)
  request
    .once("connect", (response, socket: Net.Socket, head) => {
      clearTimeout(deadline)
      const status = response.statusCode ?? 0
      if (status >= 200 && status < 300) {
        if (head.length > 0) socket.unshift(head)
        callback(Either.right(socket))
      } else {
        socket.destroy()
        fail("Refused", status)
      }
    })
    .once("error", (cause: NodeJS.ErrnoException) => {
      clearTimeout(deadline)
      fail("Unreachable", cause.code ?? "ERROR")
    })
    .end()
}
