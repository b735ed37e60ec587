import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { HttpRequest, Line, NoAnswer, Peer, Served, UpgradeRefused } from "../../adapter/Simulator.ts"

class CloseEvent extends Event {
  constructor(
    readonly code: number,
    readonly reason: string,
    readonly wasClean: boolean
  ) {
    super("close")
  }
}

class ErrorEvent extends Event {
  readonly message: string

  constructor(readonly error: Error) {
    super("error")
    this.message = error.message
  }
}

/** What Node reports when the network gives no answer. */
export const networkError = ({ code }: NoAnswer): Error => Object.assign(new Error(`connect ${code}`), { code })

const upgradeError = (failure: NoAnswer | UpgradeRefused): Error =>
  failure._tag === "NoAnswer"
    ? networkError(failure)
    : new Error(`Unexpected server response: ${failure.answer.status}`)

type Handler<E> = ((this: WebSocket, event: E) => unknown) | null

const utf8 = new TextDecoder()
const textOf = (data: ArrayBufferLike | ArrayBufferView): string =>
  utf8.decode(
    ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
  )

/** For how long a peer may leave a close unanswered. */
const closeTimeout = "2 seconds"
const abnormal = 1006

/** The client of the package `ws` without a network: its other end is a simulator's line. */
export class MemoryWebSocket extends EventTarget implements WebSocket {
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readonly bufferedAmount = 0
  readonly extensions = ""
  readonly protocol = ""
  binaryType: "blob" | "arraybuffer" = "blob"
  onopen: Handler<Event> = null
  onmessage: Handler<MessageEvent> = null
  onerror: Handler<ErrorEvent> = null
  onclose: Handler<CloseEvent> = null

  private state = 0
  private paused = false
  private hushed = false
  private line: Line | undefined
  /** what has arrived and not been shown, because nobody reads */
  private arrived: Array<() => void> = []
  private readonly closing = Deferred.unsafeMake<number>(FiberId.none)
  private readonly destroyed = Deferred.unsafeMake<number>(FiberId.none)
  private readonly over = Deferred.unsafeMake<void>(FiberId.none)

  constructor(readonly url: string) {
    super()
  }

  get readyState(): number {
    return this.state
  }

  get isPaused(): boolean {
    return this.paused
  }

  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (this.state === this.CONNECTING) throw new Error("WebSocket is not open: readyState 0 (CONNECTING)")
    if (this.state !== this.OPEN || this.hushed || data instanceof Blob) return
    this.line?.receive(typeof data === "string" ? data : textOf(data))
  }

  ping(): void {
    if (this.state === this.OPEN && !this.hushed) this.line?.ping()
  }

  on(event: "pong", listener: () => void): this {
    this.addEventListener(event, () => listener())
    return this
  }

  pause(): void {
    if (this.state === this.OPEN || this.state === this.CLOSING) this.paused = true
  }

  resume(): void {
    this.paused = false
    this.show()
  }

  close(code = 1005, _reason?: string): void {
    if (this.state >= this.CLOSING) return
    this.state = this.CLOSING
    Deferred.unsafeDone(this.closing, Effect.succeed(code))
  }

  terminate(): void {
    if (this.state === this.CLOSED) return
    this.state = this.CLOSING
    Deferred.unsafeDone(this.destroyed, Effect.succeed(abnormal))
  }

  /** The line's whole life, from the upgrade to the last `close`. */
  carry(served: Served, request: HttpRequest): Effect.Effect<void> {
    const opening = Effect.uninterruptibleMask((restore) =>
      restore(served.upgrade(request)).pipe(
        Effect.flatMap((accept) => accept(this.peer)),
        Effect.map((line) => this.opened(line))
      )
    )
    const left = Effect.raceFirst(Deferred.await(this.closing), Deferred.await(this.destroyed))
    return Effect.raceFirst(opening, left).pipe(
      Effect.zipRight(Effect.raceFirst(this.leaving, Deferred.await(this.over))),
      Effect.catchAll((failure) => Effect.sync(() => this.fail(upgradeError(failure)))),
      Effect.ensuring(Effect.sync(() => this.finish(abnormal, "")))
    )
  }

  private readonly leaving: Effect.Effect<void> = Effect.suspend(() => {
    if (this.line === undefined) {
      return Effect.sync(() => this.fail(new Error("WebSocket was closed before the connection was established")))
    }
    const closed = Deferred.await(this.closing).pipe(
      Effect.tap((code) => Effect.sync(() => this.hushed || this.line?.closed(code))),
      Effect.flatMap((code) =>
        this.hushed || this.paused ? Effect.delay(Effect.succeed(abnormal), closeTimeout) : Effect.succeed(code)
      )
    )
    return Effect.map(Effect.raceFirst(closed, Deferred.await(this.destroyed)), (code) => this.finish(code, ""))
  })

  private readonly peer: Peer = {
    send: (text) => this.arrive(() => this.emit(new MessageEvent("message", { data: text }), this.onmessage)),
    pong: () => this.arrive(() => this.dispatchEvent(new Event("pong"))),
    close: (code, reason) => this.arrive(() => this.finish(code, reason)),
    cut: () => this.arrive(() => this.finish(abnormal, "")),
    hush: () => {
      this.hushed = true
    }
  }

  private arrive(show: () => void): void {
    this.arrived.push(show)
    this.show()
  }

  private show(): void {
    while (!this.paused && this.state !== this.CONNECTING) {
      const next = this.arrived.shift()
      if (next === undefined) return
      next()
    }
  }

  private opened(line: Line): void {
    this.line = line
    if (this.state !== this.CONNECTING) return
    this.state = this.OPEN
    this.emit(new Event("open"), this.onopen)
    this.show()
  }

  private fail(error: Error): void {
    if (this.state !== this.CLOSED) this.emit(new ErrorEvent(error), this.onerror)
    this.finish(abnormal, "")
  }

  private finish(code: number, reason: string): void {
    if (this.state === this.CLOSED) return
    this.state = this.CLOSED
    this.arrived = []
    this.line?.closed(code)
    Deferred.unsafeDone(this.over, Effect.void)
    this.emit(new CloseEvent(code, reason, code !== abnormal), this.onclose)
  }

  private emit<E extends Event>(event: E, handler: Handler<E>): void {
    this.dispatchEvent(event)
    handler?.call(this, event)
  }
}
