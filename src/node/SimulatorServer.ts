import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import type { EventEmitter } from "node:events"
import * as Http from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { type WebSocket, WebSocketServer } from "ws"
import {
  type HttpAnswer,
  httpRequest,
  type HttpRequest,
  type NoAnswer,
  type Peer,
  type Served
} from "../adapter/Simulator.ts"

export interface SimulatorServerOptions {
  /** 0, the default, takes one that is free */
  readonly port?: number
  /** loopback unless told otherwise */
  readonly host?: string
}

const requestOf = (incoming: Http.IncomingMessage, bytes: Uint8Array): HttpRequest => {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "localhost"}`)
  return httpRequest({ method: incoming.method ?? "GET", url, headers, bytes })
}

const bodyOf = (incoming: Http.IncomingMessage): Effect.Effect<Uint8Array> =>
  Effect.async((resume) => {
    const pieces: Array<Buffer> = []
    incoming.on("data", (piece: Buffer) => pieces.push(piece))
    incoming.on("end", () => resume(Effect.succeed(Buffer.concat(pieces))))
  })

/** Codes that stand for a missing close frame are made by leaving it out. */
const close = (socket: WebSocket, code: number, reason: string): void => {
  if (code === 1005) socket.close()
  else if (code === 1006) socket.terminate()
  else socket.close(code, reason)
}

const peerOf = (socket: WebSocket): Peer => ({
  send: (text) => socket.send(text),
  pong: () => socket.pong(),
  close: (code, reason) => close(socket, code, reason),
  cut: () => socket.terminate(),
  hush: () => socket.pause()
})

/** Answers an upgrade as an ordinary request, as `ws` does when it refuses one. */
const refuse = (socket: Duplex, { body, headers, status }: HttpAnswer): void => {
  const all = { ...headers, connection: "close", "content-length": Buffer.byteLength(body) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write([`HTTP/1.1 ${status} ${Http.STATUS_CODES[status] ?? ""}`, ...lines, "", ""].join("\r\n"))
  socket.end(body)
}

/** On a port that is open nobody can be refused and no name can fail: whatever was meant, the line is reset. */
const reset = (socket: Socket): Effect.Effect<void> => Effect.sync(() => void socket.resetAndDestroy())

/** Serves a simulator's core on a local port until the scope ends, which cuts every line that is still open. */
export const serve = (
  core: Served,
  { host = "127.0.0.1", port = 0 }: SimulatorServerOptions = {}
): Effect.Effect<{ readonly port: number; readonly url: string }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const run = Runtime.runFork(yield* Effect.runtime())
    const server = Http.createServer()
    const sockets = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false })
    const lines = new Set<Socket>()

    /** Runs for as long as the caller waits for it. */
    const attend = (caller: EventEmitter, socket: Socket, effect: Effect.Effect<void, NoAnswer>) => {
      const fiber = run(
        Effect.catchAll(effect, () => reset(socket)),
        { scope }
      )
      caller.once("close", () => fiber.unsafeInterruptAsFork(FiberId.none))
    }

    const answer = (incoming: Http.IncomingMessage, outgoing: Http.ServerResponse) =>
      bodyOf(incoming).pipe(
        Effect.flatMap((bytes) => core.http(requestOf(incoming, bytes))),
        Effect.map(({ body, headers, status }) => void outgoing.writeHead(status, headers).end(body))
      )

    const open = (incoming: Http.IncomingMessage, socket: Socket, head: Buffer) =>
      Effect.async<WebSocket>((resume) => {
        socket.removeAllListeners("end")
        sockets.handleUpgrade(incoming, socket, head, (opened) => {
          // nothing is read before there is somebody to tell
          opened.pause()
          opened.on("error", () => {})
          resume(Effect.succeed(opened))
        })
      })

    const upgrade = (incoming: Http.IncomingMessage, socket: Socket, head: Buffer) =>
      Effect.gen(function* () {
        const accept = yield* core.upgrade(requestOf(incoming, Buffer.alloc(0)))
        const opened = yield* open(incoming, socket, head)
        yield* Effect.uninterruptible(
          Effect.map(accept(peerOf(opened)), (line) => {
            opened.on("message", (data) => line.receive(String(data)))
            opened.on("ping", () => line.ping())
            opened.on("close", (code) => line.closed(code))
            opened.resume()
          })
        )
      }).pipe(Effect.catchTag("UpgradeRefused", ({ answer }) => Effect.sync(() => refuse(socket, answer))))

    server.on("connection", (socket) => {
      lines.add(socket)
      socket.on("error", () => {})
      socket.once("close", () => lines.delete(socket))
    })
    server.on("request", (incoming, outgoing) => attend(outgoing, incoming.socket, answer(incoming, outgoing)))
    server.on("upgrade", (incoming, socket: Socket, head) => {
      // until the upgrade is decided nothing else would notice that the client has gone
      socket.on("end", () => socket.destroy()).resume()
      attend(socket, socket, upgrade(incoming, socket, head))
    })

    const listening = Effect.async<number>((resume) => {
      server.listen(port, host, () => {
        const address = server.address()
        resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : port))
      })
    })
    const closing = Effect.async<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of lines) socket.destroy()
    })
    const taken = yield* Effect.acquireRelease(listening, () => closing)
    return { port: taken, url: `http://${host}:${taken}` }
  })
