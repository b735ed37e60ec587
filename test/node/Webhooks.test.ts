import { expect, it } from "@effect/vitest"
import { Config, ConfigProvider, Context, Deferred, Duration, Effect, Exit, Layer, Logger, Scope } from "effect"
import * as Http from "node:http"
import * as Net from "node:net"
import { type WebhookAnswer, type WebhookRequest, Webhooks } from "../../src/adapter/Webhooks.ts"
import * as NodeWebhooks from "../../src/node/Webhooks.ts"
import { freePort } from "./freePort.ts"
import { largestBody } from "../../src/node/Webhooks/Exchange.ts"

const quiet = Effect.provide(Logger.remove(Logger.defaultLogger))

type Serve = Context.Tag.Service<Webhooks>["serve"]

/** A server at a port of its own, as one path is served on it. */
const served = (
  handle: (request: WebhookRequest) => Effect.Effect<WebhookAnswer>,
  test: (at: { readonly port: number; readonly serve: Serve }) => Effect.Effect<unknown, unknown, Scope.Scope>,
  settings: Partial<NodeWebhooks.Settings> = {}
) =>
  Effect.gen(function* () {
    const port = yield* freePort
    const { serve } = Context.get(yield* Layer.build(NodeWebhooks.layerAt({ port, ...settings })), Webhooks)
    yield* serve("/hook", handle)
    yield* test({ port, serve })
  }).pipe(quiet, Effect.scoped, Effect.timeout("10 seconds"))

const fine = () => Effect.succeed({ status: 200 })

const ask = (port: number, path: string, init: RequestInit = {}) =>
  Effect.tryPromise(async (signal) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal, method: "POST", ...init })
    return { status: response.status, headers: response.headers, text: await response.text() }
  })

/** All that the server says on a line on which this is said, until the server closes it. */
const said = (port: number, ...words: ReadonlyArray<string>) =>
  Effect.async<string>((resume) => {
    const pieces: Array<string> = []
    const socket = Net.connect(port, "127.0.0.1", () => words.forEach((text) => socket.write(text)))
    socket.on("data", (piece) => pieces.push(String(piece)))
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.succeed(pieces.join(""))))
    return Effect.sync(() => socket.destroy())
  })

const head = (...lines: ReadonlyArray<string>) =>
  ["POST /hook HTTP/1.1", "Host: bot.example", ...lines, "", ""].join("\r\n")

it.live("what is posted arrives as it is, byte for byte, and is answered", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  const requests: Array<WebhookRequest> = []
  const handle = (request: WebhookRequest) => {
    requests.push(request)
    return Effect.succeed({ status: 202, headers: { "x-own": "1" }, body: '{"ok":true}' })
  }
  return served(handle, ({ port }) =>
    Effect.gen(function* () {
      const answer = yield* ask(port, "/hook?a=b", { body: bytes, headers: { "X-Secret": "Ö".normalize() } })
      expect(answer).toMatchObject({ status: 202, text: '{"ok":true}' })
      expect(answer.headers.get("x-own")).toBe("1")
      expect(answer.headers.get("content-type")).toBe("application/json")
      expect(requests).toMatchObject([{ method: "POST", path: "/hook" }])
      expect([...(requests[0]?.body ?? [])]).toEqual([...bytes])
      expect(requests[0]?.headers["x-secret"]).toBe("Ö")
    })
  )
})

it.live("nothing listens before the first path is served", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    yield* Layer.build(NodeWebhooks.layerAt({ port }))
    expect((yield* Effect.exit(ask(port, "/hook")))._tag).toBe("Failure")
  }).pipe(Effect.scoped)
)

it.live("another path is answered 404, and another method 405", () =>
  served(fine, ({ port }) =>
    Effect.gen(function* () {
      expect((yield* ask(port, "/")).status).toBe(404)
      expect((yield* ask(port, "/hook/")).status).toBe(404)
      const got = yield* ask(port, "/hook", { method: "GET" })
      expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"])
      expect(yield* said(port, "GET http://x/hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(/ 404 /)
    })
  )
)

it.live("no answer says what made it", () =>
  served(fine, ({ port }) =>
    Effect.gen(function* () {
      for (const path of ["/hook", "/none"]) {
        const names = [...(yield* ask(port, path)).headers.keys()]
        expect(names.filter((name) => /server|powered|via/.test(name))).toEqual([])
      }
    })
  )
)

it.live("a body that says it is too large is refused before any of it is read", () =>
  served(fine, ({ port }) =>
    Effect.gen(function* () {
      expect(yield* said(port, head(`Content-Length: ${largestBody + 1}`), "x")).toMatch(/^HTTP\/1.1 413 /)
    })
  )
)

it.live("a body that grows too large is refused while it is read", () => {
  let handled = 0
  const handle = () => Effect.sync(() => ({ status: 200 + (handled += 1) }))
  return served(handle, ({ port }) =>
    Effect.gen(function* () {
      const piece = `40000\r\n${"x".repeat(0x40000)}\r\n`
      const all = yield* said(port, head("Transfer-Encoding: chunked"), piece, piece, piece, piece, "1\r\nx\r\n")
      expect(all).toMatch(/^HTTP\/1.1 413 /)
      expect(handled).toBe(0)
      expect((yield* ask(port, "/hook", { body: "x".repeat(largestBody) })).status).toBe(201)
    })
  )
})

it.live("silence, a head and a body that come too slowly are answered 408, and the line is closed", () =>
  served(
    fine,
    ({ port }) =>
      Effect.gen(function* () {
        expect(yield* said(port)).toMatch(/^HTTP\/1.1 408 /)
        expect(yield* said(port, "POST /hook HTTP/1.1\r\nX-Slow: ")).toMatch(/^HTTP\/1.1 408 /)
        expect(yield* said(port, head("Content-Length: 5"), "x")).toMatch(/^HTTP\/1.1 408 /)
      }),
    { headWithin: Duration.millis(50), bodyWithin: Duration.millis(100) }
  )
)

it.live("what is no HTTP is answered 400, and a head that is too long 431", () =>
  served(fine, ({ port }) =>
    Effect.gen(function* () {
      expect(yield* said(port, "hello?\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /)
      expect(yield* said(port, head(`X-Long: ${"x".repeat(100_000)}`))).toMatch(/^HTTP\/1.1 431 /)
    })
  )
)

it.live("a handler that fails is answered 500, and nobody is told why", () =>
  served(
    () => Effect.die(new Error("the secret is 42")),
    ({ port }) => Effect.map(ask(port, "/hook"), ({ status, text }) => expect([status, text]).toEqual([500, ""]))
  )
)

it.live("a handler is interrupted when nobody waits for its answer any more", () =>
  Effect.gen(function* () {
    const [begun, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const handle = () =>
      Deferred.succeed(begun, undefined).pipe(
        Effect.zipRight(Effect.never),
        Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
      )
    yield* served(handle, ({ port }) =>
      Effect.gen(function* () {
        const asking = yield* Effect.fork(ask(port, "/hook"))
        yield* Deferred.await(begun)
        yield* asking.interruptAsFork(asking.id())
        yield* Deferred.await(ended)
      })
    )
  })
)

it.live("a port that is taken is told with what to do, and is tried again", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const { serve } = Context.get(yield* Layer.build(NodeWebhooks.layerAt({ port })), Webhooks)
    const other = Http.createServer()
    yield* Effect.async<void>((resume) => void other.listen(port, "127.0.0.1", () => resume(Effect.void)))
    const refused = yield* Effect.flip(serve("/hook", fine))
    expect(refused.message).toBe(
      `port ${port} of 127.0.0.1 is taken by another process, or for operators of this one (HOLDFAST_API_PORT): stop that one, or set HOLDFAST_HTTP_PORT to a free port`
    )
    yield* Effect.async<void>((resume) => void other.close(() => resume(Effect.void)))
    yield* serve("/hook", fine)
    expect((yield* ask(port, "/hook")).status).toBe(200)
  }).pipe(quiet, Effect.scoped)
)

it.live("an address that this machine does not have is told with what to do", () =>
  Effect.gen(function* () {
    const { serve } = Context.get(yield* Layer.build(NodeWebhooks.layerAt({ host: "203.0.113.1" })), Webhooks)
    expect((yield* Effect.flip(serve("/hook", fine))).message).toBe(
      "port 8080 of 203.0.113.1 is none of this machine's: set HOLDFAST_HTTP_HOST to an address of its own"
    )
  }).pipe(Effect.scoped)
)

it.live("paths that are served side by side are told apart; one that is served already is not served twice", () =>
  served(fine, ({ port, serve }) =>
    Effect.gen(function* () {
      yield* serve("/other", () => Effect.succeed({ status: 201 }))
      expect((yield* ask(port, "/hook")).status).toBe(200)
      expect((yield* ask(port, "/other")).status).toBe(201)
      expect((yield* Effect.flip(serve("/hook", fine))).message).toContain("its path is served already")
      expect((yield* ask(port, "/hook")).status).toBe(200)
    })
  )
)

it.live("between two that serve a path, what is posted has to come again", () =>
  served(fine, ({ port, serve }) =>
    Effect.gen(function* () {
      const line = yield* Scope.make()
      yield* Scope.extend(serve("/line", fine), line)
      yield* Scope.close(line, Exit.void)
      const answer = yield* ask(port, "/line")
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"])
      yield* serve("/line", fine)
      expect((yield* ask(port, "/line")).status).toBe(200)
    })
  )
)

it.live("when the layer ends, its port is free, and nobody who still waits holds it up", () =>
  Effect.gen(function* () {
    const port = yield* freePort
    const scope = yield* Scope.make()
    const { serve } = Context.get(
      yield* Layer.build(NodeWebhooks.layerAt({ port })).pipe(Scope.extend(scope)),
      Webhooks
    )
    const begun = yield* Deferred.make<void>()
    yield* Scope.extend(
      serve("/hook", () => Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)),
      scope
    )
    const asking = yield* Effect.fork(Effect.exit(ask(port, "/hook")))
    yield* Deferred.await(begun)
    yield* Scope.close(scope, Exit.void)
    expect((yield* asking.await)._tag).toBe("Success")
    yield* Effect.async<void>((resume) => {
      const next = Http.createServer().listen(port, "127.0.0.1", () => next.close(() => resume(Effect.void)))
    })
  }).pipe(quiet, Effect.timeout("5 seconds"))
)

it.effect.each([["0"], ["65536"], ["http"], [""]])("%j is no port, and that is said by name", ([port = ""]) =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(Layer.build(NodeWebhooks.layer).pipe(Effect.scoped))
    expect(String(error)).toContain("PORT")
    expect(String(error)).toContain("a port, from 1 to 65535")
  }).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["HOLDFAST_HTTP_PORT", port]]), { pathDelim: "_" }))
  )
)

it.effect("what is read from the environment has a name and a default in the table", () =>
  Effect.gen(function* () {
    const names = NodeWebhooks.variables.map(({ name }) => name)
    expect(names).toEqual(["HOLDFAST_HTTP_HOST", "HOLDFAST_HTTP_PORT"])
    yield* Effect.scoped(Layer.build(NodeWebhooks.layer))
    expect(yield* Config.string("HOLDFAST_HTTP_PORT")).toBe("8080")
  }).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["HOLDFAST_HTTP_PORT", "8080"]]), { pathDelim: "_" }))
  )
)
