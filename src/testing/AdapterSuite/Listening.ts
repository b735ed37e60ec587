import { expect } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Adapter } from "../../adapter/Adapter.ts"
import type { AdapterFatal } from "../../adapter/AdapterError.ts"
import type { Account } from "../../adapter/Platform.ts"
import type { Signal } from "../../adapter/Signal.ts"
import type { Heard, Simulator } from "../../adapter/Simulator.ts"

/** A platform of its own for each promise, and one account on it. */
export interface Stage {
  readonly account: Account<never>
  readonly simulator: Simulator
  /** who talks to the bot, and where */
  readonly person: Omit<Heard, "text">
  /** a part of the path of every request that sends */
  readonly sendPath: string
}

type Tag = Signal["_tag"]
type Of<T extends Tag> = Extract<Signal, { readonly _tag: T }>

interface Timed<S> {
  readonly at: number
  readonly signal: S
}

/** An adapter that is being listened to, and what it has said so far. */
export interface Listening {
  readonly adapter: Adapter
  readonly signals: ReadonlyArray<Signal>
  readonly timed: <T extends Tag>(tag: T) => ReadonlyArray<Timed<Of<T>>>
  readonly of: <T extends Tag>(tag: T) => ReadonlyArray<Of<T>>
  readonly texts: () => ReadonlyArray<string>
  readonly connected: () => boolean
  readonly over: () => boolean
  /** Waits for the loop to give up. */
  readonly fatal: Effect.Effect<AdapterFatal, void>
  readonly stop: Effect.Effect<void>
}

/** What is waited for, at most, on a clock that costs nothing. */
const patience = 24 * 3_600_000

/** Waits until it holds. */
export const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    while (!holds()) {
      expect((yield* Clock.currentTimeMillis) - began, "waited for a day, and it did not happen").toBeLessThan(patience)
      yield* Effect.sleep("100 millis")
    }
  })

/** Opens an adapter and listens to it until the scope ends. */
export const listening = ({ account }: Stage): Effect.Effect<Listening, AdapterFatal, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const adapter = yield* Scope.extend(account.open, scope)
    const heard: Array<Timed<Signal>> = []
    const end = yield* Deferred.make<void, AdapterFatal>()
    const isOf =
      <T extends Tag>(tag: T) =>
      (item: Timed<Signal>): item is Timed<Of<T>> =>
        item.signal._tag === tag
    const timed = <T extends Tag>(tag: T) => heard.filter(isOf(tag))
    let over = false

    yield* Stream.runForEach(adapter.listen, (signal) =>
      Effect.map(Clock.currentTimeMillis, (at) => void heard.push({ at, signal }))
    ).pipe(
      Effect.onExit((exit) =>
        Effect.zipRight(
          Effect.sync(() => (over = true)),
          Deferred.done(end, exit)
        )
      ),
      Effect.forkIn(scope)
    )

    return {
      adapter,
      get signals() {
        return heard.map(({ signal }) => signal)
      },
      timed,
      of: (tag) => timed(tag).map(({ signal }) => signal),
      texts: () =>
        timed("Received").flatMap(({ signal }) => (signal.event._tag === "MessageReceived" ? [signal.event.text] : [])),
      connected: () =>
        heard.findLast(({ signal }) => signal._tag !== "Received" && signal._tag !== "Alive")?.signal._tag ===
        "Connected",
      over: () => over,
      fatal: Effect.flip(Deferred.await(end)),
      stop: Scope.close(scope, Exit.void)
    }
  })
