import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, TestClock } from "effect"
import { Ed25519 } from "../../../../src/adapter/Ed25519.ts"
import { type HttpRequest, NoAnswer, type Post } from "../../../../src/adapter/Simulator.ts"
import * as NodeEd25519 from "../../../../src/node/Ed25519.ts"
import * as Signature from "../../../../src/platforms/qq/Protocol/Signature.ts"
import { defaultBot, make } from "../../../../src/platforms/qq/Simulator.ts"

const bot = { ...defaultBot, webhook: "https://bot.example/qq/main" }

/** A platform with one bot that has an address, and everything that was posted there. */
const platform = (
  answer: (payload: { op: number; d: Record<string, string>; id?: string }, nth: number) => ReturnType<Post>
) =>
  Effect.gen(function* () {
    const ed25519 = Context.get(yield* Layer.build(NodeEd25519.layer), Ed25519)
    const posts: Array<HttpRequest> = []
    const post: Post = (request) => {
      posts.push(request)
      return answer(JSON.parse(request.body), posts.length)
    }
    const simulator = yield* make({ bots: [bot], mail: { post, ed25519 } })
    const key = Signature.key(ed25519, bot.secret)
    const hears = (text: string) =>
      Effect.zipRight(simulator.hear({ conversation: "c2c:U1", text }), TestClock.adjust(0))
    return { hears, key, posts, simulator, ops: () => posts.map(({ body }) => JSON.parse(body).op) }
  })

const says = (body: unknown, status = 200) => Effect.succeed({ status, headers: {}, body: JSON.stringify(body) })
const key = Effect.map(Effect.scoped(Layer.build(NodeEd25519.layer)), (context) =>
  Signature.key(Context.get(context, Ed25519), bot.secret)
)

/** A bot as it should be. */
const good = Effect.map(
  key,
  ({ sign }) =>
    ({ d, op }: { op: number; d: Record<string, string> }) =>
      op === 13
        ? says({ plain_token: d["plain_token"], signature: sign(d["event_ts"] ?? "", d["plain_token"] ?? "") })
        : says({ op: 12, d: 0 })
)

const notes = (what: string) => (record: ReadonlyArray<{ readonly what: string }>) =>
  record.filter((line) => line.what === what).length

it.scoped("an address is asked to prove itself before the first event, and not again", () =>
  Effect.gen(function* () {
    const { hears, ops } = yield* platform(yield* good)
    yield* hears("one")
    yield* hears("two")
    expect(ops()).toEqual([13, 0, 0])
  })
)

it.scoped("everything that is posted says whose it is, and is signed over its very bytes", () =>
  Effect.gen(function* () {
    const { hears, key, posts } = yield* platform(yield* good)
    yield* hears("哦一下")
    for (const { bytes, headers, method, url } of posts) {
      expect([method, url.pathname, headers["user-agent"]]).toEqual(["POST", "/qq/main", "QQBot-Callback"])
      expect(headers["x-bot-appid"]).toBe(bot.appId)
      const [signature = "", time = ""] = [headers["x-signature-ed25519"], headers["x-signature-timestamp"]]
      expect(key.signed(signature, time, bytes)).toBe(true)
    }
    expect(JSON.parse(posts[1]?.body ?? "")).toMatchObject({ op: 0, t: "C2C_MESSAGE_CREATE", d: { content: "哦一下" } })
  })
)

it.scoped("an address that proves nothing is told nothing", () =>
  Effect.gen(function* () {
    const { hears, ops } = yield* platform(({ d }) => says({ plain_token: d["plain_token"], signature: "00" }))
    yield* hears("one")
    yield* TestClock.adjust("1 minute")
    expect(ops()).toEqual([13, 13, 13, 13])
  })
)

it.scoped("what is not taken is posted again after 1 s, 5 s and 30 s, and then no more", () =>
  Effect.gen(function* () {
    const answer = yield* good
    const { hears, ops, posts, simulator } = yield* platform((payload) =>
      payload.op === 13 ? answer(payload) : says({}, 503)
    )
    yield* hears("one")
    for (const [after, count] of [
      ["999 millis", 2],
      ["1 millis", 3],
      ["5 seconds", 4],
      ["30 seconds", 5],
      ["1 day", 5]
    ] as const) {
      yield* TestClock.adjust(after)
      expect(posts.length).toBe(count)
    }
    expect(ops()).toEqual([13, 0, 0, 0, 0])
    expect(notes("unposted")(yield* simulator.record)).toBe(4)
  })
)

it.scoped.each([
  ["no answer within 5 s", () => Effect.never],
  ["a hang-up", () => new NoAnswer({ code: "ECONNRESET" })],
  ["a refusal", () => says({}, 401)],
  ["the code of a failure", () => says({ op: 12, d: 1 })]
] as const)("%s is a failure, and what comes again is the same event", ([, fails]) =>
  Effect.gen(function* () {
    const answer = yield* good
    const { hears, posts, simulator } = yield* platform((payload, nth) => (nth === 2 ? fails() : answer(payload)))
    yield* hears("one")
    yield* TestClock.adjust("6 seconds")
    expect(posts.length).toBe(3)
    expect(posts[2]?.body).toBe(posts[1]?.body)
    expect(notes("posted")(yield* simulator.record)).toBe(1)
  })
)

it.scoped("without anybody who carries it, nothing is posted", () =>
  Effect.gen(function* () {
    const simulator = yield* make({ bots: [bot] })
    yield* simulator.hear({ conversation: "c2c:U1", text: "one" })
    yield* TestClock.adjust("1 minute")
    expect(notes("unposted")(yield* simulator.record)).toBe(4)
  })
)
