import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Logger, LogLevel, Redacted, TestClock } from "effect"
import { authCodes } from "../../../src/platforms/qq/Protocol/AuthCodes.ts"
import { make } from "../../../src/platforms/qq/Rest.ts"
import { type Token, TokenFailed } from "../../../src/platforms/qq/Token.ts"
import { main, type Reaction, secret, systemError, wire } from "./wire.ts"

const tokens = (...values: ReadonlyArray<string>): { readonly token: Token; readonly dropped: Array<string> } => {
  const dropped: Array<string> = []
  return {
    dropped,
    token: {
      get: Effect.sync(() => Redacted.make(values[dropped.length] ?? "last")),
      drop: (token) => Effect.sync(() => void dropped.push(Redacted.value(token)))
    }
  }
}
const opened = (react: (nth: number, url: string) => Reaction) => {
  const { dropped, token } = tokens("one", "two")
  const { asked, layer } = wire(({ url }, nth) => react(nth, url))
  return Effect.map(Effect.provide(make(main, token), layer), (rest) => ({ rest, asked, dropped }))
}
const refusal = (code: number): Reaction => ({ status: 401, json: { code, err_code: code, message: "no" } })

describe("QQ Rest", () => {
  it.effect("discovery tells where the gateway is and how many sessions may still be begun", () =>
    Effect.gen(function* () {
      const limit = { total: 1000, remaining: 997, reset_after: 71234567, max_concurrency: 1 }
      const { asked, rest } = yield* opened(() => ({
        json: { url: "wss://api.bot.qq.com/websocket/", shards: 1, session_start_limit: limit }
      }))
      expect(yield* rest.gateway).toEqual({
        url: "wss://api.bot.qq.com/websocket/",
        shards: 1,
        starts: { total: 1000, remaining: 997, resetAfter: 71234567, concurrency: 1 }
      })
      expect(asked[0]).toMatchObject({
        method: "GET",
        url: "https://api.sgroup.qq.com/gateway/bot",
        headers: { authorization: "QQBot one" }
      })
    })
  )

  it.effect("discovery that says only where the gateway is suffices", () =>
    Effect.gen(function* () {
      for (const session_start_limit of [undefined, null, {}, { total: "1000", remaining: 3 }]) {
        const { rest } = yield* opened(() => ({ json: { url: "wss://g", session_start_limit } }))
        expect(yield* rest.gateway).toEqual({ url: "wss://g", shards: 1, starts: undefined })
      }
    })
  )

  it.effect("an answer that does not say what was asked is a failure", () =>
    Effect.gen(function* () {
      for (const reaction of [{ json: {} }, { json: { url: "" } }, { json: [] }, { raw: "<html>" }, { raw: "" }]) {
        const { rest } = yield* opened(() => reaction)
        expect((yield* Effect.flip(rest.gateway)).step).toBe("gateway")
        expect((yield* Effect.flip(rest.me)).step).toBe("me")
      }
    })
  )

  it.effect("asks who the bot is, and acknowledges a press", () =>
    Effect.gen(function* () {
      const { asked, rest } = yield* opened((nth) => (nth === 1 ? { json: { id: "114", username: "demo-bot" } } : {}))
      expect(yield* rest.me).toEqual({ id: "114", name: "demo-bot", bot: true })
      yield* rest.acknowledge("2f1e/../x")
      expect(asked[1]).toMatchObject({
        method: "PUT",
        url: "https://api.sgroup.qq.com/interactions/2f1e%2F..%2Fx",
        body: { code: 0 }
      })
    })
  )

  it.effect("a refused token is dropped and the request repeated once with a fresh one (F37)", () =>
    Effect.gen(function* () {
      const trouble = [...[11241, 11242, 11243, 11244].map(refusal), { status: 401 }, { status: 401, raw: "<html>" }]
      for (const reaction of trouble) {
        const { asked, dropped, rest } = yield* opened((nth) => (nth === 1 ? reaction : { json: { id: "m" } }))
        expect(yield* rest.post("/v2/users/u/messages", { content: "hi" })).toMatchObject({ body: { id: "m" } })
        expect(dropped).toEqual(["one"])
        expect(asked.map(({ headers }) => headers["authorization"])).toEqual(["QQBot one", "QQBot two"])
        expect(asked[1]?.body).toEqual(asked[0]?.body)
      }
    })
  )

  it.effect("a token that is refused twice is a failure, not a loop (F37)", () =>
    Effect.gen(function* () {
      const { asked, rest } = yield* opened(() => refusal(11244))
      expect(yield* Effect.flip(rest.gateway)).toMatchObject({ status: 401, code: 11244, verdict: undefined })
      expect(asked).toHaveLength(2)
    })
  )

  it.effect("credentials that only a person can put right are not tried again (F31)", () =>
    Effect.gen(function* () {
      for (const row of authCodes.filter(({ action }) => action === "fatal")) {
        const { asked, dropped, rest } = yield* opened(() => refusal(row.code))
        expect(yield* Effect.flip(rest.gateway)).toMatchObject({
          code: row.code,
          verdict: { remedy: expect.stringMatching(/\w/) }
        })
        expect([asked.length, dropped.length]).toEqual([1, 0])
      }
    })
  )

  it.effect("err_code counts before code, and the trace id is kept", () =>
    Effect.gen(function* () {
      const { rest } = yield* opened(() => ({ status: 400, json: { code: 11298, err_code: 40023002 }, trace: "4f0c" }))
      const failed = yield* Effect.flip(rest.gateway)
      expect(failed).toMatchObject({ code: 40023002, traceId: "4f0c", verdict: { reason: "Misconfigured" } })
      expect(failed.message).toContain("trace 4f0c")
      const other = yield* opened(() => ({ status: 500, json: { trace_id: "8a1f" } }))
      expect((yield* Effect.flip(other.rest.me)).traceId).toBe("8a1f")
    })
  )

  it.effect("a business code inside a success is seen", () =>
    Effect.gen(function* () {
      const { rest } = yield* opened(() => ({ status: 202, json: { code: 304023 } }))
      expect(yield* rest.post("/x", {})).toMatchObject({ status: 202, code: 304023 })
      expect((yield* Effect.flip(rest.gateway)).code).toBe(304023)
    })
  )

  it.effect("pages, empty bodies and every status come back as answers to a post", () =>
    Effect.gen(function* () {
      for (const reaction of [
        { status: 502, raw: "<html>bad gateway</html>" },
        { status: 204 },
        { status: 429, raw: "slow" },
        { status: 400, json: { code: 0 } }
      ]) {
        const { rest } = yield* opened(() => reaction)
        expect(yield* rest.post("/x", {})).toMatchObject({ status: reaction.status, code: undefined })
      }
    })
  )

  it.effect("only what certainly never left is told as unsent (F81)", () =>
    Effect.gen(function* () {
      const network: ReadonlyArray<readonly [error: unknown, sent: boolean]> = [
        [systemError("ECONNREFUSED", "connect"), false],
        [systemError("ENOTFOUND", "getaddrinfo"), false],
        [systemError("EAI_AGAIN", "getaddrinfo"), false],
        [systemError("ETIMEDOUT", "connect"), false],
        [systemError("UND_ERR_CONNECT_TIMEOUT"), false],
        [systemError("CERT_HAS_EXPIRED"), false],
        [Object.assign(new TypeError("fetch failed"), { cause: systemError("ECONNREFUSED", "connect") }), false],
        [systemError("ETIMEDOUT", "read"), true],
        [systemError("ECONNRESET"), true],
        [systemError("EPIPE", "write"), true],
        [systemError("UND_ERR_SOCKET"), true],
        [new Error("anything"), true],
        ["anything", true]
      ]
      for (const [fault, sent] of network) {
        const { rest } = yield* opened(() => ({ fault }))
        expect(yield* Effect.flip(rest.post("/x", {})), String(fault)).toMatchObject({ step: "send", sent })
      }
    })
  )

  it.effect("an answer that does not come is a failure after 20 s, and may have been sent", () =>
    Effect.gen(function* () {
      const { rest } = yield* opened(() => "never")
      const waiting = yield* Effect.fork(Effect.flip(rest.post("/x", {})))
      yield* TestClock.adjust("19999 millis")
      expect(waiting.unsafePoll()).toBeNull()
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(waiting)).toMatchObject({ step: "send", sent: true })
    })
  )

  it.effect("without a token nothing is sent, and what the token service said is passed on", () =>
    Effect.gen(function* () {
      const { asked, layer } = wire(() => ({}))
      const verdict = { reason: "Unauthorized", remedy: "reset it" } as const
      const token: Token = {
        get: new TokenFailed({ cause: "no", code: 100016, verdict, retryAfter: 5 }),
        drop: () => Effect.void
      }
      const rest = yield* Effect.provide(make(main, token), layer)
      expect(yield* Effect.flip(rest.gateway)).toMatchObject({
        step: "token",
        sent: false,
        code: 100016,
        verdict,
        retryAfter: 5
      })
      expect(asked).toHaveLength(0)
    })
  )

  it.effect("neither failures nor the log tell the token or the secret, at any level (F37)", () => {
    const lines: Array<string> = []
    const log = Logger.make(({ annotations, message }) => void lines.push(JSON.stringify([message, [...annotations]])))
    return Effect.gen(function* () {
      for (const reaction of [{ json: { url: "wss://g" } }, { fault: systemError("ECONNRESET") }, refusal(11244)]) {
        const { rest } = yield* opened(() => reaction)
        const outcome = yield* Effect.either(rest.gateway)
        lines.push(JSON.stringify(outcome), String(outcome._tag === "Left" ? outcome.left : ""))
      }
      expect(lines.join("\n")).toContain("gateway")
      expect(lines.join("\n")).not.toMatch(new RegExp(`${secret}|QQBot|"one"`))
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, log)), Logger.withMinimumLogLevel(LogLevel.All))
  })
})
