import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, Duration, Effect, Fiber, Layer, Redacted, Schedule, type Scope, Stream, TestClock } from "effect"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import { replyMessage } from "../../../src/domain/Message.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import { JumpingClock } from "../../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"
import { config, secret } from "./listening.ts"

const world = (options: Partial<Simulator.TelegramSimulatorOptions> = {}) =>
  Effect.gen(function* () {
    const sim = yield* Simulator.make(options)
    const network = MemoryNetwork.layer({ "api.telegram.org": sim })
    const context = yield* Layer.build(
      Layer.mergeAll(network, ResumeStore.layerMemory, Stability.layer, Webhooks.layerNone)
    )
    return { sim, context }
  })

const attempts = (count: number) => ({
  listen: {
    retry: {
      base: Duration.seconds(1),
      factor: 2,
      cap: Duration.seconds(30),
      floor: Duration.millis(250),
      attempts: count
    }
  }
})

/** All that an adapter says until it gives up, and when, on a clock that jumps. */
const story = (
  changes: Partial<Telegram.TelegramConfig>,
  arrange: (sim: Simulator.TelegramSimulator) => Effect.Effect<void>
) =>
  Effect.gen(function* () {
    const clock = yield* JumpingClock.make(0)
    return yield* Effect.gen(function* () {
      const { context, sim } = yield* world()
      yield* arrange(sim)
      const adapter = yield* Effect.provide(Telegram.open(config(changes)), context)
      const heard: Array<{ readonly at: number; readonly signal: Signal }> = []
      const fatal = yield* Stream.runForEach(adapter.listen, (signal) =>
        Effect.map(Clock.currentTimeMillis, (at) => void heard.push({ at, signal }))
      ).pipe(Effect.flip)
      return { sim, heard, fatal, connections: yield* sim.connections }
    }).pipe(Effect.withClock(clock))
  })

describe("a Telegram adapter", () => {
  it.scoped("asks nobody anything when it is opened", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      yield* Effect.provide(Telegram.open(config()), context)
      yield* TestClock.adjust("1 minute")
      expect(yield* sim.record).toEqual([])
    })
  )

  it.scoped("writes to where a group has become another one as soon as it is told so, either way (F82)", () =>
    Effect.gen(function* () {
      const conversations = ["chat:-5", "chat:-6"]
      const { context, sim } = yield* world({ conversations })
      const adapter = yield* Effect.provide(Telegram.open(config()), context)
      const listening = yield* Effect.forkDaemon(Stream.runDrain(adapter.listen))
      yield* TestClock.adjust("1 second")
      for (const id of conversations) {
        const grown = yield* sim.migrate(id)
        yield* TestClock.adjust("1 second")
        const conversation = { account: adapter.account, kind: "group", id } as const
        const said = yield* adapter.send({ id, conversation, content: { text: "hi", format: "plain" } })
        expect(said.platformId).toMatch(`${grown.slice("chat:".length)}:`)
      }
      const refused = (yield* sim.record).filter(
        ({ detail, what }) => what === "answer" && JSON.stringify(detail).includes("upgraded")
      )
      expect(refused).toEqual([])
      yield* Fiber.interruptFork(listening)
      yield* TestClock.adjust("5 seconds")
    })
  )

  it.scoped("hears, and answers to what it heard", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      const adapter = yield* Effect.provide(Telegram.open(config()), context)
      const listening = yield* Stream.runForEach(adapter.listen, (signal) =>
        signal._tag === "Received"
          ? Effect.ignore(adapter.send(replyMessage(signal.event, 0, { text: "heard", format: "plain" })))
          : Effect.void
      ).pipe(Effect.forkDaemon)
      const id = yield* sim.hear({ conversation: "chat:7001", text: "hello" })
      yield* TestClock.adjust("1 second")
      expect(yield* sim.said).toMatchObject([{ text: "heard", replyTo: id, conversation: "chat:7001" }])
      yield* Fiber.interruptFork(listening)
      yield* TestClock.adjust("5 seconds")
    })
  )

  it.scoped("that has a webhook does not poll", () =>
    Effect.gen(function* () {
      const { context, sim } = yield* world()
      const webhook = { url: "https://bot.example/telegram", secret: Simulator.defaultBot.token }
      const adapter = yield* Effect.provide(Telegram.open(config({ webhook })), context)
      yield* Effect.forkScoped(Effect.ignore(Stream.runDrain(adapter.listen)))
      yield* TestClock.adjust("1 minute")
      expect(yield* sim.counts()).toMatchObject({ polls: 0 })
    })
  )

  it("names an account without its secret, by the bot's own id", () => {
    const account = Telegram.account(config({ name: "other", maxAge: Duration.hours(1) }))
    expect(account).toMatchObject({
      id: "telegram:other",
      credential: { key: "telegram:7100000001" },
      access: { _tag: "Closed" },
      maxAge: Duration.hours(1)
    })
    expect(JSON.stringify(account)).not.toContain(secret)
    expect(Telegram.platform.name).toBe("telegram")
  })

  it("takes no secret for the bot's id where a token has none (F31)", () => {
    for (const token of ["AAH-only-the-secret", "AAH-secret:7100000001", "7100000001AAH-secret"])
      expect(Telegram.account(config({ token: Redacted.make(token) })).credential.key).toBe("telegram:")
  })
})

describe("exhaustion", () => {
  for (const count of [10, 100])
    it.scoped(`comes after exactly ${count} attempts, and leaves nothing open (F01, F24, F38)`, () =>
      Effect.gen(function* () {
        const { connections, fatal, heard } = yield* story(attempts(count), (sim) =>
          sim.fault({ _tag: "Refuse", as: "dns" })
        )
        expect(fatal).toMatchObject({ reason: "Exhausted", retryable: true, attempts: count })
        expect(heard.filter(({ signal }) => signal._tag === "Disconnected")).toHaveLength(count - 1)
        expect(connections).toEqual([])
      })
    )

  it.scoped("comes of being told to slow down only after ten waits, each as long as was asked (F32)", () =>
    Effect.gen(function* () {
      const body = '{"ok":false,"error_code":429,"parameters":{"retry_after":60}}'
      const { fatal, heard } = yield* story(attempts(1), (sim) =>
        sim.fault({ _tag: "Answer", path: "/getUpdates", status: 429, body })
      )
      expect(fatal).toMatchObject({ reason: "Exhausted", retryable: true })
      expect(heard.filter(({ signal }) => signal._tag === "Disconnected")).toHaveLength(10)
      expect(heard.at(-1)?.at).toBeGreaterThanOrEqual(600_000)
    })
  )

  it.scoped(
    "comes of a platform that accepts and kicks, which is asked at most twenty times in ten minutes (F26, F42)",
    () =>
      Effect.gen(function* () {
        const { fatal, heard } = yield* story(attempts(30), (sim) =>
          sim.fault({ _tag: "CloseOn", step: "ready", code: 502, after: 1000 })
        )
        expect(fatal).toMatchObject({ reason: "Exhausted", attempts: 30 })
        const lost = heard.flatMap(({ signal }) => (signal._tag === "Disconnected" ? [signal.flapping] : []))
        expect(lost.slice(0, 3)).toEqual([false, false, true])
        const connected = heard.flatMap(({ at, signal }) => (signal._tag === "Connected" ? [at] : []))
        const [, , , since = 0] = connected
        expect(connected.filter((at) => at >= since && at < since + 600_000).length).toBeLessThanOrEqual(20)
      })
  )
})

describe("many reconnects", () => {
  const connects = (pull: Effect.Effect<Chunk.Chunk<Signal>, unknown, Scope.Scope>, times: number) =>
    Effect.iterate(0, {
      while: (count) => count < times,
      body: (count) =>
        Effect.map(pull, (signals) => count + Chunk.size(Chunk.filter(signals, ({ _tag }) => _tag === "Connected")))
    })

  // on the real clock: a turned clock remembers every sleep that was interrupted, and walks them all
  it.scopedLive(
    "leave one set of fibers behind, a thousand times over (F07, F47, F48)",
    () =>
      Effect.gen(function* () {
        const { context, sim } = yield* world({ slowRepeats: false })
        yield* sim.fault({ _tag: "CloseOn", step: "ready", code: 502, after: 0 })
        const fast = { listen: { retry: Schedule.forever, stableAfter: Duration.zero } }
        const adapter = yield* Effect.provide(Telegram.open(config(fast)), context)
        const pull = yield* Stream.toPull(adapter.listen)
        const fibers = Effect.zipRight(
          Effect.sleep("100 millis"),
          Effect.map(Fiber.roots, (roots) => roots.length)
        )
        yield* connects(pull, 10)
        const before = yield* fibers
        yield* connects(pull, 990)
        expect(yield* fibers).toBe(before)
        expect((yield* sim.connections).length).toBeLessThanOrEqual(1)
      }),
    60_000
  )
})
