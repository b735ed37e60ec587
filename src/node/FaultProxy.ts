import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Net from "node:net"
import { pipeline, Transform } from "node:stream"

/** What becomes of the lines through a fault proxy, those that stand included where it can concern them. */
export type Weather =
  | { readonly _tag: "Pass" }
  /** nobody listens */
  | { readonly _tag: "Refuse" }
  /** new lines are taken and reset at once */
  | { readonly _tag: "Reset" }
  /** lines are taken, and on all of them nothing arrives any more, not even an end; what waited arrives when this is over */
  | { readonly _tag: "BlackHole" }
  /** each piece arrives late */
  | { readonly _tag: "Delay"; readonly by: Duration.Duration }

/** A TCP relay that misbehaves on request. */
export interface FaultProxy {
  readonly port: number
  readonly become: (weather: Weather) => Effect.Effect<void>
  /** Resets every line that stands. */
  readonly cut: Effect.Effect<void>
  /** Lines that stand, and lines that were ever taken. */
  readonly lines: Effect.Effect<{ readonly open: number; readonly taken: number }>
}

const host = "127.0.0.1"

/** One direction of one line: what comes in goes out when the weather lets it. */
class Gate extends Transform {
  #held: (() => void) | undefined
  readonly #weather: () => Weather

  constructor(weather: () => Weather) {
    super()
    this.#weather = weather
  }

  #pass(onward: () => void): void {
    const weather = this.#weather()
    if (weather._tag === "BlackHole") this.#held = onward
    else if (weather._tag === "Delay") setTimeout(onward, Duration.toMillis(weather.by))
    else onward()
  }

  /** The weather changed. */
  retry(): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#pass(held)
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: (error: null, piece: Buffer) => void): void {
    this.#pass(() => done(null, piece))
  }

  override _flush(done: () => void): void {
    this.#pass(done)
  }
}

const listen = (server: Net.Server, port: number): Effect.Effect<number> =>
  Effect.async((resume) => {
    server.listen(port, host, () => {
      const address = server.address()
      resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : port))
    })
  })

const close = (server: Net.Server): Effect.Effect<void> =>
  Effect.async((resume) => {
    server.close(() => resume(Effect.void))
  })

/** Relays a local port of its own to `target` on loopback, for as long as the scope lives. */
export const make = (target: number): Effect.Effect<FaultProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    let weather: Weather = { _tag: "Pass" }
    let taken = 0
    const lines = new Map<Net.Socket, ReadonlyArray<Gate>>()

    const server = Net.createServer({ allowHalfOpen: true }, (client) => {
      client.on("error", () => {})
      taken += 1
      if (weather._tag === "Reset") return void client.resetAndDestroy()
      const upstream = Net.connect({ port: target, host, allowHalfOpen: true })
      const gates = [new Gate(() => weather), new Gate(() => weather)] as const
      lines.set(client, gates)
      client.once("close", () => lines.delete(client))
      // an end without a goodbye on one side is one on the other too
      const over = (error: unknown) => {
        if (!error) return
        client.resetAndDestroy()
        upstream.resetAndDestroy()
      }
      pipeline(client, gates[0], upstream, over)
      pipeline(upstream, gates[1], client, over)
    })

    const cut = Effect.sync(() => lines.forEach((_, client) => client.resetAndDestroy()))
    const port = yield* Effect.acquireRelease(listen(server, 0), () => Effect.zipRight(cut, close(server)))

    const open = Effect.suspend(() => (server.listening ? Effect.void : listen(server, port)))
    const shut = Effect.sync(() => void server.close())
    return {
      port,
      become: (next) =>
        Effect.zipRight(
          Effect.sync(() => {
            weather = next
            lines.forEach((gates) => gates.forEach((gate) => gate.retry()))
          }),
          next._tag === "Refuse" ? shut : open
        ),
      cut,
      lines: Effect.sync(() => ({ open: lines.size, taken }))
    }
  })
