import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Queue from "effect/Queue"
import type { Peer } from "../Simulator.ts"

interface Put {
  /** Unix milliseconds */
  readonly due: number
  readonly last: boolean
  readonly carry: (peer: Peer) => void
}

interface Plan {
  readonly millis: number
  readonly act: () => void
}

/**
 * A simulator's end of one WebSocket line. What is put on it arrives in order, late when the network is slow, never once
 * the line is half-open; what is planned on it is forgotten with it.
 */
export class Wire {
  private silenced = false

  private constructor(
    private readonly peer: Peer,
    private readonly now: () => number,
    private readonly delay: () => number,
    private readonly puts: Queue.Queue<Put>,
    private readonly plans: Queue.Queue<Plan>,
    private readonly gone: Deferred.Deferred<void>
  ) {}

  /** `now` in Unix milliseconds; `delay`, in milliseconds, is asked for everything that is put on the line. */
  static readonly make = (peer: Peer, now: () => number, delay: () => number): Effect.Effect<Wire> =>
    Effect.map(
      Effect.all([Queue.unbounded<Put>(), Queue.unbounded<Plan>(), Deferred.make<void>()]),
      ([puts, plans, gone]) => new Wire(peer, now, delay, puts, plans, gone)
    )

  get silent(): boolean {
    return this.silenced
  }

  send(text: string): void {
    this.put((peer) => peer.send(text))
  }

  pong(): void {
    this.put((peer) => peer.pong())
  }

  close(code: number, reason: string): void {
    this.put((peer) => peer.close(code, reason), true)
  }

  cut(): void {
    if (!this.silenced) this.peer.cut()
    this.leave()
  }

  hush(): void {
    this.silenced = true
    this.peer.hush()
  }

  /** Does this after so many milliseconds, if the line is still there. */
  after(millis: number, act: () => void): void {
    this.plans.unsafeOffer({ millis, act })
  }

  /** The peer has gone. */
  leave(): void {
    Deferred.unsafeDone(this.gone, Effect.void)
  }

  /** Carries everything out; ends when the line is closed or the peer has gone. */
  readonly run: Effect.Effect<void> = Effect.gen(this, function* () {
    yield* Queue.take(this.plans).pipe(
      Effect.flatMap(({ act, millis }) => Effect.forkScoped(Effect.delay(Effect.sync(act), millis))),
      Effect.forever,
      Effect.forkScoped
    )
    yield* Effect.raceFirst(Effect.repeat(this.carryOne, { until: identity<boolean> }), Deferred.await(this.gone))
  }).pipe(Effect.scoped)

  private put(carry: (peer: Peer) => void, last = false): void {
    this.puts.unsafeOffer({ due: this.now() + this.delay(), last, carry })
  }

  private readonly carryOne: Effect.Effect<boolean> = Effect.suspend(() => Queue.take(this.puts)).pipe(
    Effect.tap(({ due }) =>
      Effect.when(
        Effect.suspend(() => Effect.sleep(due - this.now())),
        () => due > this.now()
      )
    ),
    Effect.map(({ carry, last }) => {
      if (this.silenced) return false
      carry(this.peer)
      return last
    })
  )
}
