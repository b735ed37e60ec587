import type * as HttpClient from "@effect/platform/HttpClient"
import { Cause, Chunk, Effect, Exit, Fiber, Layer, Option, Redacted, type Scope, Stream, TestClock } from "effect"
import type { AdapterFatal } from "../../../src/adapter/AdapterError.ts"
import * as ButtonData from "../../../src/adapter/ButtonData.ts"
import * as Connection from "../../../src/adapter/Connection.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { type TelegramConfig, settings } from "../../../src/platforms/telegram/Config.ts"
import * as Polling from "../../../src/platforms/telegram/Polling.ts"
import * as Rest from "../../../src/platforms/telegram/Rest.ts"
import * as Moved from "../../../src/platforms/telegram/Send/Moved.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

type Tag = Signal["_tag"]

/** One bot's listen loop, by polling. */
export interface Listening {
  readonly signals: ReadonlyArray<Signal>
  readonly of: <T extends Tag>(tag: T) => ReadonlyArray<Extract<Signal, { readonly _tag: T }>>
  readonly texts: () => ReadonlyArray<string>
  readonly connected: () => boolean
  /** how the loop ended; undefined while it goes on */
  readonly fatal: Effect.Effect<AdapterFatal | undefined>
  /** Ends it as a clean stop does. */
  readonly stop: Effect.Effect<void>
}

export const config = (changes: Partial<TelegramConfig> = {}): TelegramConfig => ({
  name: "main",
  token: Simulator.defaultBot.token,
  ...changes
})

export type Context = Layer.Layer<HttpClient.HttpClient | ResumeStore | Stability>

export interface World {
  readonly sim: Simulator.TelegramSimulator
  readonly context: Context
  readonly say: (text: string) => Effect.Effect<string>
  /** the parameters of the calls of a method so far */
  readonly asked: (method: string) => Effect.Effect<ReadonlyArray<Record<string, unknown>>>
}

/** The stores of a process around a client; what is opened in it later is closed before it. */
export const around = (client: Layer.Layer<HttpClient.HttpClient>): Effect.Effect<Context, never, Scope.Scope> =>
  Effect.map(Layer.build(Layer.mergeAll(client, ResumeStore.layerMemory, Stability.layer)), (context) =>
    Layer.succeedContext(context)
  )

const isRequest = (detail: unknown): detail is { readonly method: string; readonly body: string } =>
  typeof detail === "object" && detail !== null && "method" in detail && "body" in detail

/** A simulated platform and its network. */
export const world = (
  options: Partial<Simulator.TelegramSimulatorOptions> = {}
): Effect.Effect<World, never, Scope.Scope> =>
  Effect.gen(function* () {
    const sim = yield* Simulator.make(options)
    return {
      sim,
      context: yield* around(MemoryNetwork.layer({ "api.telegram.org": sim })),
      say: (text) => sim.hear({ conversation: "chat:7001", text }),
      asked: (method) =>
        Effect.map(sim.record, (record) =>
          record.flatMap(({ detail, what }) =>
            what === "request" && isRequest(detail) && detail.method === method.toLowerCase()
              ? [JSON.parse(detail.body === "" ? "{}" : detail.body)]
              : []
          )
        )
    }
  })

/** A listen loop that nobody runs yet. */
export const loop = (
  context: Context,
  changes: Partial<TelegramConfig> = {}
): Effect.Effect<Stream.Stream<Signal, AdapterFatal>> =>
  Effect.gen(function* () {
    const main = settings(config(changes))
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(main.account))
    const session = yield* Polling.make({
      settings: main,
      rest: yield* Rest.make(main),
      moved: yield* Moved.make(main.account),
      data: yield* ButtonData.make(main.account)
    })
    const { openWithin } = Polling
    return Connection.listen(main.account, session, Connection.policy(main.listen, { openWithin, stability }))
  }).pipe(Effect.provide(context))

/** Polls; the scope ends it. */
export const listen = (
  context: Context,
  changes: Partial<TelegramConfig> = {},
  consume: (signals: Chunk.Chunk<Signal>) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.gen(function* () {
    const signals: Array<Signal> = []
    const fiber = yield* Stream.runForEachChunk(yield* loop(context, changes), (chunk) => {
      signals.push(...Chunk.toReadonlyArray(chunk))
      return consume(chunk)
    }).pipe(Effect.forkDaemon)
    const stop = Effect.zipRight(
      Fiber.interruptFork(fiber),
      Effect.zipRight(TestClock.adjust("5 seconds"), Effect.asVoid(Fiber.await(fiber)))
    )
    yield* Effect.addFinalizer(() => stop)
    yield* TestClock.adjust("10 millis")
    const of = <T extends Tag>(tag: T) =>
      signals.filter((signal): signal is Extract<Signal, { readonly _tag: T }> => signal._tag === tag)
    return {
      signals,
      of,
      texts: () => of("Received").flatMap(({ event }) => (event._tag === "MessageReceived" ? [event.text] : [])),
      connected: () => signals.findLast(({ _tag }) => _tag !== "Alive" && _tag !== "Received")?._tag === "Connected",
      fatal: Effect.map(
        Fiber.poll(fiber),
        Option.flatMap((exit) => (Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()))
      ).pipe(Effect.map(Option.getOrUndefined)),
      stop
    }
  })

/** The secret part of the simulated bot's address. */
export const secret = Redacted.value(Simulator.defaultBot.token)
