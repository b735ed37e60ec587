import type { LanguageModel } from "@effect/ai/LanguageModel"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { type ConfigError, ConfigProvider, Console, Context, Effect, Layer } from "effect"
import { createServer, type Server, type Socket } from "node:net"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import {
  Address,
  Delivery,
  type Downloads,
  Echo,
  type Event,
  Gateway,
  type GatewayOptions,
  Handler,
  Inbox,
  KeyedQueue,
  Memory,
  Message,
  Outbox,
  Signal
} from "holdfast"
import { FakeAdapter, MemoryQueue, QueueSuite } from "holdfast/testing"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import * as Node from "../../src/node/index.ts"
import { Program } from "../cli/program.ts"
import * as served from "../cli/served.ts"
import { calls, says, serve } from "../handler/Llm/server.ts"
import { project } from "./Newcomer.ts"
import { blocks } from "./Readme.ts"

const headings = {
  "bot.ts": "## In an Effect application",
  "model.ts": "### Handlers that come along",
  "watch.ts": "### Watching it",
  "access.ts": "### An access rule of your own",
  "durable.ts": "### What outlasts the process",
  "store.ts": "### A store of your own",
  "platform.ts": "### A platform of your own"
} as const
const texts = Object.entries(headings).map(([file, heading]) => [file, blocks("ts", heading)] as const)
const cwd = project(Object.fromEntries(texts.map(([file, [text = ""]]) => [file, text])))
const compiled = (file: string) => import(pathToFileURL(join(cwd, file)).href)

interface Access {
  readonly friends: Set<string>
  readonly gateway: Layer.Layer<Gateway, ConfigError.ConfigError, Node.Machine>
}
interface Durable {
  readonly durable: <E>(
    options: GatewayOptions<never, never>,
    database: Layer.Layer<SqlClient, E>
  ) => Layer.Layer<Gateway, unknown>
}
interface Model {
  readonly handler: Handler.Handler<LanguageModel | Memory | Downloads>
  readonly model: (url: string) => Layer.Layer<LanguageModel, never, HttpClient.HttpClient>
}
interface Watch {
  readonly watching: Layer.Layer<never, never, Gateway>
}
interface Seal<A> {
  readonly close: (value: A) => A
  readonly open: (value: A) => A
}
const store: {
  readonly sealed: <A, B>(
    queue: KeyedQueue.KeyedQueue<A, B>,
    mine: Seal<A>,
    next: Seal<B>
  ) => KeyedQueue.KeyedQueue<A, B>
  readonly layer: (seal: Seal<string>) => Layer.Layer<Inbox | Outbox, never, Inbox | Outbox>
} = await compiled("store.js")

const conversation = "c2c:0123456789ABCDEF0123456789ABCDEF"
const seal: Seal<string> = { close: (text) => `sealed ${text}`, open: (text) => text.slice("sealed ".length) }
const nothing: Seal<never> = { close: (value) => value, open: (value) => value }
const bounds: MemoryQueue.Bounds = { name: "queue", capacity: 200_000, dead: 3, remember: 50 }

QueueSuite.suite(
  "the README's store",
  ({ capacity }) =>
    Effect.gen(function* () {
      const fed = yield* MemoryQueue.make<string>({ ...bounds, name: "fed", capacity })
      const queue = yield* MemoryQueue.makeFeeding<string, string>({ ...bounds, capacity }, fed)
      return {
        queue: store.sealed(queue, seal, seal),
        fed: store.sealed(fed, seal, nothing),
        died: QueueSuite.nothingLeft
      }
    }),
  { outlives: false, remembers: bounds.remember, chain: 5000 }
)

describe("the README, of embedding", () => {
  it("has one block of code under each heading, and no other", () => {
    expect(texts.map(([, found]) => found.length)).toEqual(texts.map(() => 1))
    expect(blocks("ts").length).toBe(texts.length)
  })

  it.scopedLive("has a handler that answers on QQ as it says, and ends with 0", () =>
    Effect.gen(function* () {
      const { env, simulator } = yield* served.qq
      const bot = new Program([], { command: ["bot.js"], cwd, env })
      yield* Effect.promise(() => bot.says(/connected as demo-bot/))
      yield* simulator.hear({ conversation, text: "is it true?" })
      const said = yield* simulator.said.pipe(
        Effect.delay("50 millis"),
        Effect.repeat({ until: (all) => all.length > 0 })
      )
      expect(said).toMatchObject([{ conversation, text: "You said: is it true?" }])
      bot.signal("SIGTERM")
      expect(yield* Effect.promise(() => bot.ended)).toBe(0)
    })
  )

  it.scopedLive("has a rule that hears friends alone, and prints what passes and what becomes of accounts", () =>
    Effect.gen(function* () {
      const { env, simulator } = yield* served.qq
      const { friends, gateway }: Access = yield* Effect.promise(() => compiled("access.js"))
      const { watching }: Watch = yield* Effect.promise(() => compiled("watch.js"))
      const printed: Array<string> = []
      const console = {
        ...(yield* Console.consoleWith(Effect.succeed)),
        log: (line: string) => Effect.sync(() => void printed.push(line))
      }
      yield* Layer.provide(watching, gateway).pipe(
        Layer.provide(Node.layer),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))),
        Layer.build,
        Effect.withConsole(console)
      )
      const said = (count: number) =>
        simulator.said.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (all) => all.length >= count }),
          Effect.map((all) => all.map(({ text }) => text))
        )
      const told = (which: (line: string) => boolean, count = 1) =>
        Effect.repeat(Effect.sleep("10 millis"), { until: () => printed.filter(which).length >= count })
      yield* told((line) => line === "qq:main: Connected")
      const stranger = "c2c:FEDCBA9876543210FEDCBA9876543210"
      yield* simulator.hear({ conversation: stranger, text: "let me in" })
      yield* simulator.hear({ conversation, text: "hello" })
      yield* said(1)
      friends.add(stranger.slice("c2c:".length))
      yield* simulator.hear({ conversation: stranger, text: "and now?" })
      expect(yield* said(2)).toEqual(["hello", "and now?"])
      yield* told((line) => /: shown as \S/.test(line), 2)
      expect(printed.filter((line) => /says (hello|and now\?)$/.test(line))).toHaveLength(2)
      expect(printed.join("\n")).not.toContain("let me in")
    })
  )

  it.scoped("has a store that is shown no text which is not sealed, and gives it back as it was", () =>
    Effect.gen(function* () {
      const inner = yield* Layer.build(Delivery.layerMemory)
      const outer = yield* Effect.provide(Layer.build(store.layer(seal)), inner)
      const [inbox, within] = [Context.get(outer, Inbox), Context.get(inner, Inbox)]
      const account = Address.accountId("fake", "main")
      const event: Event.Event = {
        _tag: "MessageReceived",
        id: "e",
        conversation: { account, kind: "direct", id: "ann" },
        sender: { id: "ann" },
        at: 0,
        text: "a secret",
        addressed: true,
        attachments: [],
        mentions: []
      }
      const answer = Message.replyMessage(event, 0, Handler.plain("an answer"))
      const settles = [{ id: answer.id, key: "fake:main/ann", value: answer }]
      yield* inbox.offer([{ id: "e", key: "fake:main/ann", value: event }])
      const seen: Array<string> = []
      yield* Effect.forkScoped(
        inbox.work(
          ({ value }) =>
            Effect.sync(() => (seen.push("text" in value ? value.text : ""), KeyedQueue.dead("why not", settles))),
          { concurrency: 1 }
        )
      )
      yield* inbox.idle
      const [outbox, beneath] = [Context.get(outer, Outbox), Context.get(inner, Outbox)]
      yield* Effect.forkScoped(outbox.work(() => Effect.succeed(KeyedQueue.dead("nor this")), { concurrency: 1 }))
      yield* outbox.idle
      expect(seen).toEqual(["a secret"])
      expect(yield* within.dead).toMatchObject([{ value: { text: "sealed a secret" } }])
      expect(yield* inbox.dead).toMatchObject([{ value: { text: "a secret" } }])
      expect(yield* beneath.dead).toMatchObject([{ value: { content: { text: "sealed an answer" } } }])
      expect(yield* outbox.dead).toMatchObject([{ value: { content: { text: "an answer" } } }])
    })
  )

  it.scopedLive("has a model that calls what it was given, and says what it makes of it", () =>
    Effect.gen(function* () {
      const { handler, model }: Model = yield* Effect.promise(() => compiled("model.js"))
      const server = yield* serve
      server.scripts.push(calls("weather", '{"city":"Bern"}'), says(["Never any ", "rain."]))
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()] })
      yield* Gateway.layerMemory({ accounts: [fake.account], handler }).pipe(
        Layer.provide(model(server.url)),
        Layer.provide(Layer.merge(Memory.layerMemory, FetchHttpClient.layer)),
        Layer.build
      )
      yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => fake.opened() === 1 })
      yield* fake.emit(Signal.received(FakeAdapter.said(fake.account.id, "ann", "e", "And in Bern?")))
      yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => fake.sent.length > 0 })
      expect(fake.sent.map(({ content }) => content.text).join("")).toContain("Never any rain.")
      expect(JSON.stringify(server.asked[1]?.body.messages)).toContain("It never rains in Bern.")
    })
  )

  it.scopedLive("has stores in a database: what was heard in one process is answered in the next, once", () =>
    Effect.gen(function* () {
      const { durable }: Durable = yield* Effect.promise(() => compiled("durable.js"))
      const database = Sqlite.layer(join(cwd, "bot.db"))
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()] })
      const options = (handler: Handler.Handler): GatewayOptions<never, never> => ({
        accounts: [fake.account],
        handler
      })
      const alive = (times: number) =>
        Effect.repeat(Effect.sleep("10 millis"), { until: () => fake.opened() === times })
      const broken = new Handler.HandlerFailed({ cause: "not now", retryable: true, silent: false })
      yield* Effect.gen(function* () {
        yield* alive(1)
        yield* fake.emit(Signal.received(FakeAdapter.said(fake.account.id, "ann", "e", "are you there?")))
        const { passed } = yield* Gateway
        yield* Effect.repeat(Effect.delay(passed, "10 millis"), { until: ([one]) => one?.heard === 1 })
      }).pipe(
        Effect.provide(
          durable(
            options(() => broken),
            database
          )
        )
      )
      yield* Effect.gen(function* () {
        yield* alive(2)
        yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => fake.sent.length > 0 })
      }).pipe(Effect.provide(durable(options(Echo.handler), database)))
      expect(fake.sent.map(({ content, id }) => [id, content.text])).toEqual([["fake:main/e#0", "are you there?"]])
    })
  )

  it.scopedLive("has a platform that hears and says lines over TCP, and comes back when it was cut off", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      let peer: Socket | undefined
      const listening = Effect.async<Server>((resume) => {
        const server = createServer((socket) => {
          peer = socket
          socket.on("error", () => undefined)
          socket.on("data", (data) => void lines.push(String(data)))
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      })
      const server = yield* Effect.acquireRelease(listening, (server) =>
        Effect.sync(() => {
          peer?.destroy()
          server.close()
        })
      )
      const address = server.address()
      const port = typeof address === "object" ? String(address?.port) : ""
      const bot = new Program([], { command: ["platform.js"], cwd, env: { LINES_PORT: port } })
      yield* Effect.promise(() => bot.says(/connected as main/))
      peer?.write("1 ann hello\n\nnonsense\n2 bob what?\n")
      const until = (count: number) =>
        Effect.repeat(Effect.sleep("10 millis"), { until: () => lines.join("").split("\n").length > count })
      yield* until(2)
      peer?.destroy()
      yield* Effect.promise(() => bot.says(/connected as main/, 2))
      peer?.write("3 ann again\n")
      yield* until(3)
      expect(lines.join("").split("\n").toSorted()).toEqual(["", "ann again", "ann hello", "bob what?"])
      bot.signal("SIGTERM")
      expect(yield* Effect.promise(() => bot.ended)).toBe(0)
    })
  )
})
