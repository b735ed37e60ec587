import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Socket } from "node:net"
import * as Http from "node:http"
import * as Descriptors from "./Descriptors.ts"

/** Where a server listens. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** How much patience a server has with those who ask. */
export interface Limits {
  /** lines at once; more are closed as they come */
  readonly lines: number
  /** until the last byte of a request's head */
  readonly headWithin: Duration.Duration
  /** until the last byte of its body */
  readonly bodyWithin: Duration.Duration
  /** how long a line may be kept between two requests */
  readonly keptFor: Duration.Duration
  /** how long nothing may move on a line, so that one whose answer is not read is closed; for ever, if undefined */
  readonly stillFor?: Duration.Duration
}

/** A server that listens at a port, or the code that Node gives for why it does not. */
export const listen = (
  { host, port }: Place,
  limits: Limits,
  onRequest: Http.RequestListener
): Effect.Effect<Http.Server, string> =>
  Effect.async((resume) => {
    const headersTimeout = Duration.toMillis(limits.headWithin)
    const server = Http.createServer({
      headersTimeout,
      requestTimeout: Duration.toMillis(limits.bodyWithin),
      connectionsCheckingInterval: Math.min(1000, headersTimeout),
      keepAliveTimeout: Duration.toMillis(limits.keptFor)
    })
    if (limits.stillFor !== undefined) server.setTimeout(Duration.toMillis(limits.stillFor))
    server.on("request", onRequest)
    server.on("connection", (socket: Socket) => socket.on("error", () => {}))
    // once it listens, what goes wrong is about one line, and that line is closed
    server.on("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(error.code ?? "no reason given")))
    server.listen(port, host, () => {
      Descriptors.bounded(server, limits.lines)
      resume(Effect.succeed(server))
    })
  })

/** Closes a server; what is being answered has so long to be written. */
export const stop = (server: Http.Server, within: Duration.Duration): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeIdleConnections()
  }).pipe(
    Effect.interruptible,
    Effect.timeoutOption(within),
    Effect.zipRight(Effect.sync(() => server.closeAllConnections()))
  )

/** Why a server does not listen, by the code that Node gives, and what a person does about it. */
const reasons: Readonly<Record<string, (where: string, prefix: string, holder: string) => string>> = {
  EADDRINUSE: (where, prefix, holder) =>
    `${where} is taken by ${holder}: stop that one, or set ${prefix}_PORT to a free port`,
  EACCES: (where, prefix) => `${where} may not be opened by this user: set ${prefix}_PORT to a port above 1023`,
  EADDRNOTAVAIL: (where, prefix) => `${where} is none of this machine's: set ${prefix}_HOST to an address of its own`,
  ENOTFOUND: (where, prefix) => `${where} is none of this machine's: set ${prefix}_HOST to an address of its own`
}

/** The same in a sentence, of a server whose variables begin with `prefix`; `holder` is who has the port, as far as that is known. */
export const reason = ({ host, port }: Place, prefix: string, code: string, holder = "another process"): string => {
  const where = `port ${port} of ${host}`
  return reasons[code]?.(where, prefix, holder) ?? `nothing listens on ${where}: ${code}`
}
