import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, Stream, TestClock } from "effect"
import { createHmac } from "node:crypto"
import { piece, plain } from "../../src/handler/Handler.ts"
import { type Does, answer, asked, endpoint, json, text } from "./Webhook/endpoint.ts"

const bodyOf = (body: { readonly _tag: string }): string =>
  "body" in body && body.body instanceof Uint8Array ? new TextDecoder().decode(body.body) : ""

describe("a webhook is posted", () => {
  it.effect("the event as JSON, with an idempotency key that is the event's for ever", () =>
    Effect.gen(function* () {
      const { handler, posted } = endpoint(() => new Response(null, { status: 204 }))
      const webhook = yield* handler
      yield* answer(webhook)
      yield* TestClock.adjust("1 hour")
      yield* answer(webhook)
      const [first, again] = posted
      expect(first?.method).toBe("POST")
      expect(first?.headers).toMatchObject({
        "content-type": "application/json",
        "idempotency-key": "qq:main/e1",
        "x-holdfast-timestamp": "0"
      })
      expect(again?.headers).toMatchObject({ "idempotency-key": "qq:main/e1", "x-holdfast-timestamp": "3600" })
      expect(JSON.parse(bodyOf(first?.body ?? { _tag: "" }))).toMatchObject({
        version: 1,
        attempt: 1,
        event: asked("e1")
      })
    })
  )

  it.effect("signed: the HMAC of timestamp and body, which a receiver counts by itself", () =>
    Effect.gen(function* () {
      const { handler, posted } = endpoint(() => new Response(null, { status: 204 }))
      yield* TestClock.adjust("1 hour")
      yield* answer(yield* handler)
      const [request] = posted
      const expected = createHmac("sha256", "the secret")
        .update(`3600.${bodyOf(request?.body ?? { _tag: "" })}`)
        .digest("hex")
      expect(request?.headers["x-holdfast-signature"]).toBe(`v1=${expected}`)
    })
  )

  it.effect("unsigned without a secret", () =>
    Effect.gen(function* () {
      const { handler, posted } = endpoint(() => new Response(null, { status: 204 }), { secret: undefined })
      yield* answer(yield* handler)
      expect(posted[0]?.headers).not.toHaveProperty("x-holdfast-signature")
    })
  )

  it.effect("with the name and the password that stand in its address, which is asked for without them", () =>
    Effect.gen(function* () {
      const url = Redacted.make("https://bot%40example:pass:w%C3%B6rd@bot.example/hook?a=b")
      const { handler, posted } = endpoint(() => new Response(null, { status: 204 }), { url })
      yield* answer(yield* handler)
      expect(posted[0]?.url).toBe("https://bot.example/hook?a=b")
      expect(posted[0]?.headers["authorization"]).toBe(
        `Basic ${Buffer.from("bot@example:pass:wörd").toString("base64")}`
      )
    })
  )

  it.effect("under a key of visible letters, whatever the event is called", () =>
    Effect.gen(function* () {
      const { handler, posted } = endpoint(() => new Response(null, { status: 204 }))
      yield* answer(yield* handler, "a b/é\r\nx: 1\ud800")
      expect(posted[0]?.headers["idempotency-key"]).toBe("qq:main/a%20b/%c3%a9%0d%0ax:%201%ef%bf%bd")
    })
  )
})

describe("what it answers is said", () => {
  const sse = "text/event-stream"
  const answers: ReadonlyArray<readonly [string, () => Response, ReadonlyArray<unknown>]> = [
    ["nothing: 204", () => new Response(null, { status: 204 }), []],
    ["later: 202, whatever is in it", () => text("queued", "text/html", { status: 202 }), []],
    ["an empty body", () => text("", "application/json"), []],
    ["an empty body of no type, as servers send that end without a word", () => new Response(new Uint8Array(0)), []],
    ["one reply", () => json({ text: "hello" }), [plain("hello")]],
    ["several", () => json([{ text: "one" }, { text: "two" }]), [plain("one"), plain("two")]],
    ["none of them", () => json([]), []],
    ["a blank one", () => json({ text: " " }), []],
    ["plain text", () => text("hello", "text/plain; charset=utf-8"), [plain("hello")]],
    ["markdown", () => text("*hello*", "text/markdown"), [{ text: "*hello*", format: "markdown" }]],
    [
      "lines",
      () => text('{"piece":"a"}\n\n{"piece":"b"}\r\n{"text":"c"}', "application/x-ndjson"),
      [piece("a", "plain"), piece("b", "plain"), plain("c")]
    ],
    [
      "events: comments keep the line alive, and what is called otherwise is none of ours",
      () => text(': alive\n\ndata: {"piece":"a"}\n\nevent: stats\ndata: 1\n\ndata: {"text":"b"}\n\n', sse),
      [piece("a", "plain"), plain("b")]
    ],
    [
      "events until one says that it is the last",
      () => text('data: {"text":"a"}\n\ndata: [DONE]\n\ndata: x\n\n', sse),
      [plain("a")]
    ]
  ]
  for (const [what, response, said] of answers)
    it.effect(what, () =>
      Effect.gen(function* () {
        const { handler } = endpoint(response)
        expect(yield* answer(yield* handler)).toEqual({ said, failure: undefined })
      })
    )

  it.effect("a piece is said as it comes, not when the answer is whole", () =>
    Effect.gen(function* () {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"piece":"a"}\n'))
      })
      const { handler } = endpoint(() => text(body, "application/x-ndjson"))
      const webhook = yield* handler
      expect(yield* Stream.runCollect(Stream.take(webhook(asked("e1")), 1))).toHaveLength(1)
    })
  )
})

describe("what is not understood is not said, and why is told in one line", () => {
  const wrong: ReadonlyArray<readonly [string, () => Response, RegExp]> = [
    ["HTML", () => text("<html>", "text/html"), /it wants application\/json, .* as content-type, and got text\/html$/],
    ["no type", () => new Response(new Uint8Array([65])), /and got none$/],
    [
      "no JSON",
      () => text("hello", "application/json"),
      /^the answer is not understood: it wants JSON, and got hello$/
    ],
    ["no reply", () => json({ txt: "hello" }), /^the answer is not understood: it wants text, or media to show$/],
    ["one of several", () => json([{ text: "a" }, {}]), /^reply 2 of the answer is not understood: it wants text/],
    ["a compressed one", () => json({}, { headers: { "content-encoding": "gzip" } }), /it is compressed \(gzip\)$/]
  ]
  for (const [what, response, why] of wrong)
    it.effect(what, () =>
      Effect.gen(function* () {
        const { handler } = endpoint(response)
        const { failure, said } = yield* answer(yield* handler)
        expect(said).toEqual([])
        expect(failure).toMatchObject({ retryable: false, cause: expect.stringMatching(why) })
        expect(failure?.until).toBeUndefined()
      })
    )

  it.effect("what came before it in a stream is said", () =>
    Effect.gen(function* () {
      const { handler } = endpoint(() => text('{"text":"a"}\nnonsense\n{"text":"b"}\n', "application/x-ndjson"))
      const { failure, said } = yield* answer(yield* handler)
      expect(said).toEqual([plain("a")])
      expect(failure?.cause).toBe("a line of the answer is not understood: it wants JSON, and got nonsense")
    })
  )

  it.effect("an answer that is too large is read no further", () =>
    Effect.gen(function* () {
      let given = 0
      const body = new ReadableStream({
        pull: (controller) => {
          given += 1
          controller.enqueue(new Uint8Array(1000).fill(97))
        }
      })
      const { handler } = endpoint(() => text(body, "text/plain"), { largest: 10_000 })
      const { failure, said } = yield* answer(yield* handler)
      expect({ said, failure }).toMatchObject({ said: [], failure: { retryable: false } })
      expect(failure?.cause).toBe("the answer is larger than 0.01 MB")
      expect(given).toBeLessThan(100)
    })
  )
})

describe("an endpoint that fails", () => {
  const failure = (does: Does, options = {}) =>
    Effect.flatMap(endpoint(does, options).handler, (webhook) => Effect.map(answer(webhook), ({ failure }) => failure))

  for (const code of ["ECONNREFUSED", "ENOTFOUND", "CERT_HAS_EXPIRED", "EHOSTUNREACH"])
    it.effect(`${code}: it is away, and the event waits at no attempt's cost`, () =>
      Effect.gen(function* () {
        expect(yield* failure(() => code)).toMatchObject({
          cause: `the connection failed: ${code}`,
          retryable: true,
          until: 1000
        })
      })
    )

  it.effect("asks for a pause, and is obeyed, up to a quarter of an hour", () =>
    Effect.gen(function* () {
      const pause = (status: number, after: string) =>
        failure(() => new Response("", { status, headers: { "retry-after": after } }))
      expect(yield* pause(429, "60")).toMatchObject({ retryable: true, until: 60_000 })
      expect(yield* pause(503, "Thu, 01 Jan 1970 00:02:00 GMT")).toMatchObject({ until: 120_000 })
      expect(yield* pause(503, "86400")).toMatchObject({ until: 900_000 })
      expect(yield* pause(429, "soon")).toMatchObject({ until: 1000 })
      expect(yield* failure(() => new Response("", { status: 503 }))).toMatchObject({ until: 1000 })
    })
  )

  it.effect("never answers: that spends an attempt (F70)", () =>
    Effect.gen(function* () {
      const asking = yield* Effect.fork(failure(() => Effect.never))
      yield* TestClock.adjust("1 minute")
      const failed = yield* Fiber.join(asking)
      expect(failed).toMatchObject({ retryable: true, cause: "no answer began within 1m" })
      expect(failed?.until).toBeUndefined()
    })
  )

  it.effect("falls silent within its answer", () =>
    Effect.gen(function* () {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"piece":"a"}\n'))
      })
      const { handler } = endpoint(() => text(body, "application/x-ndjson"))
      const asking = yield* Effect.fork(answer(yield* handler))
      // the first piece comes through promises, which the clock knows nothing of
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(asking)).toMatchObject({
        said: [piece("a", "plain")],
        failure: { retryable: true, cause: "nothing of the answer came for 1m" }
      })
    })
  )

  it.effect("breaks off within its answer", () =>
    Effect.gen(function* () {
      const { handler } = endpoint(() =>
        text(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('{"piece":"a"}\n')),
            pull: (controller) => controller.error(new Error("reset"))
          }),
          "application/x-ndjson"
        )
      )
      const webhook = yield* handler
      expect(webhook.nondeterministic?.(asked("e1"))).toBe(true)
      expect((yield* answer(webhook)).failure).toMatchObject({ retryable: true, cause: "the answer was cut off" })
    })
  )

  it.effect("five times in a row is asked no more before it is time, then once, and then by everybody", () =>
    Effect.gen(function* () {
      let well = false
      const { handler, posted } = endpoint(() => (well ? json({ text: "hello" }) : "ECONNREFUSED"))
      const webhook = yield* handler
      for (let index = 0; index < 9; index++) expect((yield* answer(webhook)).failure?.until).toBeGreaterThan(0)
      expect(posted).toHaveLength(5)
      expect(yield* webhook.health ?? Effect.succeed([])).toMatchObject([{ handler: "webhook", state: "failing" }])
      well = true
      yield* TestClock.adjust("1 second")
      expect((yield* answer(webhook)).said).toEqual([plain("hello")])
      expect((yield* answer(webhook)).said).toEqual([plain("hello")])
      expect(yield* webhook.health ?? Effect.succeed([])).toMatchObject([{ state: "working", since: 1000 }])
    })
  )

  it.effect("by saying that it is away, but only of one event: that costs it an attempt every five hours (F86)", () =>
    Effect.gen(function* () {
      let others = true
      const { handler } = endpoint(({ headers }) => {
        if (headers["idempotency-key"] === "qq:main/bad") return new Response("", { status: 503 })
        return others ? new Response(null, { status: 204 }) : new Response("", { status: 503 })
      })
      const webhook = yield* handler
      const hours = (count: number) =>
        Effect.forEach(Array.from({ length: count }), () =>
          Effect.gen(function* () {
            yield* TestClock.adjust("1 hour")
            yield* answer(webhook, "good")
            const { failure } = yield* answer(webhook, "bad")
            return failure?.until === undefined ? failure?.cause : "waits"
          })
        )
      const counted = "the endpoint answered 503, for at least 5h, in which others were answered"
      const waits = (times: number) => Array.from({ length: times }, () => "waits")
      expect(yield* hours(11)).toEqual([...waits(5), counted, ...waits(4), counted])
      // an endpoint that is away for everybody is waited for
      others = false
      expect(yield* hours(48)).toEqual(waits(48))
      others = true
      expect(yield* hours(2)).toEqual([counted, "waits"])
    })
  )

  it.effect("tells nobody what is in its address, or its secret, however it fails", () =>
    Effect.gen(function* () {
      const does: ReadonlyArray<Does> = [
        () => "ECONNREFUSED",
        () => new Response("", { status: 500 }),
        () => text("x", "a/b")
      ]
      for (const one of does) {
        const told = JSON.stringify(yield* failure(one))
        expect(told).toContain("cause")
        expect(told).not.toMatch(/in-the-address|the secret/)
      }
    })
  )
})
