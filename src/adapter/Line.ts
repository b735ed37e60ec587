import * as Socket from "@effect/platform/Socket"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { AccountId } from "../domain/Address.ts"
import { ConnectionLost } from "./AdapterError.ts"
import { Answers } from "./Answers.ts"
import { counter } from "./MetricFamily.ts"
import { alive, type Alive } from "./Signal.ts"

/** How long the WebSocket upgrade may take, from the name's resolution to the server's consent. */
export const openWithin = Duration.seconds(20)

/** For how long a full line waits to be pulled before it is given up, to be continued later. */
export const heldFor = Duration.seconds(30)

/** When so many came at once, more are on their way, and taking them together costs a fraction of taking them apart. */
const crowd = 64
/** From here on the socket is paused. */
const highWater = 4096
/** A paused socket still hands over what it has read already: 64 KiB, and so many of the smallest frames. */
const capacity = highWater + 32_768
const closingWithin = Duration.seconds(1)

/** Ends our side without ending the platform's session, as 1000 and 1001 might. */
const leaving = 4000

/** Frames that could not be understood. They count as life. */
export const undecodable = counter("frames_undecodable_total", "frames that could not be understood")

/** What the `ws` package can do beyond the standard; used only where it is there. */
interface Extras {
  readonly ping: () => void
  readonly on: (event: "pong", listener: () => void) => unknown
  readonly pause: () => void
  readonly resume: () => void
  readonly terminate: () => void
}

type Peer = globalThis.WebSocket & Partial<Extras>

/** One open WebSocket line. */
export interface Line<A> {
  /** All that came since the last pull, at least one; when that has been taken and the line is gone: how it was lost. */
  readonly pull: Effect.Effect<Chunk.Chunk<A | Alive>, ConnectionLost>
  /** Says a text, unless the line is gone. Never waits. */
  readonly send: (text: string) => void
  /** Gives the line up: what came before is still pulled, and then this. The first word on a loss is the last. */
  readonly lose: (lost: ConnectionLost) => Effect.Effect<void>
  /** undefined where the WebSocket at hand cannot ping */
  readonly ping: (() => void) | undefined
  readonly pongs: Answers
  /** Begins to watch: says, when asked, whether the line has been read all along, so that silence means something. */
  readonly watch: () => () => boolean
}

export interface Options<A> {
  readonly account: AccountId
  readonly url: string
  /** What a frame is; undefined when it cannot be understood. Runs where frames are read: it must not wait. */
  readonly receive: (data: string | Uint8Array) => A | Alive | undefined
}

const bytes = (data: unknown): string | Uint8Array =>
  typeof data === "string" ? data : data instanceof ArrayBuffer ? new Uint8Array(data) : ""

/** `ws` tells the status of a refused upgrade in its text and nowhere else. */
const refusedStatus = (message: string): number | undefined => {
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1]
  return status === undefined ? undefined : Number(status)
}

/**
 * Opens a line within 20 s; the scope closes it. Frames wait, in order and as chunks, to be pulled. When nobody pulls, the
 * socket is paused, and after 30 s of that the line is given up as `Held`, so that the session can be continued.
 */
export const open = <A>(
  options: Options<A>
): Effect.Effect<Line<A>, ConnectionLost, Scope.Scope | Socket.WebSocketConstructor> =>
  Effect.gen(function* () {
    const { account, url } = options
    const construct = yield* Socket.WebSocketConstructor
    const news = Effect.unsafeMakeLatch(false)
    const opened = yield* Deferred.make<void, ConnectionLost>()
    const closed = yield* Deferred.make<void>()
    const stalled = Effect.unsafeMakeLatch(false)
    const clock = yield* Effect.clock
    const pongs = new Answers()
    const receive = Option.liftThrowable(options.receive)
    let waiting: Array<A | Alive> = []
    let over = false
    let end: ConnectionLost | undefined
    let paused = false
    let since = 0n
    let turns = 0

    const lost = (reason: ConnectionLost["reason"], cause: string, code?: number) =>
      new ConnectionLost({ account, reason, cause, resumable: true, ...(code === undefined ? undefined : { code }) })

    const dial = Effect.try({
      try: () => {
        const socket: Peer = construct(url)
        socket.binaryType = "arraybuffer"

        const lose = (why: ConnectionLost) => {
          if (over) return
          Deferred.unsafeDone(opened, Exit.fail(why))
          end = why
          news.unsafeOpen()
          hangUp()
        }
        const hangUp = () => {
          over = true
          // only a socket that is read can see the other side's goodbye
          flow()
          if (socket.readyState < socket.CLOSING) socket.close(leaving)
        }
        const flow = () => {
          if (!paused) return
          paused = false
          turns += 1
          stalled.unsafeClose()
          socket.resume?.()
        }
        const stall = () => {
          if (paused || socket.pause === undefined) return
          paused = true
          turns += 1
          since = clock.unsafeCurrentTimeNanos()
          stalled.unsafeOpen()
          socket.pause()
        }
        const offer = (item: A | Alive) => {
          if (over) return
          if (waiting.length >= capacity) return lose(lost("Held", "nobody took what came"))
          waiting.push(item)
          news.unsafeOpen()
          if (waiting.length >= highWater) stall()
        }

        socket.addEventListener("open", () => Deferred.unsafeDone(opened, Exit.void))
        socket.addEventListener("message", ({ data }) => {
          const item = Option.getOrUndefined(receive(bytes(data)))
          if (item === undefined) undecodable.of().unsafeUpdate(1, [])
          offer(item ?? alive)
        })
        socket.addEventListener("error", ({ message }) => {
          const status = refusedStatus(message)
          lose(status === undefined ? lost("Transport", message) : lost("Refused", "the upgrade was refused", status))
        })
        socket.addEventListener("close", ({ code, reason }) => {
          Deferred.unsafeDone(closed, Exit.void)
          const said = reason === "" ? "the line was closed" : `the line was closed: ${reason}`
          lose(code === 1006 ? lost("Transport", "the line was cut", code) : lost("Closed", said, code))
        })
        socket.on?.("pong", () => {
          pongs.note()
          offer(alive)
        })
        return { socket, lose, hangUp, flow }
      },
      // the error is not told: it may quote the address
      catch: () => lost("Transport", "the address of the gateway is no WebSocket address")
    })

    const { flow, lose, socket } = yield* Effect.acquireRelease(dial, ({ hangUp, socket }) =>
      Effect.sync(hangUp).pipe(
        Effect.zipRight(
          Deferred.await(closed).pipe(Effect.disconnect, Effect.interruptible, Effect.timeoutOption(closingWithin))
        ),
        Effect.zipRight(Effect.sync(() => socket.terminate?.()))
      )
    )

    yield* Deferred.await(opened).pipe(
      Effect.timeoutFail({
        duration: openWithin,
        onTimeout: () => lost("Timeout", `the upgrade did not finish within ${Duration.format(openWithin)}`)
      })
    )

    // one timer serves many pauses, where racing each of them against its own would cost more than its frames
    yield* Effect.suspend(() => {
      if (!paused) return stalled.await
      const held = Duration.nanos(clock.unsafeCurrentTimeNanos() - since)
      if (Duration.lessThan(held, heldFor)) return Effect.sleep(Duration.subtract(heldFor, held))
      lose(lost("Held", `nobody took what came for ${Duration.format(heldFor)}`))
      return Effect.void
    }).pipe(Effect.forever, Effect.forkScoped)

    const take = Effect.suspend(() => {
      if (waiting.length === 0 && end !== undefined) return Effect.fail(end)
      const items = waiting
      waiting = []
      if (end === undefined) news.unsafeClose()
      flow()
      return Effect.succeed(Chunk.unsafeFromArray(items))
    })
    const gathered = Effect.suspend(() =>
      waiting.length < crowd || paused || over ? take : Effect.zipRight(Effect.sleep(Duration.zero), take)
    )

    return {
      pull: Effect.zipRight(news.await, gathered),
      send: (text) => {
        if (socket.readyState === socket.OPEN) socket.send(text)
      },
      lose: (why) => Effect.sync(() => lose(why)),
      ping:
        socket.ping === undefined
          ? undefined
          : () => {
              if (socket.readyState === socket.OPEN) socket.ping?.()
            },
      pongs,
      watch: () => {
        const before = turns
        return () => !paused && turns === before
      }
    }
  })
