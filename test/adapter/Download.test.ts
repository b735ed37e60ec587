import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Stream, TestClock, Tracer } from "effect"
import { atMost, download, isAt } from "../../src/adapter/Download.ts"
import { NotPublic } from "../../src/adapter/PublicHttp.ts"
import { accountId } from "../../src/domain/Address.ts"

const url = "https://cdn.example/secret/file?rkey=secret"
const megabyte = new Uint8Array(1_000_000)

type Web = Effect.Effect<Response, { readonly code: string } | NotPublic>

/** A file that this answers with. */
const of = (web: Web, told?: number) =>
  download(
    HttpClient.make((request) =>
      Effect.mapBoth(web, {
        onFailure: (cause) => new HttpClientError.RequestError({ request, reason: "Transport", cause }),
        onSuccess: (response) => HttpClientResponse.fromWeb(request, response)
      })
    ),
    accountId("fake", "main"),
    url,
    told
  )

/** What becomes of it: its size, or how it fails. */
const fetched = (web: Web, told?: number) =>
  Effect.exit(Stream.runFold(of(web, told), 0, (size, piece) => size + piece.length))

/** The same for who pulls a piece every ten seconds. */
const slowly = (web: Web) => Effect.exit(Stream.runForEach(of(web), () => Effect.sleep("10 seconds")))

const failure = <A, E>(exit: Exit.Exit<A, E>): E | undefined =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined

/** A file of so many pieces, of which the last never ends, breaks off, or is the end. */
const file = (pieces: number, end: "hangs" | "breaks" | "ends"): Web =>
  Effect.sync(() => {
    let sent = 0
    return new Response(
      new ReadableStream({
        pull: (controller) => {
          if (sent++ < pieces) controller.enqueue(megabyte)
          else if (end === "ends") controller.close()
          else if (end === "breaks") controller.error(new Error(`ECONNRESET at ${url}`))
          else return new Promise<void>(() => {})
          return undefined
        }
      })
    )
  })

describe("download", () => {
  it.effect("a file is fetched whole", () =>
    Effect.gen(function* () {
      expect(yield* fetched(file(3, "ends"))).toEqual(Exit.succeed(3_000_000))
    })
  )

  it.effect("what is larger than anything that is fetched is given up, and not tried again (F71)", () =>
    Effect.gen(function* () {
      expect(yield* fetched(file(atMost / megabyte.length, "ends"))).toEqual(Exit.succeed(atMost))
      expect(failure(yield* fetched(file(atMost / megabyte.length + 1, "hangs")))).toMatchObject({ retryable: false })
    })
  )

  it.effect("what says that it is too large is not begun with", () =>
    Effect.gen(function* () {
      const boast = new Response("x", { headers: { "content-length": String(atMost + 1) } })
      expect(failure(yield* fetched(Effect.succeed(boast)))).toMatchObject({ retryable: false })
      expect(failure(yield* fetched(Effect.dieMessage("asked"), atMost + 1))).toMatchObject({ retryable: false })
    })
  )

  it.effect("what is not at a public address is refused for good, and the reason says what is there", () =>
    Effect.gen(function* () {
      const failed = failure(yield* fetched(new NotPublic({ host: "evil.example", range: "loopback" })))
      expect(failed).toMatchObject({ retryable: false, cause: expect.stringContaining("not public (loopback)") })
    })
  )

  it.effect("what comes a little at a time is given up after ten minutes", () =>
    Effect.gen(function* () {
      const drip = Effect.sync(() => {
        const body = new ReadableStream(
          { pull: (controller) => controller.enqueue(new Uint8Array(1)) },
          { highWaterMark: 0 }
        )
        return new Response(body)
      })
      const fetching = yield* Effect.fork(slowly(drip))
      for (let turn = 0; turn < 70; turn++) yield* TestClock.adjust("10 seconds")
      expect(failure(yield* Fiber.join(fetching))).toMatchObject({ retryable: true })
    })
  )

  it("a platform's own host is told by where it is, not by how its address begins", () => {
    expect(isAt("http://127.0.0.1:8081", "http://127.0.0.1:8081/file/a")).toBe(true)
    for (const url of [
      "http://127.0.0.1:80/file",
      "https://127.0.0.1:8081/file",
      "http://127.0.0.1:8081.evil.example/",
      "nonsense"
    ]) {
      expect(isAt("http://127.0.0.1:8081", url), url).toBe(false)
    }
  })

  it.effect.each([Effect.never, file(2, "hangs")])("what stops coming is given up after 20 s (%#, F87)", (web) =>
    Effect.gen(function* () {
      const fetching = yield* Effect.fork(fetched(web))
      // real streams move between turns of the clock
      for (let turn = 0; turn < 5; turn++) yield* TestClock.adjust("3 seconds")
      expect(Option.isNone(yield* Fiber.poll(fetching))).toBe(true)
      for (let turn = 0; turn < 5; turn++) yield* TestClock.adjust("3 seconds")
      expect(failure(yield* Fiber.join(fetching))).toMatchObject({ retryable: true })
    })
  )

  it.effect("a refusal says whether trying again may help", () =>
    Effect.gen(function* () {
      const statuses = [301, 403, 404, 429, 500, 503]
      const failures = yield* Effect.forEach(statuses, (status) =>
        Effect.map(fetched(Effect.sync(() => new Response("no", { status }))), failure)
      )
      expect(failures.map((failed) => failed?.retryable)).toEqual([false, false, false, true, true, true])
    })
  )

  it.effect("nothing that is told of a file, in failures or in spans, names its address (F31)", () => {
    const told: Array<string> = []
    const tracer = Tracer.make({
      context: (run) => run(),
      span: (name, parent, context, links, startTime, kind) => ({
        _tag: "Span",
        name,
        spanId: "1",
        traceId: "1",
        sampled: true,
        parent,
        context,
        links,
        kind,
        attributes: new Map(),
        status: { _tag: "Started", startTime },
        attribute: (key, value) => void told.push(key, String(value)),
        event: (event) => void told.push(event),
        addLinks: () => {},
        end: (_, exit) => {
          if (Exit.isFailure(exit)) told.push(Cause.pretty(exit.cause, { renderErrorCause: true }))
        }
      })
    })
    return Effect.gen(function* () {
      for (const web of [
        file(1, "ends"),
        file(1, "breaks"),
        Effect.fail({ code: "ECONNRESET" }),
        Effect.sync(() => new Response(url, { status: 404 }))
      ]) {
        const exit = yield* fetched(web)
        if (Exit.isFailure(exit)) told.push(Cause.pretty(exit.cause, { renderErrorCause: true }))
      }
      expect(told.filter((line) => line.includes("fake:main"))).toHaveLength(3)
      expect(told.filter((line) => line.includes("secret"))).toEqual([])
    }).pipe(Effect.withSpan("test"), Effect.withTracer(tracer))
  })
})
