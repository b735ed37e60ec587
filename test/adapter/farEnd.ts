import { Chunk, Effect, Exit, Fiber, Layer, type Scope, TestClock } from "effect"
import type { ConnectionLost } from "../../src/adapter/AdapterError.ts"
import * as Line from "../../src/adapter/Line.ts"
import type { Alive } from "../../src/adapter/Signal.ts"
import type { Peer, Served } from "../../src/adapter/Simulator.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"

export const account = accountId("qq", "main")

/** The other end of a line, in the hands of a test. */
export interface FarEnd extends Served {
  readonly peer: () => Peer
  readonly heard: ReadonlyArray<string>
  readonly pings: () => number
  /** the codes with which lines were closed from our side */
  readonly closed: ReadonlyArray<number>
  pongs: boolean
}

export const farEnd = (upgrade: ReturnType<Served["upgrade"]> | undefined = undefined): FarEnd => {
  const heard: Array<string> = []
  const closed: Array<number> = []
  let peer: Peer | undefined
  let gone = false
  let pings = 0
  const end: FarEnd = {
    peer: () => peer ?? { send: () => {}, pong: () => {}, close: () => {}, cut: () => {}, hush: () => {} },
    heard,
    pings: () => pings,
    closed,
    pongs: true,
    http: () => Effect.never,
    upgrade: () =>
      upgrade ??
      Effect.succeed((accepted) =>
        Effect.sync(() => {
          peer = accepted
          gone = false
          return {
            receive: (text) => void heard.push(text),
            ping: () => {
              pings += 1
              if (end.pongs) accepted.pong()
            },
            closed: (code) => {
              if (!gone) closed.push(code)
              gone = true
            }
          }
        })
      )
  }
  return end
}

/** Every frame is itself, except that `?` cannot be understood and `!` is a mistake of ours. */
const receive = (data: string | Uint8Array): string | undefined => {
  if (data === "!") throw new Error("a mistake in the decoder")
  return typeof data === "string" && data !== "?" ? data : undefined
}

/** A line to the far end; closed, on the turned clock, when the test is over. */
export const open = (end: FarEnd): Effect.Effect<Line.Line<string>, ConnectionLost, Scope.Scope> =>
  Effect.gen(function* () {
    const network = yield* Layer.build(MemoryNetwork.layer({ "far.end": end }))
    const line = yield* Effect.provide(Line.open({ account, url: "wss://far.end/socket", receive }), network)
    yield* Effect.addFinalizer(() => Effect.forkDaemon(TestClock.adjust("10 seconds")))
    return line
  })

export interface Reader {
  readonly read: ReadonlyArray<string | Alive>
  readonly chunks: () => number
  readonly lost: Effect.Effect<ConnectionLost>
}

/** Pulls for as long as there is something to pull. */
export const reading = (line: Line.Line<string>): Effect.Effect<Reader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const read: Array<string | Alive> = []
    let chunks = 0
    const fiber = yield* line.pull.pipe(
      Effect.tap((items) => {
        chunks += 1
        read.push(...Chunk.toReadonlyArray(items))
      }),
      Effect.forever,
      Effect.flip,
      Effect.forkScoped
    )
    return { read, chunks: () => chunks, lost: Fiber.join(fiber) }
  })

/** What opening comes to within so long. */
export const opening = (end: FarEnd, within: Parameters<typeof TestClock.adjust>[0]) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(Effect.exit(open(end)))
    yield* TestClock.adjust(within)
    const exit = yield* Fiber.join(fiber)
    return Exit.isFailure(exit) ? exit.cause : "opened"
  })
