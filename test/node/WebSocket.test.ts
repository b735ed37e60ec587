import * as Socket from "@effect/platform/Socket"
import { describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Http from "node:http"
import * as Https from "node:https"
import { WebSocketServer } from "ws"
import { afterAll, beforeAll, expect } from "vitest"
import * as WebSocket from "../../src/node/WebSocket.ts"
import { selfSigned } from "./certificate.ts"
import { connectProxy, listen } from "./connectProxy.ts"

const serve = (server: Http.Server) =>
  Effect.gen(function* () {
    const sockets = new WebSocketServer({ server })
    sockets.on("connection", (socket) => socket.on("error", () => {}).send("hello"))
    yield* Effect.addFinalizer(() => Effect.sync(() => sockets.clients.forEach((client) => client.terminate())))
    return yield* listen(server)
  })

const target = Effect.suspend(() => serve(Http.createServer()))
const secureTarget = Effect.suspend(() => serve(Https.createServer(selfSigned("bot.example"))))

const provided = <A, E>(
  effect: Effect.Effect<A, E, Socket.WebSocketConstructor>,
  variables: Record<string, string> = {}
) =>
  effect.pipe(
    Effect.provide(WebSocket.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

/** The first text that the other end says. */
const greeted = (url: string, variables: Record<string, string> = {}) =>
  provided(
    Effect.gen(function* () {
      const socket = yield* Socket.makeWebSocket(url, { closeCodeIsError: () => true })
      const heard = yield* Deferred.make<string>()
      const run = socket.runRaw((data) => Deferred.unsafeDone(heard, Exit.succeed(String(data))))
      return yield* Effect.raceFirst(Deferred.await(heard), Effect.zipRight(run, Effect.never))
    }),
    variables
  )

const cause = (error: unknown): unknown => {
  const event = typeof error === "object" && error !== null && "cause" in error ? error.cause : undefined
  return typeof event === "object" && event !== null && "error" in event ? event.error : event
}

describe("WebSocket", () => {
  it.scoped("the socket's own ping, pong, pause, resume and terminate stay within reach", () =>
    Effect.gen(function* () {
      const port = yield* target
      const socket = yield* provided(
        Effect.map(Socket.WebSocketConstructor, (construct) => construct(`ws://127.0.0.1:${port}`))
      )
      for (const name of ["ping", "pong", "pause", "resume", "terminate"]) expect(socket).toHaveProperty(name)
      socket.close()
    })
  )

  it.scoped("a second error after the first was heard does not end the process", () =>
    Effect.gen(function* () {
      const socket = yield* provided(
        Effect.map(Socket.WebSocketConstructor, (construct) => construct("ws://127.0.0.1:1"))
      )
      expect(socket).toHaveProperty("emit")
      if ("emit" in socket && typeof socket.emit === "function") socket.emit("error", new Error("again"))
    })
  )

  it.scoped("a line is opened through the proxy to a host that only it can resolve", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: { "bot.example": yield* target } })
      expect(yield* greeted("ws://bot.example/websocket", { HTTP_PROXY: proxy.url })).toBe("hello")
      expect(proxy.tunnels).toEqual(["bot.example:80"])
    })
  )

  it.scoped("NO_PROXY is obeyed", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: { "bot.example": yield* target } })
      yield* Effect.flip(greeted("ws://bot.example", { HTTP_PROXY: proxy.url, NO_PROXY: "bot.example" }))
      expect(proxy.tunnels).toEqual([])
    })
  )

  it.scoped("without proxies, and to loopback in spite of them, the line is direct", () =>
    Effect.gen(function* () {
      const url = `ws://127.0.0.1:${yield* target}`
      expect(yield* greeted(url)).toBe("hello")
      expect(yield* greeted(url, { HTTP_PROXY: "http://127.0.0.1:1" })).toBe("hello")
    })
  )

  it.scoped("a proxy that wants other credentials is a failure that says so, without the password", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {}, wants: "Basic other" })
      const url = proxy.url.replace("//", "//me:secret@")
      const error = yield* Effect.flip(greeted("ws://bot.example", { HTTP_PROXY: url }))
      expect(error).toMatchObject({ reason: "Open" })
      expect(cause(error)).toMatchObject({ _tag: "ProxyFailed", reason: "Refused", code: "PROXY_407" })
      expect(String(cause(error))).not.toContain("secret")
    })
  )

  it.scoped("a proxy that cannot lead to the host is a failure with its status", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {} })
      const error = yield* Effect.flip(greeted("ws://bot.example", { HTTP_PROXY: proxy.url }))
      expect(cause(error)).toMatchObject({ _tag: "ProxyFailed", reason: "Refused", code: "PROXY_502" })
    })
  )

  it.effect("a bad proxy is a configuration error", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(greeted("ws://bot.example", { https_proxy: "socks4://p" }))
      expect(error).toMatchObject({ _op: "InvalidData", path: ["HTTPS_PROXY"] })
    })
  )

  describe("with every certificate trusted", () => {
    beforeAll(() => void (process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"))
    afterAll(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)

    it.scoped("TLS runs from end to end inside the tunnel", () =>
      Effect.gen(function* () {
        const proxy = yield* connectProxy({ hosts: { "bot.example": yield* secureTarget } })
        expect(yield* greeted("wss://bot.example", { HTTPS_PROXY: proxy.url })).toBe("hello")
        expect(proxy.tunnels).toEqual(["bot.example:443"])
      })
    )
  })
})
