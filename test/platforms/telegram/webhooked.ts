import { Cause, Chunk, Effect, Exit, Fiber, FiberId, Layer, Option, Redacted, Scope, Stream, TestClock } from "effect"
import * as ButtonData from "../../../src/adapter/ButtonData.ts"
import * as Connection from "../../../src/adapter/Connection.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import * as Post from "../../../src/adapter/Simulator/Post.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Routes from "../../../src/adapter/Webhooks/Routes.ts"
import { settings } from "../../../src/platforms/telegram/Config.ts"
import * as Rest from "../../../src/platforms/telegram/Rest.ts"
import * as Moved from "../../../src/platforms/telegram/Send/Moved.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import * as Webhook from "../../../src/platforms/telegram/Webhook.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

export const path = "/telegram/main"
export const secret = "s3cr3t_-of-the-webhook"
export const webhook = { url: `https://bot.example${path}`, secret: Redacted.make(secret) }

/** A simulated Telegram that posts to a server in memory, and what an account needs. */
export const world = Effect.gen(function* () {
  const routes = yield* Routes.make
  const sim = yield* Simulator.make({ post: Post.into(routes) })
  const context = yield* Layer.build(
    Layer.mergeAll(
      MemoryNetwork.layer({ "api.telegram.org": sim }),
      Layer.succeed(Webhooks, routes),
      ResumeStore.layerMemory,
      Stability.layer
    )
  )
  /** What anybody may post: the account's answer to it. */
  const post = (body: unknown, headers: Record<string, string> = { "x-telegram-bot-api-secret-token": secret }) =>
    routes.answer({
      method: "POST",
      path,
      headers,
      body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body))
    })
  const lines = (what: string) =>
    Effect.map(sim.record, (record) => record.filter((line) => line.what === what).map(({ detail }) => detail))
  return {
    sim,
    context,
    routes,
    post,
    /** what the calls of a method were given */
    asked: (method: string) =>
      Effect.map(lines("request"), (details) =>
        details.flatMap((detail): ReadonlyArray<Record<string, unknown>> => {
          const { body, method: called } = JSON.parse(JSON.stringify(detail))
          return called === method.toLowerCase() ? [JSON.parse(body === "" ? "{}" : body)] : []
        })
      ),
    /** how deliveries went so far; undefined is well */
    delivered: Effect.map(lines("delivered"), (details) =>
      details.map((detail): string | undefined => JSON.parse(JSON.stringify(detail)).failure?.message)
    ),
    say: (text: string, chat = "7001") =>
      Effect.zipLeft(sim.hear({ conversation: `chat:${chat}`, text }), TestClock.adjust("10 millis"))
  }
})
export type World = Effect.Effect.Success<typeof world>

/** An account that has been opened and is pulled by hand. */
export const opened = ({ context }: World, url = webhook.url) =>
  Effect.gen(function* () {
    const main = settings({ name: "main", token: Simulator.defaultBot.token, webhook: { ...webhook, url } })
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(main.account))
    const rest = yield* Rest.make(main)
    const moved = yield* Moved.make(main.account)
    const data = yield* ButtonData.make(main.account)
    const session = yield* Webhook.make({ settings: main, webhook: { ...webhook, url }, rest, moved, data })
    const { openWithin } = Webhook
    const listen = Connection.listen(main.account, session, Connection.policy({}, { openWithin, stability }))
    const signals: Array<Signal> = []
    const pull = yield* Scope.extend(Stream.toPull(listen), scope)
    return {
      signals,
      pull: Effect.tap(pull, (chunk) => Effect.sync(() => signals.push(...Chunk.toReadonlyArray(chunk)))),
      close: Effect.zipRight(
        Effect.fork(Scope.close(scope, Exit.interrupt(FiberId.none))),
        TestClock.adjust("5 seconds")
      )
    }
  }).pipe(Effect.provide(context))

/** An account that is listened to. */
export const listening = (world: World, url?: string) =>
  Effect.gen(function* () {
    const { close, pull, signals } = yield* opened(world, url)
    const fiber = yield* Effect.forkDaemon(Effect.forever(pull))
    yield* Effect.addFinalizer(() => Effect.zipRight(Fiber.interruptFork(fiber), close))
    yield* TestClock.adjust("1 second")
    type Tag = Signal["_tag"]
    const of = <T extends Tag>(tag: T) =>
      signals.filter((signal): signal is Extract<Signal, { readonly _tag: T }> => signal._tag === tag)
    const events = () => of("Received").map(({ event }) => event)
    return {
      signals,
      of,
      events,
      texts: () => events().flatMap((event) => (event._tag === "MessageReceived" ? [event.text] : [])),
      losses: () => of("Disconnected").map(({ cause }) => cause.message),
      connected: () => signals.findLast(({ _tag }) => _tag !== "Alive" && _tag !== "Received")?._tag === "Connected",
      fatal: Effect.map(Fiber.poll(fiber), (exit) =>
        exit._tag === "Some" && exit.value._tag === "Failure"
          ? Option.getOrUndefined(Option.flatten(Cause.failureOption(exit.value.cause)))
          : undefined
      ),
      stop: Effect.zipRight(Fiber.interruptFork(fiber), close)
    }
  })

export const started = Effect.gen(function* () {
  const made = yield* world
  return { ...made, ...(yield* listening(made)) }
})
