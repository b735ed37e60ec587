import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Stream } from "effect"
import { words } from "../../src/handler/Llm/Words.ts"
import { breaks, type Script, says, status } from "./Llm/server.ts"
import { account, inGroup, key, open, said } from "./Llm/stage.ts"

const contents = (
  asked: ReadonlyArray<{ readonly body: { readonly messages: ReadonlyArray<{ readonly content: unknown }> } }>
) => asked.map(({ body }) => body.messages.map(({ content }) => content))

describe("Llm, of what a model says", () => {
  it.scopedLive("says it piece by piece as it comes, whatever else is on the line", () =>
    Effect.gen(function* () {
      const { ask, asked, handler, scripts } = yield* open({ system: "You are a bot." })
      expect(handler.nondeterministic?.(said("hello"))).toBe(true)
      scripts.push(says(["Hel", "lo, ", "世界"], "stop", 5))
      const { failure, said: pieces } = yield* ask(said("hello"))
      expect([pieces.join(""), failure]).toEqual(["Hello, 世界", undefined])
      expect(pieces.length).toBeGreaterThan(1)
      expect(asked[0]).toMatchObject({
        path: "/v1/chat/completions",
        headers: { authorization: `Bearer ${key}` },
        body: {
          model: "test-1",
          stream: true,
          messages: [
            { role: "system", content: "You are a bot." },
            { role: "user", content: "hello" }
          ]
        }
      })
      expect(asked[0]?.headers).not.toHaveProperty("traceparent")
    })
  )

  it.scopedLive("says all at once where its server does not stream", () =>
    Effect.gen(function* () {
      const { ask, scripts } = yield* open()
      const choices = [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }]
      scripts.push((response) => {
        response.writeHead(200, { "content-type": "application/json; charset=utf-8" })
        response.end(JSON.stringify({ object: "chat.completion", choices }))
      })
      expect(yield* ask(said("hello"))).toMatchObject({ text: "Hello", failure: undefined })
    })
  )

  it.scopedLive("is silent about what is not said to it, in groups too unless it is to overhear", () =>
    Effect.gen(function* () {
      const quiet = yield* open()
      const { attachments: _attachments, mentions: _mentions, text: _text, addressed: _addressed, ...bare } = said("")
      for (const event of [said("  "), inGroup("hello all", "ann", { addressed: false })])
        expect((yield* quiet.ask(event)).said).toEqual([])
      expect(quiet.handler({ ...bare, _tag: "MessageDeleted", message: "e1" })).toBe(quiet.handler(said(" ")))
      expect(quiet.asked).toEqual([])
      const { ask, scripts } = yield* open({ overhears: true })
      scripts.push(says(["hello ann"]))
      expect((yield* ask(inGroup("hello all", "ann", { addressed: false }))).text).toBe("hello ann")
    })
  )

  it.scopedLive("says so where it may say no more, and where a filter holds the rest back", () =>
    Effect.gen(function* () {
      const { ask, scripts } = yield* open()
      scripts.push(says(["once upon a time"], "length"), says(["once upon"], "content_filter"))
      expect((yield* ask(said("a story"))).text).toBe(`once upon a time\n\n${words.en.longest}`)
      expect((yield* ask(said("a story"))).text).toBe(`once upon\n\n${words.en.refused}`)
    })
  )

  it.scopedLive("does not say what it thinks, where that is told apart and where it thinks aloud", () =>
    Effect.gen(function* () {
      const { ask, memory, scripts } = yield* open()
      const thought = `data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n`
      const end = `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`
      scripts.push(
        breaks([], { rest: `${thought}data: {"choices":[{"delta":{"content":"yes"}}]}\n\n${end}`, cut: true }),
        says(["<thi", "nk>hm</think>", "\n\n", "no"])
      )
      expect((yield* ask(said("well?"))).text).toBe("yes")
      expect((yield* ask(said("well?"))).text).toBe("no")
      expect((yield* memory.recall("qq:main/c2c:1")).map(({ answered }) => answered)).toEqual(["yes", "no"])
    })
  )

  it.scopedLive("ends with the answer where a server leaves the line open after it", () =>
    Effect.gen(function* () {
      const { ask, scripts } = yield* open()
      const end = `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n`
      scripts.push(breaks(["done"], { rest: end, cut: false }))
      const { failure, text } = yield* ask(said("hello"))
      expect([text, failure]).toEqual(["done", undefined])
    })
  )
})

describe("Llm, of many who ask at once", () => {
  it.scopedLive("asks for so many answers at a time, and one that nobody waits for any more takes no turn", () =>
    Effect.gen(function* () {
      const { ask, asked, scripts } = yield* open({ concurrency: 1 })
      const end: Array<() => void> = []
      const held: Script = async (response) => {
        await new Promise<void>((resolve) => end.push(resolve))
        await says(["done"])(response)
      }
      scripts.push(held, says(["third"]))
      const first = yield* Effect.fork(ask(said("one")))
      yield* Effect.repeat(Effect.sleep("5 millis"), { until: () => asked.length === 1 })
      const second = yield* Effect.fork(ask(said("two")))
      const third = yield* Effect.fork(ask(said("three")))
      yield* Effect.sleep("50 millis")
      expect(asked).toHaveLength(1)
      yield* Fiber.interrupt(second)
      end[0]?.()
      expect([(yield* Fiber.join(first)).text, (yield* Fiber.join(third)).text]).toEqual(["done", "third"])
      expect(asked).toHaveLength(2)
    })
  )
})

describe("Llm, when a model fails", () => {
  const nothing = `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`
  const leak = { code: "invalid_api_key", message: `Incorrect API key provided: ${key}` }
  const cases: ReadonlyArray<
    readonly [
      title: string,
      Script,
      {
        readonly said?: string
        readonly why: string
        readonly retryable?: boolean
        readonly told: keyof typeof words.en
      }
    ]
  > = [
    [
      "is cut off",
      breaks(["Hel", "lo"], { cut: true }),
      { said: "Hello", why: "(Cut): its answer was cut off", retryable: true, told: "away" }
    ],
    [
      "ends without saying so",
      breaks(["Hel"], { rest: "", cut: true }),
      { said: "Hel", why: "(Cut)", retryable: true, told: "away" }
    ],
    [
      "says what is no JSON",
      breaks(["Hel"], { rest: 'data: {"choices": [{"de\n\n', cut: false }),
      { said: "Hel", why: "(Malformed): a part of its answer could not be understood", retryable: true, told: "away" }
    ],
    [
      "says what has no end",
      breaks([], { rest: `data: ${"x".repeat(1_100_000)}`, cut: false }),
      { why: "(Malformed): a line of its answer has no end", retryable: true, told: "away" }
    ],
    [
      "says nothing at all",
      breaks([], { rest: nothing, cut: false }),
      { why: "(Empty): its answer is empty (stop)", retryable: true, told: "away" }
    ],
    [
      "fails in the middle",
      breaks(["Hel"], { rest: 'data: {"error":{"code":"server_error","message":"out of memory"}}\n\n', cut: false }),
      {
        said: "Hel",
        why: "(Busy): it broke off its answer (server_error): out of memory",
        retryable: true,
        told: "away"
      }
    ],
    ["is overloaded", status(529), { why: "(Busy): it answered 529", retryable: true, told: "away" }],
    [
      "fails",
      status(500, { message: "boom" }),
      { why: "(Busy): it answered 500: boom", retryable: true, told: "away" }
    ],
    [
      "does not know us",
      status(401, leak),
      {
        why: "(Unauthorized): it answered 401 (invalid_api_key): Incorrect API key provided: …; look at its key",
        told: "unwell"
      }
    ],
    [
      "is not there",
      status(404, { code: "model_not_found" }),
      { why: "(Misconfigured): it answered 404 (model_not_found)", told: "unwell" }
    ],
    [
      "is not paid for",
      status(429, { code: "insufficient_quota" }),
      { why: "(Quota): it answered 429 (insufficient_quota)", told: "spent" }
    ],
    [
      "is told too much",
      status(400, { code: "context_length_exceeded" }),
      { why: "(TooLong): it answered 400", told: "tooLong" }
    ],
    [
      "will not answer that",
      status(400, { code: "content_filter" }),
      { why: "(Refused): it answered 400", told: "refused" }
    ],
    [
      "answers with a page",
      (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html>"),
      { why: "(Busy): it answered 502", retryable: true, told: "away" }
    ],
    [
      "answers with a page as if all were well",
      (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      {
        why: "(Malformed): it answered with a page: is its address right?",
        retryable: true,
        told: "away"
      }
    ],
    [
      "does not stream what is wrong",
      (response) =>
        void response
          .writeHead(200, { "content-type": "application/json" })
          .end('{"error":{"code":"insufficient_quota","message":"no more"}}'),
      { why: "(Quota): it broke off its answer (insufficient_quota): no more", told: "spent" }
    ],
    [
      "sends us elsewhere",
      (response) => void response.writeHead(302, { location: "/login" }).end(),
      { why: "(Rejected): it answered 302", told: "unwell" }
    ]
  ]
  it.scopedLive("says why, whether it is worth trying again, and what to tell who asked; never its key", () =>
    Effect.gen(function* () {
      const { ask, handler, log, scripts } = yield* open()
      for (const [title, script, { said: pieces = "", why, retryable = false, told }] of cases) {
        scripts.push(script)
        const { failure, text } = yield* ask(said(title))
        expect({ title, text, retryable: failure?.retryable, notice: failure?.notice }).toEqual({
          title,
          text: pieces,
          retryable,
          notice: words.en[told]
        })
        expect(failure?.cause).toContain("the model test-1 failed")
        expect(failure?.cause).toContain(why)
        expect(JSON.stringify([failure, log, yield* handler.health ?? Effect.void])).not.toContain(key)
      }
    })
  )

  it.scopedLive("is not waited for where it is silent longer than it may be, before it begins and in between", () =>
    Effect.gen(function* () {
      const { ask, scripts } = yield* open({ patience: { first: Duration.millis(400), next: Duration.millis(200) } })
      scripts.push(() => {}, breaks(["Hel"], { cut: false }))
      const { failure: never, text: nothing } = yield* ask(said("hello"))
      expect([nothing, never?.cause]).toEqual(["", expect.stringContaining("(Silent): nothing came for 400ms")])
      const { failure, text } = yield* ask(said("hello"))
      expect([text, failure?.retryable, failure?.notice]).toEqual(["Hel", true, words.en.away])
      expect(failure?.cause).toContain("(Silent): nothing came for 200ms")
    })
  )

  it.scopedLive("is not asked again before it says so, and not at all where that is too long", () =>
    Effect.gen(function* () {
      const { ask, scripts } = yield* open()
      scripts.push(status(429, {}, { "retry-after": "7" }), status(429, {}, { "retry-after": "86400" }))
      expect((yield* ask(said("hello"))).failure).toMatchObject({ retryable: true, retryAfter: 7000 })
      expect((yield* ask(said("hello"))).failure).toMatchObject({ retryable: false, notice: words.en.away })
    })
  )

  it.scopedLive("cannot be reached, and is told of as failing since the first time, until it answers", () =>
    Effect.gen(function* () {
      const { ask, handler, log, scripts } = yield* open()
      const health = handler.health ?? Effect.succeed([])
      expect(yield* health).toEqual([])
      scripts.push(status(500), status(400, { code: "content_filter" }), status(401), says(["hello"]))
      yield* ask(said("hello"))
      const [first] = yield* health
      expect(first).toMatchObject({ handler: "llm", state: "failing", cause: "it answered 500" })
      yield* ask(said("something else"))
      expect(yield* health).toEqual([first])
      yield* ask(said("hello"))
      expect(yield* health).toMatchObject([{ state: "failing", since: first?.since, cause: "it answered 401" }])
      yield* ask(said("hello"))
      expect(yield* health).toMatchObject([{ handler: "llm", state: "working" }])
      expect((yield* health)[0]).not.toHaveProperty("cause")
      expect(log).toEqual([
        "the model test-1 does not answer (Busy)",
        expect.stringMatching(/^the model test-1 answers again, after \d/)
      ])
    })
  )
})

describe("Llm, of what was said so far", () => {
  it.scopedLive("tells the model, apart for each conversation, until it is to forget", () =>
    Effect.gen(function* () {
      const { ask, asked, memory, scripts } = yield* open({ system: "Be brief." })
      scripts.push(says(["Hello ", "Ann"]), says(["Ann"]), says(["Nobody"]), says(["I do not know"]))
      yield* ask(said("I am Ann"))
      yield* ask(said("Who am I?"))
      yield* ask(said("Who am I?", { conversation: { account, kind: "direct", id: "c2c:2" } }))
      expect((yield* ask(said("/new@bot "))).text).toBe(words.en.forgotten)
      expect(yield* memory.recall("qq:main/c2c:1")).toEqual([])
      yield* ask(said("Who am I?"))
      expect(contents(asked)).toEqual([
        ["Be brief.", "I am Ann"],
        ["Be brief.", "I am Ann", "Hello Ann", "Who am I?"],
        ["Be brief.", "Who am I?"],
        ["Be brief.", "Who am I?"]
      ])
    })
  )

  it.scopedLive("hears who says what in a group, or has a memory for each person there", () =>
    Effect.gen(function* () {
      const { ask, asked, scripts } = yield* open({ groups: "together" })
      scripts.push(says(["hi"]), says(["hi"]))
      yield* ask(inGroup("hello", "ann"))
      yield* ask(inGroup("hello", "bob"))
      expect(contents(asked)).toEqual([["ann: hello"], ["ann: hello", "hi", "bob: hello"]])
      const apart = yield* open()
      apart.scripts.push(says(["hi"]), says(["hi"]), says(["hi"]))
      for (const person of ["ann", "bob", "ann"]) yield* apart.ask(inGroup("hello", person))
      expect(contents(apart.asked)).toEqual([["hello"], ["hello"], ["hello", "hi", "hello"]])
    })
  )

  it.scopedLive("has each event once, as it was answered last, and what was said of one that broke off", () =>
    Effect.gen(function* () {
      const { ask, asked, memory, scripts } = yield* open()
      const event = said("a story")
      scripts.push(says(["one"]), breaks(["another"], { cut: true }), status(500), says(["more"]))
      yield* ask(event)
      yield* ask(event)
      yield* ask(said("never answered"))
      expect((yield* memory.recall("qq:main/c2c:1")).map(({ answered }) => answered)).toEqual(["another"])
      yield* ask(said("go on"))
      expect(contents(asked).at(1)).toEqual(["a story"])
      expect(contents(asked).at(-1)).toEqual(["a story", "another", "go on"])
    })
  )

  it.scopedLive("forgets from the oldest on what does not fit, and only for now what a long question crowds out", () =>
    Effect.gen(function* () {
      const { ask, asked, memory, scripts } = yield* open({ tokens: 60 })
      const initials = Effect.map(memory.recall("qq:main/c2c:1"), (turns) =>
        turns.map(({ asked }) => asked[0]).join("")
      )
      for (let n = 0; n < 6; n++) scripts.push(says(["y".repeat(40)]))
      // each turn is 20 tokens
      for (const letter of ["a", "b", "c"]) yield* ask(said(letter.repeat(40)))
      yield* ask(said("x".repeat(160)))
      expect(yield* initials).toBe("abcx")
      yield* ask(said("d"))
      expect(yield* initials).toBe("xd")
      expect(contents(asked).map((said) => said.map((content) => String(content).slice(0, 1)).join(""))).toEqual([
        "a",
        "ayb",
        "aybyc",
        "cyx",
        "xyd"
      ])
    })
  )

  it.scopedLive("remembers what it had said when somebody interrupts it", () =>
    Effect.gen(function* () {
      const { context, handler, memory, scripts } = yield* open()
      scripts.push(breaks(["as I was say"], { cut: false }))
      const begun = yield* Effect.makeLatch()
      const saying = yield* Stream.runForEach(handler(said("go on")), () => begun.open).pipe(
        Effect.provide(context),
        Effect.fork
      )
      yield* begun.await
      yield* Fiber.interrupt(saying)
      expect(yield* memory.recall("qq:main/c2c:1")).toMatchObject([{ asked: "go on", answered: "as I was say" }])
    })
  )
})
