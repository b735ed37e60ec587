import type * as HttpApp from "@effect/platform/HttpApp"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { chmodSync } from "node:fs"
import * as Http from "node:http"
import type { Socket } from "node:net"
import { Agent } from "undici"
import * as Place from "./ControlSocket/Place.ts"
import * as HttpListener from "./HttpListener.ts"

export { isLive, NoPlace } from "./ControlSocket/Place.ts"

/** Lines at once; more are closed as they come. */
const mostLines = 64

/** Until the last byte of a request's head, and of its body. */
const arrivesWithin = { headersTimeout: 10_000, requestTimeout: 20_000 }

/** How long nothing may move on a line: longer than any answer takes, so that one which is not read is closed. */
const stillFor = 75_000

/** What is given to answers that are being written when the server stops. */
const closeWithin = Duration.millis(500)

/** How long a process may take to answer; it works through thousands of letters in that time. */
const answersWithin = 60_000

const listen = (
  folder: string,
  address: string,
  onRequest: Http.RequestListener
): Effect.Effect<Http.Server, Place.NoPlace> =>
  Effect.async((resume) => {
    const server = Http.createServer({ ...arrivesWithin, connectionsCheckingInterval: 1_000 }, onRequest)
    server.maxConnections = mostLines
    server.setTimeout(stillFor)
    server.on("connection", (socket: Socket) => socket.on("error", () => {}))
    server.on("error", (error) => resume(new Place.NoPlace({ folder, cause: Place.codeOf(error) })))
    server.listen(address, () => resume(Effect.succeed(server)))
  })

const serveIn = (folder: string, app: HttpApp.Default<unknown>) =>
  Effect.gen(function* () {
    const onRequest = yield* NodeHttpServer.makeHandler(app)
    const address = yield* Place.free(folder)
    // Node removes the socket itself when nobody listens there any more
    yield* Effect.acquireRelease(listen(folder, address, onRequest), (server) => HttpListener.stop(server, closeWithin))
    // its folder is closed to others already; a pipe of Windows has no such mode
    yield* Effect.ignore(Effect.try(() => chmodSync(address, 0o600)))
    return address
  })

/**
 * Answers this user's requests, and no other's, for as long as the scope lasts: at a socket in the first of these folders
 * that takes one, or at a named pipe on Windows. Gives its address.
 */
export const serve = (
  folders: readonly [string, ...ReadonlyArray<string>],
  app: HttpApp.Default<unknown>
): Effect.Effect<string, Place.NoPlace, Scope.Scope> => {
  const [first, ...others] = folders
  return others.reduce(
    (tried, folder) => Effect.catchAll(tried, (why) => Effect.mapError(serveIn(folder, app), () => why)),
    serveIn(first, app)
  )
}

/** Requests to whoever listens at an address, through no proxy; its lines end with the scope. */
export const client = (address: string): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connect: { socketPath: address, timeout: 5_000 },
          headersTimeout: answersWithin,
          bodyTimeout: answersWithin
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  ).pipe(Effect.map(NodeHttpClient.makeUndici))

/** The addresses at which processes answer that have their sockets in these folders. */
export const live = (folders: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(Effect.forEach(folders, Place.live), (found) => [...new Set(found.flat())])
