import * as Effect from "effect/Effect"
import * as Http from "node:http"
import * as Net from "node:net"

/** How a test's proxy treats those who ask it for a tunnel. */
export interface ConnectProxyOptions {
  /** where each host name leads; an unknown one is answered with 502 */
  readonly hosts: Record<string, number>
  /** answer with this status instead */
  readonly refuse?: number
  /** the `Proxy-Authorization` that is asked for, else 407 */
  readonly wants?: string
  /** take the request and say nothing */
  readonly stall?: boolean
}

const listen = (server: Net.Server) =>
  Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    }),
    () => Effect.sync(() => void server.close())
  )

/** A proxy on loopback that knows `CONNECT`, resolves names of its own, and keeps the targets it was asked for. */
export const connectProxy = (options: ConnectProxyOptions) =>
  Effect.gen(function* () {
    const tunnels: Array<string> = []
    const sockets = new Set<Net.Socket>()
    const server = Http.createServer((_, response) => response.writeHead(405).end())
    server.on("connection", (socket) => sockets.add(socket.on("error", () => {})))
    server.on("connect", (request, client: Net.Socket, head) => {
      const target = request.url ?? ""
      tunnels.push(target)
      if (options.stall === true) return
      const port = options.hosts[target.replace(/:\d+$/, "")]
      const status =
        options.wants !== undefined && request.headers["proxy-authorization"] !== options.wants ? 407 : options.refuse
      if (status !== undefined || port === undefined) {
        client.end(`HTTP/1.1 ${status ?? 502} No\r\nContent-Length: 0\r\n\r\n`)
        return
      }
      const upstream = Net.connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n")
        upstream.write(head)
        client.pipe(upstream).pipe(client)
      })
      sockets.add(upstream.on("error", () => client.destroy()))
      client.on("close", () => upstream.destroy())
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
    const port = yield* listen(server)
    return { port, tunnels, url: `http://127.0.0.1:${port}` }
  })

export { listen }
