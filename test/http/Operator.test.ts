import * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel, Metric, Redacted, type Scope, TestClock } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { Health } from "../../src/http/Health.ts"
import * as Operator from "../../src/http/Operator.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { running } from "./stage.ts"

const main = accountId("fake", "main")
const secret = "correct-horse-battery"
const token = Redacted.make(secret)
const bearer = { authorization: `Bearer ${secret}` }

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

type Ask = (
  path: string,
  request?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string }
) => Effect.Effect<Answer>

/** Asks at a port of this machine, as a program there does that says nothing of itself. */
const asking = (app: HttpApp.Default<unknown>): Effect.Effect<Ask, never, Scope.Scope> =>
  Effect.map(Effect.runtime(), (runtime): Ask => {
    const handler = HttpApp.toWebHandlerRuntime(runtime)(Effect.orDie(app))
    return (path, { headers, ...request } = {}) =>
      Effect.promise(async () => {
        const url = `http://127.0.0.1:8090${path}`
        const sent = new Request(url, { ...request, headers: { host: "127.0.0.1:8090", ...headers } })
        const response = await handler(sent)
        return { status: response.status, headers: response.headers, body: await response.text() }
      })
  })

const page = Effect.succeed(HttpServerResponse.html("<title>the page</title>"))

/** A gateway of these accounts, to be asked over TCP. */
const served = (fakes: ReadonlyArray<FakeAdapter.FakeAdapter>, asked: Redacted.Redacted | undefined = undefined) =>
  Effect.gen(function* () {
    const { app, gateway } = yield* running(fakes)
    const health = yield* Layer.build(Health.layer(new Set()))
    yield* Context.get(health, Health).watch(gateway.statuses)
    const operator = yield* Effect.provide(Operator.make({ api: app, page }), health)
    return { ask: yield* asking(Operator.overTcp(operator, asked)), gateway }
  })

const online = () => FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "30 seconds" })] })

const settle = TestClock.adjust("10 millis")

describe("what operators are told", () => {
  it.scoped("is ready once the platform has said that we receive, and no more when its proof of life is stale", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      yield* settle
      expect(yield* ask("/readyz")).toMatchObject({ status: 200 })
      yield* TestClock.adjust("32 seconds")
      const { body, status } = yield* ask("/readyz")
      expect(status).toBe(503)
      expect(JSON.parse(body)).toMatchObject({
        ready: false,
        accounts: [{ account: main, why: expect.any(String), since: expect.any(Number), next: expect.any(Number) }]
      })
      expect(yield* ask("/livez")).toMatchObject({ status: 200 })
    })
  )

  it.scoped("is ready without an account that was paused, and says which that is", () =>
    Effect.gen(function* () {
      const { ask, gateway } = yield* served([online()])
      yield* settle
      yield* gateway.pause(main)
      const { body, status } = yield* ask("/readyz")
      expect([status, JSON.parse(body)]).toMatchObject([200, { accounts: [{ excused: "paused", ready: false }] }])
    })
  )

  it.scoped("is what the API answers, all metrics, and a description of both", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      yield* settle
      expect(JSON.parse((yield* ask("/accounts")).body)).toMatchObject([{ account: main }])
      yield* Metric.increment(Metric.counter("test_asked_total", { incremental: true }))
      const metrics = yield* ask("/metrics")
      expect(metrics.headers.get("content-type")).toContain("version=0.0.4")
      expect(metrics.body).toMatch(/^test_asked_total 1$/m)
      const { openapi, paths } = JSON.parse((yield* ask("/openapi.json")).body)
      expect(openapi).toBe("3.1.0")
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining(["/accounts/{account}", "/livez", "/readyz", "/metrics", "/live"])
      )
      expect(yield* ask("/")).toMatchObject({ status: 200, body: expect.stringContaining("the page") })
      const nowhere = yield* ask("/nowhere")
      expect([nowhere.status, nowhere.body]).toEqual([404, expect.stringContaining("/openapi.json")])
    })
  )

  it.scoped("is got, not posted", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([])
      const headers = { "content-type": "application/json" }
      const answer = yield* ask("/livez", { method: "POST", headers, body: "{}" })
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"])
      expect(yield* ask("/livez", { method: "HEAD" })).toMatchObject({ status: 200 })
    })
  )

  it.scoped("is kept by no cache, and shown in nobody else's frame", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([])
      for (const path of ["/", "/livez", "/accounts", "/metrics", "/nowhere"]) {
        const { headers } = yield* ask(path)
        expect(Object.fromEntries(headers)).toMatchObject({
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY"
        })
      }
    })
  )
})

describe("without a token, on loopback", () => {
  const rebound = [
    "evil.example",
    "evil.example:8090",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8090",
    "192.0.2.1:8090",
    ""
  ]
  it.scoped("nothing is told to a page that was resolved to us under its own name", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      for (const host of rebound)
        for (const path of ["/", "/readyz", "/accounts", "/metrics"]) {
          const { body, status } = yield* ask(path, { headers: { host } })
          expect([host, path, status, JSON.parse(body)]).toMatchObject([host, path, 403, { _tag: "Forbidden" }])
          expect(body).not.toContain(main)
        }
    })
  )

  it.scoped("loopback is known by its names, at whatever port it is forwarded to", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([])
      for (const host of ["localhost:8090", "LOCALHOST:8090", "[::1]:8090", "127.0.0.1", "127.0.0.1:9000"])
        for (const headers of [{ host }, { host, origin: `http://${host}` }])
          expect([headers, (yield* ask("/accounts", { headers })).status]).toEqual([headers, 200])
    })
  )

  const foreign: ReadonlyArray<Record<string, string>> = [
    { origin: "http://evil.example" },
    { origin: "http://localhost:3000" },
    { origin: "http://127.0.0.1:80900" },
    { origin: "https://127.0.0.1:8090" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }
  ]
  it.scoped("a page elsewhere can neither read nor send anything", () =>
    Effect.gen(function* () {
      const { ask, gateway } = yield* served([online()])
      yield* settle
      const body = JSON.stringify({ conversation: `${main}/ann`, text: "buy" })
      for (const headers of foreign) {
        const json = { "content-type": "application/json", ...headers }
        const preflight = { ...headers, "access-control-request-method": "DELETE" }
        const read = yield* ask("/accounts", { headers })
        const sent = yield* ask("/messages", { method: "POST", headers: json, body })
        const asked = yield* ask("/accounts/fake:main", { method: "OPTIONS", headers: preflight })
        expect([headers, read.status, sent.status]).toEqual([headers, 403, 403])
        expect(asked.headers.get("access-control-allow-origin")).toBeNull()
      }
      expect(yield* gateway.statuses).toMatchObject([{ state: { _tag: "Connected" } }])
    })
  )

  it.scoped("a form of another page posts nothing, whatever kind it says it is of", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      const body = JSON.stringify({ conversation: `${main}/ann`, text: "buy" })
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
        const answer = yield* ask("/messages", { method: "POST", headers: { "content-type": type }, body })
        expect([type, answer.status]).toEqual([type, 415])
        expect(JSON.parse(answer.body).message).toContain("application/json")
      }
      expect(yield* ask("/dead/drop", { method: "POST" })).toMatchObject({ status: 415 })
    })
  )

  it.scoped("nothing is told to whoever asks through a proxy of this machine, which may serve anybody", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      for (const name of ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host"]) {
        const { body, status } = yield* ask("/accounts", { headers: { [name]: "for=192.0.2.7" } })
        expect([name, status, JSON.parse(body).message]).toEqual([
          name,
          403,
          expect.stringContaining("HOLDFAST_API_TOKEN")
        ])
      }
    })
  )

  it.scoped("our own page and programs of this machine do", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()])
      yield* settle
      const body = JSON.stringify({ conversation: `${main}/ann`, text: "hello" })
      const headers = { "content-type": "application/json; charset=utf-8" }
      expect(yield* ask("/messages", { method: "POST", headers, body })).toMatchObject({ status: 200 })
      const own = { ...headers, origin: "http://127.0.0.1:8090", "sec-fetch-site": "same-origin" }
      expect(yield* ask("/messages", { method: "POST", headers: own, body })).toMatchObject({ status: 200 })
      const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }
      expect(yield* ask("/", { headers: followed })).toMatchObject({ status: 200 })
    })
  )
})

/** Every request that the description has. */
const requests = (ask: Ask, headers: Record<string, string> = {}) =>
  Effect.map(ask("/openapi.json", { headers }), ({ body }) =>
    Object.entries<object>(JSON.parse(body).paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => [verb.toUpperCase(), path.replace("{account}", main)] as const)
    )
  )

describe("whatever can be asked", () => {
  it.scoped(
    "is refused to a page elsewhere, and to whoever has no token where there is one, and nothing comes of it",
    () =>
      Effect.gen(function* () {
        const open = yield* served([online()])
        const locked = yield* served([online()], token)
        yield* settle
        const all = yield* requests(open.ask)
        expect(all.length).toBeGreaterThan(25)
        expect(yield* requests(locked.ask, bearer)).toEqual(all)
        const json = { "content-type": "application/json" }
        for (const [method, path] of all) {
          const content = method === "GET" ? undefined : { body: JSON.stringify({ all: true }) }
          const foreign = { ...json, origin: "http://evil.example" }
          const page = yield* open.ask(path, { method, headers: foreign, ...content })
          expect([method, path, page.status]).toEqual([method, path, 403])
          if (method === "POST") {
            const form = yield* open.ask(path, { method, headers: { "content-type": "text/plain" }, ...content })
            expect([path, form.status]).toEqual([path, 415])
          }
          if (path === "/livez" || path === "/readyz") continue
          const stranger = yield* locked.ask(path, { method, headers: json, ...content })
          expect([method, path, stranger.status]).toEqual([method, path, 401])
        }
        for (const { gateway } of [open, locked])
          expect(yield* gateway.statuses).toMatchObject([{ state: { _tag: "Connected" }, generation: 1 }])
      })
  )
})

describe("with a token", () => {
  const wrong: ReadonlyArray<Record<string, string>> = [
    {},
    { authorization: secret },
    { authorization: "Bearer " },
    { authorization: `Bearer ${secret}x` },
    { authorization: `Bearer ${secret.slice(0, -1)}` },
    { authorization: `Basic ${btoa(`:${secret}`)}` },
    { cookie: `token=${secret}` }
  ]
  it.scoped("a stranger is told whether it is live and ready, and nothing else", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([FakeAdapter.make({ open: () => Effect.never })], token)
      yield* settle
      for (const headers of wrong) {
        expect(yield* ask("/livez", { headers })).toMatchObject({ status: 200, body: '{"live":true}' })
        expect(yield* ask("/readyz", { headers })).toMatchObject({ status: 503, body: '{"ready":false}' })
        expect(yield* ask("/", { headers })).toMatchObject({ status: 200 })
        for (const path of ["/accounts", "/process", "/metrics", "/openapi.json", "/session", "/nowhere"]) {
          const { body, headers: told, status } = yield* ask(path, { headers })
          expect([headers, path, status, JSON.parse(body)._tag]).toEqual([headers, path, 401, "Unauthorized"])
          expect(told.get("www-authenticate")).toContain("Bearer")
          expect(body).not.toContain(secret)
        }
      }
    })
  )

  it.scoped(
    "that a wrong one is brought is logged once a minute, how often included, and the token that was brought is not",
    () => {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        if (logLevel === LogLevel.Warning) lines.push(String(message))
      })
      const guess = { headers: { authorization: "Bearer let-me-guess-it-then" } }
      return Effect.gen(function* () {
        const { ask } = yield* served([], token)
        yield* ask("/accounts")
        expect(lines).toEqual([])
        yield* Effect.repeatN(ask("/accounts", guess), 9)
        expect(lines).toEqual([expect.stringMatching(/^somebody brought a token .* told nothing$/)])
        yield* TestClock.adjust("1 minute")
        yield* Effect.repeatN(ask("/livez", guess), 9)
        expect(lines).toEqual([expect.anything(), expect.stringContaining("10 times since it was last said")])
        expect(lines.join()).not.toContain("let-me-guess")
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    }
  )

  it.scoped("who brings it is told all, by whatever name they know the machine", () =>
    Effect.gen(function* () {
      const { ask } = yield* served([online()], token)
      yield* settle
      for (const authorization of [`Bearer ${secret}`, `bearer  ${secret}`]) {
        const headers = { authorization, host: "bots.example" }
        expect(JSON.parse((yield* ask("/readyz", { headers })).body)).toMatchObject({ accounts: [{ account: main }] })
        expect(yield* ask("/session", { headers })).toMatchObject({ status: 200, body: '{"authorized":true}' })
      }
      const headers = { ...bearer, "content-type": "application/json" }
      const body = JSON.stringify({ conversation: `${main}/ann`, text: "hello" })
      expect(yield* ask("/messages", { method: "POST", headers, body })).toMatchObject({ status: 200 })
    })
  )
})
