import { Cause, Chunk, Effect, Exit, Fiber, Layer, Option, type Scope, Stream, TestClock } from "effect"
import type { Adapter } from "../../../src/adapter/Adapter.ts"
import type { AdapterFatal } from "../../../src/adapter/AdapterError.ts"
import { Budget } from "../../../src/adapter/Budget.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Digest from "../../../src/node/Digest.ts"
import * as Ed25519 from "../../../src/node/Ed25519.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import * as Simulator from "../../../src/platforms/qq/Simulator.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

type Tag = Signal["_tag"]

/** A simulated platform and one bot's listen loop on it. */
export interface Listening {
  readonly sim: Simulator.QQSimulator
  readonly signals: ReadonlyArray<Signal>
  readonly of: <T extends Tag>(tag: T) => ReadonlyArray<Extract<Signal, { readonly _tag: T }>>
  readonly texts: () => ReadonlyArray<string>
  readonly connected: () => boolean
  /** how the loop ended; undefined while it goes on */
  readonly fatal: Effect.Effect<AdapterFatal | undefined>
  readonly say: (text: string) => Effect.Effect<string>
  /** what our side sent on its lines, by op */
  readonly sent: (op: number) => Effect.Effect<ReadonlyArray<unknown>>
}

export const config = (changes: Partial<QQ.QQConfig> = {}): QQ.QQConfig => ({
  name: "main",
  appId: Simulator.defaultBot.appId,
  clientSecret: Simulator.defaultBot.secret,
  ...changes
})

export interface World {
  readonly sim: Simulator.QQSimulator
  readonly context: Layer.Layer<QQ.Requirements>
}

/** A platform, its network, and the stores of a process; what is opened in it later is closed before it. */
export const world = (options: Partial<Simulator.QQSimulatorOptions> = {}): Effect.Effect<World, never, Scope.Scope> =>
  Effect.gen(function* () {
    const sim = yield* Simulator.make(options)
    const network = MemoryNetwork.layer({ "bots.qq.com": sim, "api.sgroup.qq.com": sim })
    const context = yield* Layer.build(
      Layer.mergeAll(
        network,
        Webhooks.layerNone,
        Ed25519.layer,
        Digest.layer,
        Budget.layerMemory,
        ResumeStore.layerMemory,
        Stability.layer
      )
    )
    return { sim, context: Layer.succeedContext(context) }
  })

/** Opens an adapter in a world and listens; the scope ends it. */
export const listen = (
  { context, sim }: World,
  changes: Partial<QQ.QQConfig> = {},
  consume: (signals: Chunk.Chunk<Signal>, adapter: Adapter) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.gen(function* () {
    const adapter = yield* Effect.provide(QQ.open(config(changes)), context)
    const signals: Array<Signal> = []
    const fiber = yield* Stream.runForEachChunk(adapter.listen, (chunk) => {
      signals.push(...Chunk.toReadonlyArray(chunk))
      return consume(chunk, adapter)
    }).pipe(Effect.forkDaemon)
    yield* Effect.addFinalizer(() =>
      Effect.zipRight(Fiber.interruptFork(fiber), Effect.zipRight(TestClock.adjust("5 seconds"), Fiber.await(fiber)))
    )
    yield* TestClock.adjust("1 second")
    const of = <T extends Tag>(tag: T) =>
      signals.filter((signal): signal is Extract<Signal, { readonly _tag: T }> => signal._tag === tag)
    return {
      sim,
      signals,
      of,
      texts: () => of("Received").flatMap(({ event }) => (event._tag === "MessageReceived" ? [event.text] : [])),
      connected: () => signals.findLast(({ _tag }) => _tag !== "Alive" && _tag !== "Received")?._tag === "Connected",
      fatal: Effect.map(
        Fiber.poll(fiber),
        Option.flatMap((exit) => (Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()))
      ).pipe(Effect.map(Option.getOrUndefined)),
      say: (text) => sim.hear({ conversation: "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5", text }),
      sent: (op) =>
        Effect.map(sim.record, (record) =>
          record.flatMap(({ detail, what }) => {
            if (what !== "received" || typeof detail !== "object" || detail === null || !("text" in detail)) return []
            const frame: { op: number; d: unknown } = JSON.parse(String(detail.text))
            return frame.op === op ? [frame.d] : []
          })
        )
    }
  })

export const start = (
  options: Partial<Simulator.QQSimulatorOptions> = {},
  changes: Partial<QQ.QQConfig> = {}
): Effect.Effect<Listening, never, Scope.Scope> => Effect.flatMap(world(options), (made) => listen(made, changes))
