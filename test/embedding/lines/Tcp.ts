import { Effect, Exit, Mailbox, Runtime, type Scope } from "effect"
import { connect, createServer, type Server, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { Gone, type Wire } from "./Dial.ts"
import type { LinesSimulator } from "./Simulator.ts"

const host = "127.0.0.1"

const cut = (socket: Socket) => Effect.sync(() => void socket.destroy())

const connected = (port: number): Effect.Effect<Socket, Gone, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Socket, Gone>((resume) => {
      const socket = connect(port, host)
      socket.on("error", ({ message }) => resume(new Gone({ cause: message })))
      socket.on("connect", () => resume(Effect.succeed(socket)))
    }),
    cut
  )

/** A way to the platform over TCP. */
export const dial = (port: number): Effect.Effect<Wire, Gone, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* connected(port)
    const box = yield* Mailbox.make<string, Gone>()
    createInterface({ input: socket }).on("line", (line) => void box.unsafeOffer(line))
    socket.on("close", () => void box.unsafeDone(Exit.fail(new Gone({ cause: "the line was cut" }))))
    return {
      take: Effect.map(box.takeAll, ([lines]) => lines),
      write: (line) => {
        const { writable } = socket
        if (writable) socket.write(`${line}\n`)
        return writable
      }
    }
  })

/** Serves a simulator on a port of this machine, any if none is given, until the scope ends. */
export const serve = ({ accept }: LinesSimulator, port = 0): Effect.Effect<number, never, Scope.Scope> =>
  Effect.gen(function* () {
    const run = Runtime.runSync(yield* Effect.runtime<never>())
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      const line = run(
        Effect.orDie(accept({ write: (text) => void socket.write(`${text}\n`), cut: () => void socket.destroySoon() }))
      )
      createInterface({ input: socket }).on("line", line.receive)
      socket.on("error", () => undefined)
      socket.on("close", line.closed)
    })
    const listening = Effect.async<Server>((resume) => {
      server.listen(port, host, () => resume(Effect.succeed(server)))
    })
    yield* Effect.acquireRelease(listening, () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
    )
    const address = server.address()
    return typeof address === "object" && address !== null ? address.port : port
  })
