import { describe, it } from "@effect/vitest"
import * as PlatformHttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Http from "node:http"
import * as Https from "node:https"
import * as Net from "node:net"
import { afterAll, beforeAll, expect } from "vitest"
import { exchange } from "../../src/adapter/Exchange.ts"
import * as HttpClient from "../../src/node/HttpClient.ts"
import { ProxyFailed } from "../../src/node/Tunnel.ts"
import { selfSigned } from "./certificate.ts"
import { connectProxy, listen } from "./connectProxy.ts"

const target = Effect.suspend(() => listen(Http.createServer((_, response) => response.end("reached"))))
const secureTarget = Effect.suspend(() =>
  listen(Https.createServer(selfSigned("bot.example"), (_, response) => response.end("reached in secret")))
)

const get = (url: string, variables: Record<string, string>) =>
  PlatformHttpClient.get(url).pipe(
    Effect.flatMap((response) => response.text),
    Effect.scoped,
    Effect.provide(HttpClient.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

const proxyFailure = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "cause" in error ? error.cause : undefined

describe("HttpClient", () => {
  /** How a request fails at a server that does this to each connection, once it has sent something. */
  const failing = (scheme: "http" | "https", end: (socket: Net.Socket) => void) =>
    Effect.gen(function* () {
      const port = yield* listen(
        Net.createServer((socket) => socket.on("error", () => {}).once("data", () => end(socket)))
      )
      const client = yield* PlatformHttpClient.HttpClient
      const request = HttpClientRequest.post(`${scheme}://127.0.0.1:${port}/`)
      return yield* Effect.flip(exchange(client, request))
    }).pipe(Effect.provide(HttpClient.layer), Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))

  it.scoped("a line that is broken before it is secure has carried no request (F81, F95)", () =>
    Effect.gen(function* () {
      for (const end of [(socket: Net.Socket) => socket.resetAndDestroy(), (socket: Net.Socket) => socket.end()])
        expect(yield* failing("https", end)).toMatchObject({ sent: false, cause: "the connection failed: ECONNRESET" })
    })
  )

  it.scoped("a line that is broken after the request left may have carried it (F81)", () =>
    Effect.gen(function* () {
      for (const end of [(socket: Net.Socket) => socket.resetAndDestroy(), (socket: Net.Socket) => socket.end()])
        expect(yield* failing("http", end)).toMatchObject({ sent: true })
    })
  )
})

describe("HttpClient through a proxy", () => {
  it.scoped("a host that only the proxy can resolve is reached", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: { "bot.example": yield* target } })
      expect(yield* get("http://bot.example/a", { HTTP_PROXY: proxy.url })).toBe("reached")
      expect(proxy.tunnels).toEqual(["bot.example:80"])
    })
  )

  it.scoped("NO_PROXY is obeyed", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: { "bot.example": yield* target } })
      yield* Effect.flip(get("http://bot.example", { HTTP_PROXY: proxy.url, NO_PROXY: ".example" }))
      expect(proxy.tunnels).toEqual([])
    })
  )

  it.scoped("user and password open a proxy that asks for them", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({
        hosts: { "bot.example": yield* target },
        wants: `Basic ${btoa("me:secret")}`
      })
      const url = proxy.url.replace("//", "//me:secret@")
      expect(yield* get("http://bot.example", { ALL_PROXY: url })).toBe("reached")
    })
  )

  it.scoped("a proxy that wants other credentials is a failure that says so, without the password", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {}, wants: "Basic other" })
      const url = proxy.url.replace("//", "//me:secret@")
      const failure = proxyFailure(yield* Effect.flip(get("http://bot.example", { HTTP_PROXY: url })))
      expect(failure).toBeInstanceOf(ProxyFailed)
      expect(failure).toMatchObject({ reason: "Refused", code: "PROXY_407", proxy: `127.0.0.1:${proxy.port}` })
      expect(JSON.stringify(failure) + String(failure)).not.toContain("secret")
    })
  )

  it.scoped("a proxy that cannot lead to the host is a failure with its status", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {} })
      const failure = proxyFailure(yield* Effect.flip(get("http://bot.example", { HTTP_PROXY: proxy.url })))
      expect(failure).toMatchObject({ _tag: "ProxyFailed", reason: "Refused", code: "PROXY_502" })
    })
  )

  it.scoped("a proxy that is not there is a failure that names it", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(target)
      const failure = proxyFailure(
        yield* Effect.flip(get("http://bot.example", { HTTP_PROXY: `http://127.0.0.1:${port}` }))
      )
      expect(failure).toMatchObject({
        _tag: "ProxyFailed",
        reason: "Unreachable",
        code: "PROXY_ECONNREFUSED",
        proxy: `127.0.0.1:${port}`
      })
    })
  )

  it.effect("a bad proxy is a configuration error before anything is asked", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get("http://bot.example", { HTTP_PROXY: "socks5://p.example" }))
      expect(error).toMatchObject({ _op: "InvalidData", path: ["HTTP_PROXY"] })
    })
  )

  it.scoped("a certificate that nobody vouches for is refused, through the tunnel too", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: { "bot.example": yield* secureTarget } })
      const failure = proxyFailure(yield* Effect.flip(get("https://bot.example", { HTTPS_PROXY: proxy.url })))
      expect(failure).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
      expect(proxy.tunnels).toEqual(["bot.example:443"])
    })
  )

  describe("with every certificate trusted", () => {
    beforeAll(() => void (process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"))
    afterAll(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)

    it.scoped("TLS runs from end to end inside the tunnel", () =>
      Effect.gen(function* () {
        const proxy = yield* connectProxy({ hosts: { "bot.example": yield* secureTarget } })
        expect(yield* get("https://bot.example", { HTTPS_PROXY: proxy.url })).toBe("reached in secret")
      })
    )
  })
})
