import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Net from "node:net"
import { expect, vi } from "vitest"
import * as Tunnel from "../../src/node/Tunnel.ts"
import { connectProxy, listen } from "./connectProxy.ts"

const open = (port: number, host = "bot.example") =>
  Effect.async<Either.Either<Net.Socket, Tunnel.ProxyFailed>>((resume) =>
    Tunnel.open(
      { name: `127.0.0.1:${port}`, host: "127.0.0.1", port, secure: false, authorization: undefined },
      { host, port: 443 },
      (opened) => resume(Effect.succeed(opened))
    )
  )

describe("Tunnel", () => {
  it.scoped("a proxy that takes the request and never answers fails within the bound (F10)", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {}, stall: true })
      yield* Effect.acquireRelease(
        Effect.sync(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })),
        () => Effect.sync(() => vi.useRealTimers())
      )
      const opening = open(proxy.port)
      const opened = yield* Effect.async<Either.Either<Net.Socket, Tunnel.ProxyFailed>>((resume) => {
        Effect.runCallback(opening, { onExit: (exit) => resume(exit) })
        vi.advanceTimersByTime(Tunnel.connectWithin)
      })
      expect(opened.pipe(Either.flip, Either.getOrThrow)).toMatchObject({ reason: "Timeout" })
    })
  )

  it.scoped("a proxy that closes without an answer is a failure", () =>
    Effect.gen(function* () {
      const port = yield* listen(Net.createServer((socket) => socket.on("error", () => {}).destroy()))
      expect(Either.flip(yield* open(port)).pipe(Either.getOrThrow)).toMatchObject({ reason: "Unreachable" })
    })
  )

  it.scoped("an IPv6 target is asked for in brackets", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {} })
      yield* open(proxy.port, "2001:db8::1")
      expect(proxy.tunnels).toEqual(["[2001:db8::1]:443"])
    })
  )

  it.scoped("what the target said right behind the proxy's answer is not lost", () =>
    Effect.gen(function* () {
      const port = yield* listen(
        Net.createServer((socket) => {
          socket.on("error", () => {}).once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\nearly words"))
        })
      )
      const socket = Either.getOrThrow(yield* open(port))
      const words = yield* Effect.async<string>((resume) => {
        socket.once("data", (data) => resume(Effect.succeed(data.toString())))
      })
      expect(words).toBe("early words")
    })
  )
})
