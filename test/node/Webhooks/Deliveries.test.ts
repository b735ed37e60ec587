import * as HttpClient from "@effect/platform/HttpClient"
import { expect, it } from "@effect/vitest"
import { Chunk, Context, Effect, Exit, Layer, Logger, Redacted, Scope, Stream } from "effect"
import type { Adapter } from "../../../src/adapter/Adapter.ts"
import { Budget } from "../../../src/adapter/Budget.ts"
import { Ed25519 } from "../../../src/adapter/Ed25519.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Served, Simulator } from "../../../src/adapter/Simulator.ts"
import * as Post from "../../../src/adapter/Simulator/Post.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import * as Digest from "../../../src/node/Digest.ts"
import * as NodeEd25519 from "../../../src/node/Ed25519.ts"
import * as NodeHttpClient from "../../../src/node/HttpClient.ts"
import * as NodeWebhooks from "../../../src/node/Webhooks.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import * as QQSimulator from "../../../src/platforms/qq/Simulator.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import * as TelegramSimulator from "../../../src/platforms/telegram/Simulator.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"
import { freePort } from "../freePort.ts"

type Machine = QQ.Requirements | Telegram.Requirements

interface Stage {
  readonly simulator: Simulator & Served
  readonly hosts: ReadonlyArray<string>
  readonly open: Effect.Effect<Adapter, never, Machine | Scope.Scope>
  readonly conversation: string
}

const qq = (url: string) =>
  Effect.gen(function* () {
    const ed25519 = Context.get(yield* Layer.build(NodeEd25519.layer), Ed25519)
    const client = Context.get(yield* Layer.build(NodeHttpClient.layer), HttpClient.HttpClient)
    const bot = { ...QQSimulator.defaultBot, webhook: `${url}/qq/main` }
    const stage: Stage = {
      simulator: yield* QQSimulator.make({ bots: [bot], mail: { post: Post.through(client), ed25519 } }),
      hosts: ["bots.qq.com", "api.sgroup.qq.com"],
      open: QQ.open({ name: "main", appId: bot.appId, clientSecret: bot.secret, webhookPath: "/qq/main" }),
      conversation: "c2c:7C0E5A9D"
    }
    return stage
  })

const telegram = (url: string) =>
  Effect.gen(function* () {
    const client = Context.get(yield* Layer.build(NodeHttpClient.layer), HttpClient.HttpClient)
    const webhook = { url: `${url}/telegram/main`, secret: Redacted.make("s3cr3t") }
    const stage: Stage = {
      simulator: yield* TelegramSimulator.make({ anyWebhook: true, post: Post.through(client), retryScale: 0.1 }),
      hosts: ["api.telegram.org"],
      open: Telegram.open({ name: "main", token: TelegramSimulator.defaultBot.token, webhook }),
      conversation: "chat:7001"
    }
    return stage
  })

it.live.each([
  ["QQ", qq],
  ["Telegram", telegram]
] as const)("what %s posts over a real network is heard once, also what was turned away first", ([, make]) =>
  Effect.gen(function* () {
    const port = yield* freePort
    const { conversation, hosts, open, simulator } = yield* make(`http://127.0.0.1:${port}`)
    const context = yield* Layer.build(
      Layer.mergeAll(
        MemoryNetwork.layer(Object.fromEntries(hosts.map((host) => [host, simulator]))),
        NodeWebhooks.layerAt({ port }),
        NodeEd25519.layer,
        Digest.layer,
        Budget.layerMemory,
        ResumeStore.layerMemory,
        Stability.layer
      )
    )
    const heard: Array<string> = []
    const listening = Effect.gen(function* () {
      const scope = yield* Scope.make()
      const adapter = yield* Scope.extend(Effect.provide(open, context), scope)
      const pull = yield* Scope.extend(Stream.toPull(adapter.listen), scope)
      const next = Effect.tap(pull, (signals) =>
        Effect.sync(() => {
          for (const signal of Chunk.toReadonlyArray(signals))
            if (signal._tag === "Received" && signal.event._tag === "MessageReceived") heard.push(signal.event.text)
        })
      )
      yield* next
      yield* next
      yield* Effect.forkIn(Effect.forever(next), scope)
      return Scope.close(scope, Exit.void)
    })
    const until = (texts: ReadonlyArray<string>) =>
      Effect.repeat(Effect.sleep("10 millis"), { until: () => heard.length >= texts.length }).pipe(
        Effect.zipRight(Effect.sync(() => expect(heard).toEqual(texts)))
      )

    const stop = yield* listening
    yield* simulator.hear({ conversation, text: "哦一下 🙂" })
    yield* until(["哦一下 🙂"])
    yield* stop
    yield* simulator.hear({ conversation, text: "while you were away" })
    yield* Effect.sleep("300 millis")
    const stopAgain = yield* listening
    yield* until(["哦一下 🙂", "while you were away"])
    yield* Effect.sleep("1 second")
    expect(heard).toHaveLength(2)
    yield* stopAgain
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)), Effect.scoped, Effect.timeout("20 seconds"))
)
