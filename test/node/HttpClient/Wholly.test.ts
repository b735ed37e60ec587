import { describe, it } from "@effect/vitest"
import * as PlatformHttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Http from "node:http"
import * as Net from "node:net"
import { expect } from "vitest"
import { exchange } from "../../../src/adapter/Exchange.ts"
import * as HttpClient from "../../../src/node/HttpClient.ts"
import { listen } from "../connectProxy.ts"

const asking = <A, E, R>(self: Effect.Effect<A, E, R | PlatformHttpClient.HttpClient>) =>
  self.pipe(Effect.provide(HttpClient.layer), Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))

const ask = (port: number, body: unknown = {}) =>
  Effect.flatMap(PlatformHttpClient.HttpClient, (client) =>
    exchange(
      client,
      HttpClientRequest.post(`http://127.0.0.1:${port}/a?b=c`).pipe(HttpClientRequest.bodyUnsafeJson(body))
    )
  )

/** A server that writes what it is given to each connection on which something came, a piece at a time. */
const saying = (pieces: ReadonlyArray<string | Uint8Array>, then: (socket: Net.Socket) => void = () => {}) =>
  listen(
    Net.createServer({ noDelay: true }, (socket) => {
      socket
        .on("error", () => {})
        .once("data", () => {
          const next = (index: number) => {
            const piece = pieces[index]
            if (piece === undefined) return then(socket)
            socket.write(piece)
            setTimeout(next, 2, index + 1)
          }
          next(0)
        })
    })
  )

/** A server that answers nothing, when it was asked, and when its connection was closed. */
const silent = (head: string) =>
  Effect.gen(function* () {
    const [asked, closed] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const server = Net.createServer((socket) => {
      socket.on("error", () => {}).once("close", () => Deferred.unsafeDone(closed, Exit.void))
      socket.once("data", () => {
        socket.write(head)
        Deferred.unsafeDone(asked, Exit.void)
      })
    })
    return { port: yield* listen(server), asked: Deferred.await(asked), closed: Deferred.await(closed) }
  })

const unfinished = ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"]

describe("an exchange over undici", () => {
  it.scoped("what is asked arrives as it is, and what is answered as it was said", () =>
    asking(
      Effect.gen(function* () {
        const port = yield* listen(
          Http.createServer((request, response) => {
            let body = ""
            request.on("data", (piece: Buffer) => (body += piece.toString()))
            request.once("end", () => {
              const { headers, method, url } = request
              response.writeHead(418, { "X-Trace": ["one", "two"] })
              response.end(JSON.stringify({ method, url, type: headers["content-type"], body }))
            })
          })
        )
        expect(yield* ask(port, { text: "你好" })).toMatchObject({
          status: 418,
          headers: { "x-trace": "one, two" },
          body: { method: "POST", url: "/a?b=c", type: "application/json", body: `{"text":"你好"}` }
        })
      })
    )
  )

  it.scoped("an answer is whole, whatever comes before it and wherever it is cut", () =>
    asking(
      Effect.gen(function* () {
        const body = new TextEncoder().encode(`{"text":"你好"}`)
        const port = yield* saying([
          "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n",
          `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`,
          ...Array.from(body, (byte) => Uint8Array.of(byte))
        ])
        expect(yield* ask(port)).toMatchObject({ status: 200, body: { text: "你好" } })
      })
    )
  )

  it.scoped("an answer that is no JSON, or none at all, has a status and no body", () =>
    asking(
      Effect.gen(function* () {
        for (const body of ["<html>", ""])
          expect(
            yield* ask(yield* saying([`HTTP/1.1 502 Bad\r\ncontent-length: ${body.length}\r\n\r\n${body}`]))
          ).toMatchObject({ status: 502, body: undefined })
      })
    )
  )

  it.scoped("an answer that breaks off may have been to something that happened (F81)", () =>
    asking(
      Effect.gen(function* () {
        const port = yield* saying(unfinished.slice(1), (socket) => socket.destroy())
        expect(yield* Effect.flip(ask(port))).toMatchObject({ sent: true, cause: "the answer broke off" })
      })
    )
  )

  it.scoped("an answer without an end is given up, whoever waits for it, before it fills the memory", () =>
    asking(
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const port = yield* saying(["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"], (socket) => {
          const piece = `100000\r\n${"x".repeat(0x100000)}\r\n`
          // what is written at once would leave nobody else a turn
          const more = () => (socket.destroyed ? undefined : socket.write(piece, () => setImmediate(more)))
          socket.once("close", () => Deferred.unsafeDone(closed, Exit.void))
          more()
        })
        expect(yield* Effect.flip(ask(port))).toMatchObject({ sent: true, cause: "the answer is longer than 32 MB" })
        yield* Deferred.await(closed)
      })
    )
  )

  it.scoped.each(unfinished)("who waits no longer for %j leaves no connection behind (F48)", (head) =>
    asking(
      Effect.gen(function* () {
        const { asked, closed, port } = yield* silent(head)
        const waiting = yield* Effect.fork(ask(port))
        yield* asked
        yield* Fiber.interrupt(waiting)
        yield* closed
      })
    )
  )

  it.scoped.each(unfinished)(
    "a deadline that passes with %j takes the connection down, and holds nobody who cannot be interrupted (F14)",
    (head) =>
      asking(
        Effect.gen(function* () {
          const { asked, closed, port } = yield* silent(head)
          const waiting = yield* Effect.fork(Effect.uninterruptible(Effect.flip(ask(port))))
          yield* asked
          yield* TestClock.adjust("20 seconds")
          expect(yield* Fiber.join(waiting)).toMatchObject({
            sent: true,
            late: true,
            cause: "no whole answer within 20s"
          })
          yield* closed
        })
      )
  )

  it.scoped("one connection serves one exchange after the other, until its server closes it", () =>
    asking(
      Effect.gen(function* () {
        let connections = 0
        let last: Net.Socket | undefined
        const server = Http.createServer((_, response) => response.end("{}"))
        server.on("connection", (socket) => {
          connections += 1
          last = socket
        })
        const port = yield* listen(server)
        yield* ask(port)
        yield* ask(port)
        expect(connections).toBe(1)
        last?.destroy()
        expect(yield* ask(port)).toMatchObject({ status: 200 })
        expect(connections).toBe(2)
      })
    )
  )

  it.scoped("an address that is none was asked nothing", () =>
    asking(
      Effect.gen(function* () {
        const client = yield* PlatformHttpClient.HttpClient
        expect(yield* Effect.flip(exchange(client, HttpClientRequest.get("no address")))).toMatchObject({
          sent: false,
          cause: "the address is invalid"
        })
      })
    )
  )
})
