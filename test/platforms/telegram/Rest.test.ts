import { describe, expect, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import { Cause, Duration, Effect, Exit, Fiber, Logger, LogLevel, Option, Redacted, TestClock, Tracer } from "effect"
import { make, me, type Rest, type RestFailed, webhookInfo } from "../../../src/platforms/telegram/Rest.ts"
import { main, type Reaction, refusal, systemError, token, wire } from "./wire.ts"

const opened = (react: (nth: number) => Reaction) => {
  const { asked, layer } = wire((_, nth) => react(nth))
  return Effect.map(Effect.provide(make(main), layer), (rest) => ({ rest, asked }))
}
const failure = (reaction: Reaction) =>
  Effect.flatMap(
    opened(() => reaction),
    ({ rest }) => Effect.flip(rest.call("sendMessage", { chat_id: 1 }))
  )

describe("Telegram Rest", () => {
  it.effect("a call is JSON to the bot's own address, and gives back the result alone", () =>
    Effect.gen(function* () {
      const { asked, rest } = yield* opened(() => ({ result: { message_id: 5 } }))
      const params = { chat_id: -1001900000001, text: "hi", reply_parameters: { message_id: 4 }, absent: undefined }
      expect(yield* rest.call("sendMessage", params)).toEqual({ message_id: 5 })
      expect(asked).toMatchObject([
        {
          url: `https://api.telegram.org/bot${token}/sendMessage`,
          type: "application/json",
          text: '{"chat_id":-1001900000001,"text":"hi","reply_parameters":{"message_id":4}}'
        }
      ])
    })
  )

  it.effect("a file goes along as multipart/form-data, its bytes as they are and its nested fields as JSON", () =>
    Effect.gen(function* () {
      const { asked, rest } = yield* opened(() => ({ result: true }))
      const upload = { field: "photo", bytes: new Uint8Array([1, 2, 3]), name: 'a"b\r\n.png', mediaType: "image/png" }
      yield* rest.call("sendPhoto", { chat_id: 7, reply_parameters: { message_id: 4 }, absent: undefined }, { upload })
      const [one] = asked
      const form = yield* Effect.promise(() =>
        new Response(one?.text, { headers: { "content-type": one?.type ?? "" } }).formData()
      )
      expect([...form.keys()]).toEqual(["chat_id", "reply_parameters", "photo"])
      expect([form.get("chat_id"), form.get("reply_parameters")]).toEqual(["7", '{"message_id":4}'])
      const file = form.get("photo")
      if (!(file instanceof Blob)) throw new Error("no file")
      expect([file.size, file.type, file.name]).toEqual([3, "image/png", 'a"b\r\n.png'])
    })
  )

  it.effect("a refusal tells its status, the platform's words, and what its parameters say", () =>
    Effect.gen(function* () {
      const blocked = yield* failure(refusal(403, "Forbidden: bot was blocked by the user"))
      expect(blocked).toMatchObject({ method: "sendMessage", status: 403, sent: true, retryAfter: undefined })
      expect(blocked.message).toBe("sendMessage: Forbidden: bot was blocked by the user (403)")
      const parameters = { migrate_to_chat_id: -1001900000009 }
      const moved = yield* failure(refusal(400, "Bad Request: group chat was upgraded", parameters))
      expect(moved.migrateTo).toBe("-1001900000009")
    })
  )

  it.effect("how long to wait is read where too many requests are said, from the body or else the header (F32)", () =>
    Effect.gen(function* () {
      const slow = { status: 429, json: { ok: false, parameters: { retry_after: 7 } }, headers: { "retry-after": "9" } }
      expect((yield* failure(slow)).retryAfter).toBe(7_000)
      expect((yield* failure({ ...slow, json: { ok: false } })).retryAfter).toBe(9_000)
      expect((yield* failure({ ...slow, status: 420, raw: "<html>" })).retryAfter).toBe(9_000)
      expect((yield* failure({ ...slow, status: 503 })).retryAfter).toBeUndefined()
      for (const retry_after of ["7", -1, 1.5, null, undefined])
        expect((yield* failure(refusal(429, "slow", { retry_after }))).retryAfter, String(retry_after)).toBeUndefined()
    })
  )

  it.effect("what is no answer of the Bot API is a failure, whatever its status", () =>
    Effect.gen(function* () {
      const answers: ReadonlyArray<Reaction> = [
        { status: 200, raw: "<html>ok</html>" },
        { status: 200, raw: "" },
        { status: 200, raw: "{" },
        { status: 200, json: [] },
        { status: 200, json: { ok: "true", result: 1 } },
        { status: 200, json: { ok: false } },
        { status: 302, raw: "" },
        { status: 502, raw: "<html>Bad Gateway</html>" },
        { status: 500, json: { ok: true, result: 1 } }
      ]
      for (const answer of answers) {
        const failed = yield* failure(answer)
        expect(failed, JSON.stringify(answer)).toMatchObject({ sent: true, description: undefined })
        expect(failed.message).toMatch(/^sendMessage: \w.* \(\d{3}\)$/)
      }
    })
  )

  it.effect("an answer that does not say what was asked is a failure", () =>
    Effect.gen(function* () {
      for (const result of [undefined, null, [], {}, { id: "7" }, { url: 7 }]) {
        const { rest } = yield* opened(() => ({ result }))
        expect(yield* Effect.flip(me(rest))).toMatchObject({ method: "getMe", status: 200 })
        expect(yield* Effect.flip(webhookInfo(rest))).toMatchObject({ method: "getWebhookInfo", status: 200 })
      }
    })
  )

  it.effect("only what certainly never left is told as unsent (F81)", () =>
    Effect.gen(function* () {
      for (const code of ["ECONNREFUSED", "ENOTFOUND", "CERT_HAS_EXPIRED"])
        expect(yield* failure({ fault: systemError(code) }), code).toMatchObject({ sent: false, late: undefined })
      for (const code of ["ECONNRESET", "UND_ERR_SOCKET"])
        expect(yield* failure({ fault: systemError(code) }), code).toMatchObject({ sent: true, late: undefined })
    })
  )

  it.effect("each call has its own deadline, 20 s unless told otherwise, and says that it passed", () =>
    Effect.gen(function* () {
      const { rest } = yield* opened(() => "never")
      for (const within of [undefined, Duration.seconds(30)]) {
        const calling = yield* Effect.fork(Effect.flip(rest.call("getUpdates", {}, { within })))
        yield* TestClock.adjust(Duration.subtract(within ?? Duration.seconds(20), "1 millis"))
        expect(calling.unsafePoll()).toBeNull()
        yield* TestClock.adjust("1 millis")
        expect(yield* Fiber.join(calling)).toMatchObject({ sent: true, late: true })
      }
    })
  )

  it.effect("where a file is fetched is kept secret, since it holds the token", () =>
    Effect.gen(function* () {
      const { rest } = yield* opened(() => "never")
      const url = rest.fileUrl("photos/file_3.jpg")
      expect(Redacted.value(url)).toBe(`https://api.telegram.org/file/bot${token}/photos/file_3.jpg`)
      expect(`${String(url)} ${JSON.stringify(url)}`).not.toContain(token)
    })
  )
})

describe("the token, which is part of every address", () => {
  const echo: ReadonlyArray<Reaction> = [
    { result: {} },
    refusal(404, `Not Found: /bot${token}/getMe and ${token}`),
    { status: 502, raw: `<html>/bot${token}/getMe</html>` },
    { fault: systemError("ECONNRESET") },
    { fault: new Error(`connect https://api.telegram.org/bot${token}/getMe`) }
  ]

  const spans = () => {
    const told: Array<string> = []
    const tracer = Tracer.make({
      context: (run) => run(),
      span: (name, parent, context, links, startTime, kind) => {
        told.push(name)
        return {
          _tag: "Span",
          name,
          spanId: "1",
          traceId: "1",
          sampled: true,
          parent,
          context,
          links,
          kind,
          status: { _tag: "Started", startTime },
          attributes: new Map(),
          attribute: (key, value) => void told.push(`${key}=${String(value)}`),
          event: (event) => void told.push(event),
          addLinks: () => undefined,
          end: (_, exit) => void told.push(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "")
        }
      }
    })
    return { told, tracer }
  }

  const run = (use: (rest: Rest) => Effect.Effect<unknown, RestFailed>) => {
    const lines: Array<string> = []
    const log = Logger.make(({ annotations, cause, message, spans }) => {
      lines.push(JSON.stringify([message, [...annotations], [...spans]]), Cause.pretty(cause))
    })
    const { told, tracer } = spans()
    return Effect.forEach(echo, (reaction) =>
      Effect.gen(function* () {
        const { rest } = yield* opened(() => reaction)
        const exit = yield* Effect.exit(Effect.withSpan(use(rest), "ours"))
        if (Exit.isSuccess(exit)) return
        const failed = Option.getOrThrow(Cause.failureOption(exit.cause))
        lines.push(JSON.stringify(failed), String(failed), Cause.pretty(exit.cause, { renderErrorCause: true }))
        yield* Effect.logError("it failed", exit.cause)
      })
    ).pipe(
      Effect.withTracer(tracer),
      Effect.provide(Logger.replace(Logger.defaultLogger, log)),
      Logger.withMinimumLogLevel(LogLevel.All),
      Effect.as({ lines, told })
    )
  }

  it.effect("is in no failure, no log line of any level and no span", () =>
    Effect.gen(function* () {
      const { lines, told } = yield* run((rest) => rest.call("getMe"))
      const upload = { field: "photo", bytes: new Uint8Array(1), name: "a" }
      const other = yield* run((rest) => rest.call("sendPhoto", {}, { upload }))
      const all = [...lines, ...told, ...other.lines, ...other.told].join("\n")
      expect(all).toContain("ours")
      expect(all).toContain("getMe answered")
      expect(all).toContain("Not Found: /bot<token>/getMe and <token>")
      expect(all).not.toContain(token)
      expect(all).not.toContain("https://")
    })
  )

  it.effect("would be in the span of the same request made without us", () =>
    Effect.gen(function* () {
      const { told, tracer } = spans()
      const { layer } = wire(() => ({ result: {} }))
      yield* Effect.flatMap(HttpClient.HttpClient, (client) =>
        client.get(`https://api.telegram.org/bot${token}/getMe`)
      ).pipe(Effect.provide(layer), Effect.withTracer(tracer))
      expect(told.join("\n")).toContain(token)
    })
  )
})
