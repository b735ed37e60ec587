import { expect, it } from "@effect/vitest"
import { Chunk, Context, Effect, Fiber, Layer, Logger, Option, Redacted, Stream, TestClock } from "effect"
import { Budget } from "../../../src/adapter/Budget.ts"
import { Ed25519 } from "../../../src/adapter/Ed25519.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import * as Post from "../../../src/adapter/Simulator/Post.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { type WebhookAnswer, Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Routes from "../../../src/adapter/Webhooks/Routes.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import * as Echo from "../../../src/handler/Echo.ts"
import * as Digest from "../../../src/node/Digest.ts"
import * as NodeEd25519 from "../../../src/node/Ed25519.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import * as Signature from "../../../src/platforms/qq/Protocol/Signature.ts"
import * as Simulator from "../../../src/platforms/qq/Simulator.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

const path = "/qq/main"
const bot = { ...Simulator.defaultBot, webhook: `https://bot.example${path}` }
const conversation = "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5"
const utf8 = new TextEncoder()

/** A simulated QQ that posts to a server in memory, and what an account needs. */
const world = Effect.gen(function* () {
  const routes = yield* Routes.make
  const ed25519 = Context.get(yield* Layer.build(NodeEd25519.layer), Ed25519)
  const sim = yield* Simulator.make({ bots: [bot], mail: { post: Post.into(routes), ed25519 } })
  const context = yield* Layer.build(
    Layer.mergeAll(
      MemoryNetwork.layer({ "bots.qq.com": sim, "api.sgroup.qq.com": sim }),
      Layer.succeed(Webhooks, routes),
      NodeEd25519.layer,
      Digest.layer,
      Budget.layerMemory,
      ResumeStore.layerMemory,
      Stability.layer
    )
  )
  const key = Signature.key(ed25519, bot.secret)

  /** What anybody may post: the account's answer to it. */
  const post = (body: string, headers: Record<string, string>) =>
    routes.answer({ method: "POST", path, headers, body: utf8.encode(body) })
  const signed = (payload: unknown, changes: Record<string, string> = {}) => {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload)
    return post(body, {
      "x-bot-appid": bot.appId,
      "x-signature-ed25519": key.sign("1725442341", body),
      "x-signature-timestamp": "1725442341",
      ...changes
    })
  }
  return { sim, context, key, post, signed }
})

/** The account listens; `held`: nobody pulls after what is asked for first. */
const listen = ({ context }: Effect.Effect.Success<typeof world>) =>
  Effect.gen(function* () {
    const signals: Array<Signal> = []
    const adapter = yield* QQ.open({
      name: "main",
      appId: bot.appId,
      clientSecret: bot.secret,
      webhookPath: path
    }).pipe(Effect.provide(context))
    const pull = yield* Stream.toPull(adapter.listen)
    const fiber = yield* Effect.forkScoped(
      Effect.forever(Effect.map(pull, (chunk) => void signals.push(...Chunk.toReadonlyArray(chunk))))
    )
    yield* TestClock.adjust("1 second")
    return {
      signals,
      fiber,
      ids: () => signals.flatMap((signal) => (signal._tag === "Received" ? [signal.event.id] : [])),
      texts: () =>
        signals.flatMap((signal) =>
          signal._tag === "Received" && signal.event._tag === "MessageReceived" ? [signal.event.text] : []
        ),
      tags: () => signals.map(({ _tag }) => _tag),
      news: () => signals.flatMap((signal) => (signal._tag === "Disconnected" ? [signal.cause.message] : []))
    }
  })

const started = Effect.gen(function* () {
  const made = yield* world
  return { ...made, ...(yield* listen(made)) }
})

const event = (id: string, text = "hello") => ({
  op: 0,
  s: 1,
  t: "C2C_MESSAGE_CREATE",
  id: `C2C_MESSAGE_CREATE:${id}`,
  d: { id, content: text, timestamp: "2026-01-01T08:00:00+08:00", author: { user_openid: "U1" } }
})

const bodyOf = ({ body = "null" }: WebhookAnswer): unknown => JSON.parse(body)

it.scoped("it is connected when QQ knows the bot, and hears what is posted, in order", () =>
  Effect.gen(function* () {
    const { ids, sim, tags, texts } = yield* started
    expect(tags()).toEqual(["Connecting", "Connected"])
    const said = []
    for (const text of ["one", "哦一下", "three"]) {
      said.push(yield* sim.hear({ conversation, text }))
      yield* TestClock.adjust(0)
    }
    expect(texts()).toEqual(["one", "哦一下", "three"])
    expect(ids()).toEqual(said)
    expect((yield* sim.record).filter(({ what }) => what === "posted")).toHaveLength(3)
    expect((yield* sim.record).filter(({ what }) => what === "unposted")).toHaveLength(0)
  })
)

it.scoped("no session is begun and no gateway is asked for", () =>
  Effect.gen(function* () {
    const { sim } = yield* started
    expect((yield* sim.counts()).identifies).toBe(0)
    expect(yield* sim.connections).toEqual([])
  })
)

it.scoped("the address is checked by what only this bot can sign, whether the check is signed or not", () =>
  Effect.gen(function* () {
    const { key, post, signed } = yield* started
    const check = { d: { plain_token: "Arq0D5A61EgUu4OxUvOp", event_ts: "1725442341" }, op: 13 }
    const proof = {
      plain_token: "Arq0D5A61EgUu4OxUvOp",
      signature:
        "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706"
    }
    expect(key.sign("1725442341", "Arq0D5A61EgUu4OxUvOp")).toBe(proof.signature)
    expect(bodyOf(yield* signed(check))).toEqual(proof)
    expect(bodyOf(yield* post(JSON.stringify(check), {}))).toEqual(proof)
    expect((yield* signed(check, { "x-signature-ed25519": "00" })).status).toBe(401)
  })
)

it.scoped("no check makes it sign what could pass for an event", () =>
  Effect.gen(function* () {
    const { ids, post } = yield* started
    const forged = JSON.stringify(event("forged"))
    for (const d of [
      { plain_token: forged, event_ts: "1725442341" },
      { plain_token: ` ${forged}`, event_ts: "17" },
      { plain_token: "x", event_ts: `1725442341${forged}` },
      { plain_token: "", event_ts: "1725442341" },
      { plain_token: "x" },
      { event_ts: "1725442341" },
      "x",
      null
    ]) {
      const answer = yield* post(JSON.stringify({ op: 13, d }), {})
      expect([answer.status, answer.body]).toEqual([400, undefined])
    }
    expect(ids()).toEqual([])
  })
)

const event1 = JSON.stringify(event("E1"))

it.scoped.each<[string, number, string, Record<string, string>]>([
  ["a signature of another body", 401, event1.replace("hello", "hellO"), {}],
  ["a signature of another time", 401, event1, { "x-signature-timestamp": "1725442342" }],
  ["a time that is none", 401, event1, { "x-signature-timestamp": "1725442341 " }],
  ["an empty signature", 401, event1, { "x-signature-ed25519": "" }],
  ["a signature that is none", 401, event1, { "x-signature-ed25519": "z".repeat(128) }],
  ["another bot's event", 403, event1, { "x-bot-appid": "102000002" }]
])("%s is refused with %d, and nothing of it is heard", ([, status, body, changes]) =>
  Effect.gen(function* () {
    const { ids, key, post } = yield* started
    const headers = {
      "x-bot-appid": bot.appId,
      "x-signature-ed25519": key.sign("1725442341", event1),
      "x-signature-timestamp": "1725442341"
    }
    expect(yield* post(body, { ...headers, ...changes })).toEqual({ status })
    expect(ids()).toEqual([])
  })
)

it.scoped("an event that nobody signed is refused, and so is one with half a signature", () =>
  Effect.gen(function* () {
    const { ids, key, post } = yield* started
    const headers = [
      {},
      { "x-bot-appid": bot.appId },
      { "x-signature-timestamp": "1725442341" },
      { "x-signature-ed25519": key.sign("", event1) }
    ]
    for (const each of headers) expect((yield* post(event1, { ...each })).status).toBe(401)
    expect(ids()).toEqual([])
  })
)

it.scoped("what another secret signed is refused", () =>
  Effect.gen(function* () {
    const { context, ids, signed } = yield* started
    const other = Signature.key(Context.get(context, Ed25519), Redacted.make("another secret"))
    const answer = yield* signed(event1, { "x-signature-ed25519": other.sign("1725442341", event1) })
    expect(answer.status).toBe(401)
    expect(ids()).toEqual([])
  })
)

it.scoped("an event is answered with op 12 and code 0 once it is kept; what comes again is the same event (F75)", () =>
  Effect.gen(function* () {
    const { ids, signed } = yield* started
    expect(bodyOf(yield* signed(event("E1")))).toEqual({ op: 12, d: 0 })
    expect(bodyOf(yield* signed(event("E1")))).toEqual({ op: 12, d: 0 })
    expect(ids()).toEqual(["E1", "E1"])
  })
)

it.scoped("what means nothing is answered at once; what is no payload is refused; a heartbeat is answered", () =>
  Effect.gen(function* () {
    const { ids, signed } = yield* started
    expect(bodyOf(yield* signed({ op: 0, t: "READY", d: {} }))).toEqual({ op: 12, d: 0 })
    expect(bodyOf(yield* signed({ op: 99, d: {} }))).toEqual({ op: 12, d: 0 })
    expect(bodyOf(yield* signed({ op: 1, d: 42 }))).toEqual({ op: 11, d: 42 })
    for (const text of ["", "null", "[]", "{", '{"op":"0"}', "\u0000"]) expect((yield* signed(text)).status).toBe(400)
    expect(ids()).toEqual([])
  })
)

it.scoped("a pressed button is acknowledged when it comes, however late it is kept", () =>
  Effect.gen(function* () {
    const made = yield* world
    const { fiber } = yield* listen(made)
    yield* Fiber.interrupt(fiber)
    const id = yield* made.sim.press({ conversation, button: "yes", data: "1" })
    yield* TestClock.adjust("1 second")
    expect(yield* made.sim.acknowledged).toEqual([id])
  })
)

it.scoped("nobody pulls: QQ is told to come again, and what comes again is heard (F78)", () =>
  Effect.gen(function* () {
    const made = yield* world
    const adapter = yield* QQ.open({
      name: "main",
      appId: bot.appId,
      clientSecret: bot.secret,
      webhookPath: path
    }).pipe(Effect.provide(made.context))
    const pull = yield* Stream.toPull(adapter.listen)
    yield* pull
    yield* pull
    const said = yield* made.sim.hear({ conversation, text: "one" })
    yield* TestClock.adjust("21 seconds")
    const posting = (yield* made.sim.record).flatMap(({ detail, what }) => (what === "unposted" ? [detail] : []))
    expect(posting.length).toBeGreaterThan(0)
    const heard = yield* Effect.fork(Effect.forever(pull))
    yield* TestClock.adjust("1 minute")
    expect((yield* made.sim.record).filter(({ what }) => what === "posted")).toHaveLength(1)
    expect(said).toMatch(/^ROBOT1.0_/)
    yield* Fiber.interrupt(heard)
  })
)

const outage: ReadonlyArray<readonly [string, Fault]> = [
  ["QQ cannot be reached", { _tag: "Refuse", as: "dns" }],
  ["QQ does not answer", { _tag: "Stall", step: "http" }],
  ["QQ answers with a page", { _tag: "Answer", status: 502, body: "<html>" }]
]

it.scoped.each(outage)(
  "%s: the line is lost within its silence, said why, and is there again after it (F10)",
  ([, fault]) =>
    Effect.gen(function* () {
      const { news, sim, tags, texts } = yield* started
      yield* sim.fault(fault)
      yield* TestClock.adjust("85 seconds")
      expect(tags()).toContain("Disconnected")
      expect(news()[0]).not.toBe("")
      yield* sim.hear({ conversation, text: "while you were away" })
      yield* sim.heal
      yield* TestClock.adjust("1 minute")
      expect(tags().findLast((tag) => tag !== "Received" && tag !== "Alive")).toBe("Connected")
      expect(texts()).toEqual(["while you were away"])
    })
)

it.scoped("a refused secret parks the account with a remedy", () =>
  Effect.gen(function* () {
    const made = yield* world
    yield* made.sim.fault({ _tag: "RefuseToken", code: 100016 })
    const { fiber } = yield* listen(made)
    const exit = yield* Fiber.await(fiber)
    const failure = exit._tag === "Failure" ? exit.cause : undefined
    expect(JSON.stringify(failure)).toContain('"reason":"Unauthorized"')
    expect(JSON.stringify(failure)).toContain("QQ_CLIENT_SECRET")
  })
)

it.scoped("every minute QQ's word is proof of life", () =>
  Effect.gen(function* () {
    const { tags } = yield* started
    yield* TestClock.adjust("3 minutes")
    expect(tags()).toEqual(["Connecting", "Connected", "Alive", "Alive", "Alive"])
  })
)

it.scoped("two accounts on one path: the second says so, and the first goes on", () =>
  Effect.gen(function* () {
    const { context, sim, texts } = yield* started
    const second = yield* QQ.open({
      name: "second",
      appId: bot.appId,
      clientSecret: bot.secret,
      webhookPath: path
    }).pipe(Effect.provide(context))
    const pull = yield* Stream.toPull(second.listen)
    yield* pull
    const [lost] = Chunk.toReadonlyArray(yield* pull)
    expect(lost?._tag === "Disconnected" ? lost.cause.message : "").toContain("its path is served already")
    yield* sim.hear({ conversation, text: "still there?" })
    yield* TestClock.adjust(0)
    expect(texts()).toEqual(["still there?"])
  })
)

it.scoped("what QQ posts twice is answered once, by the whole gateway (F75)", () =>
  Effect.gen(function* () {
    const { context, sim } = yield* world
    const config: QQ.QQConfig = { name: "main", appId: bot.appId, clientSecret: bot.secret, webhookPath: path }
    const accounts = [QQ.account({ ...config, access: { _tag: "Open" } })]
    yield* Layer.build(Gateway.layerMemory({ accounts, handler: Echo.handler })).pipe(Effect.provide(context))
    yield* TestClock.adjust("1 second")
    yield* sim.fault({ _tag: "Duplicate", times: 2 })
    for (const text of ["one", "two"]) yield* sim.hear({ conversation, text })
    yield* TestClock.adjust("1 minute")
    expect((yield* sim.said).map(({ text }) => text)).toEqual(["one", "two"])
    expect((yield* sim.record).filter(({ what }) => what === "posted")).toHaveLength(4)
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
)

it.scoped("the secret is in nothing that it answers or says", () =>
  Effect.gen(function* () {
    const { post, signals, signed, sim } = yield* started
    yield* sim.fault({ _tag: "Answer", status: 401, body: Redacted.value(bot.secret) })
    const answers = [yield* post("{}", {}), yield* signed(event("E1")), yield* signed("{")]
    yield* TestClock.adjust("10 minutes")
    expect(JSON.stringify([answers, signals])).not.toContain(Redacted.value(bot.secret))
    expect(Option.isSome(Option.fromNullable(signals[0]))).toBe(true)
  })
)
