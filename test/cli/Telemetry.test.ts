import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either, Layer, Logger, Redacted, type Scope } from "effect"
import * as Http from "node:http"
import { received } from "../../src/adapter/Signal.ts"
import * as Environment from "../../src/cli/Environment.ts"
import * as Telemetry from "../../src/cli/Telemetry.ts"
import { origin } from "../../src/gateway/Tracing/Origin.ts"
import { plain } from "../../src/handler/Handler.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { gateway } from "../gateway/stage.ts"

interface Post {
  readonly path: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

/** What takes telemetry, answers `status`, and keeps what it was sent. */
const receiver = (
  status: () => number | undefined = () => 200
): Effect.Effect<{ readonly url: string; readonly posts: ReadonlyArray<Post> }, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ url: string; posts: Array<Post>; server: Http.Server }>((resume) => {
      const posts: Array<Post> = []
      const server = Http.createServer((incoming, outgoing) => {
        const parts: Array<Buffer> = []
        incoming.on("data", (part: Buffer) => parts.push(part))
        incoming.on("end", () => {
          posts.push({ path: incoming.url ?? "", headers: incoming.headers, body: Buffer.concat(parts).toString() })
          const answer = status()
          if (answer !== undefined) outgoing.writeHead(answer, { "content-type": "application/json" }).end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address !== null && typeof address === "object" ? address.port : 0
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, posts, server }))
      })
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

const reading = (values: Record<string, string>) =>
  Telemetry.config.pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_" })),
    Effect.mapError((error) => Environment.complaints(error, new Map(Object.entries(values))))
  )

/** Ann says something to a bot that answers, in a program that was told this; then the program ends. */
const conversation = (values: Record<string, string>) => {
  const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()] })
  const logged: Array<string> = []
  const logger = Logger.make(({ message }) => void logged.push(String(message)))
  const provider = ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_" })
  return Effect.gen(function* () {
    yield* Effect.sleep("100 millis")
    yield* fake.emit(received(FakeAdapter.said(fake.account.id, "ann", "e1", "a secret word")))
    yield* Effect.sleep(100)
    yield* Effect.withSpan(Effect.void, "something else")
  }).pipe(
    Effect.provide(
      gateway([fake], { handler: () => Effect.withSpan(Effect.succeed(plain("an answer")), "model") }).pipe(
        Layer.provideMerge(Telemetry.layer),
        Layer.provideMerge(Logger.replace(Logger.defaultLogger, logger)),
        Layer.provide(Layer.setConfigProvider(provider))
      )
    ),
    Effect.as(logged)
  )
}

const found = <A>(body: string, key: string): ReadonlyArray<A> => {
  const all: Array<A> = []
  JSON.parse(body, (name, value: unknown) => {
    // every list of this name, whatever it lies in
    if (name === key && Array.isArray(value)) all.push(...(value as Array<A>))
    return value
  })
  return all
}

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}

describe("Telemetry", () => {
  it.scopedLive("sends the walk of an event as one trace with one root, and nothing else, least of all words", () =>
    Effect.gen(function* () {
      const { posts, url } = yield* receiver()
      yield* conversation({ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" })
      const traces = posts.filter(({ path }) => path === "/v1/traces")
      const spans = traces.flatMap(({ body }) => found<Span>(body, "spans"))
      const { spanId, traceId } = origin("fake:main/e1")
      expect(spans.map(({ name }) => name).sort()).toEqual(["handled", "heard", "inbox", "model", "outbox", "sent"])
      for (const span of spans) expect(span.traceId).toBe(traceId)
      expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toMatchObject([{ name: "heard", spanId }])
      const handled = spans.find(({ name }) => name === "handled")
      expect(spans.find(({ name }) => name === "model")?.parentSpanId).toBe(handled?.spanId)
      expect(posts.map(({ body }) => body).join("")).not.toMatch(/a secret word|an answer/)
    })
  )

  it.scopedLive("sends metrics and logs too, under the program's name, with what else was asked for", () =>
    Effect.gen(function* () {
      const { posts, url } = yield* receiver()
      yield* conversation({
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_HEADERS: "api-key=se%20cret, tenant=7",
        OTEL_SERVICE_NAME: "bots",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test"
      })
      expect([...new Set(posts.map(({ path }) => path))].sort()).toEqual(["/v1/logs", "/v1/metrics", "/v1/traces"])
      for (const { body, headers } of posts) {
        expect(headers).toMatchObject({ "api-key": "se cret", tenant: "7" })
        expect(found(body, "attributes")).toEqual(
          expect.arrayContaining([
            { key: "service.name", value: { stringValue: "bots" } },
            { key: "deployment.environment", value: { stringValue: "test" } }
          ])
        )
      }
      const of = (path: string) => posts.filter((post) => post.path === path).map(({ body }) => body)
      expect(found<{ name: string }>(of("/v1/metrics").at(-1) ?? "[]", "metrics").map(({ name }) => name)).toEqual(
        expect.arrayContaining(["holdfast_events_heard_total", "holdfast_sends_total"])
      )
      expect(of("/v1/logs").join("")).toContain("connected as fake-bot")
    })
  )

  it.scopedLive("writes protobuf unless told otherwise, and sends nothing that is not wanted", () =>
    Effect.gen(function* () {
      const { posts, url } = yield* receiver()
      yield* conversation({
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_METRICS_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none"
      })
      expect(new Set(posts.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]))
      expect(posts[0]?.headers["content-type"]).toBe("application/x-protobuf")
      expect(posts[0]?.body).toContain("heard")
    })
  )

  it.scopedLive("holds up nothing where nobody takes it, and says so", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver(() => 500)
      const [time, logged] = yield* Effect.timed(
        conversation({
          OTEL_EXPORTER_OTLP_ENDPOINT: url,
          OTEL_METRICS_EXPORTER: "none",
          OTEL_LOGS_EXPORTER: "none"
        })
      )
      expect(Duration.toSeconds(time)).toBeLessThan(10)
      expect(logged.filter((line) => line.includes("telemetry"))).toEqual([
        expect.stringContaining(`${url}/v1/traces takes no telemetry: it answers 500; what is meant for it is lost`)
      ])
    })
  )

  it.effect("is off without an address, and where nothing is to be sent", () =>
    Effect.gen(function* () {
      expect(yield* reading({})).toBeUndefined()
      expect(yield* reading({ OTEL_EXPORTER_OTLP_ENDPOINT: " " })).toBeUndefined()
      const none = { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" }
      expect(yield* reading({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x:1", ...none })).toBeUndefined()
    })
  )

  it.effect.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", /http:\/\/localhost:4318/],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", /one of http\/protobuf, http\/json/],
    ["OTEL_EXPORTER_OTLP_HEADERS", "sesame", /wants name=value/],
    ["OTEL_EXPORTER_OTLP_HEADERS", "key=%zz", /wants name=value/],
    ["OTEL_TRACES_EXPORTER", "zipkin", /one of otlp, none/],
    ["OTEL_TRACES_SAMPLER", "sometimes", /one of parentbased_always_on, always_on/],
    ["OTEL_TRACES_SAMPLER_ARG", "2", /from 0 to 1/]
  ] as const)("names %s when it is %s", ([name, value, wants]) =>
    Effect.gen(function* () {
      const wrong = yield* Effect.either(reading({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x:1", [name]: value }))
      const lines = Either.isLeft(wrong) ? wrong.left : []
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain(name)
      expect(lines[0]).toMatch(wants)
      expect(lines[0]).not.toContain("sesame")
    })
  )

  it.effect("traces every event unless told otherwise", () =>
    Effect.gen(function* () {
      const sampled = (values: Record<string, string>) =>
        Effect.map(reading({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x:1", ...values }), (settings) => settings?.sampled)
      expect(yield* sampled({})).toBe(1)
      expect(yield* sampled({ OTEL_TRACES_SAMPLER: "always_off" })).toBe(0)
      const ratio = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" }
      expect(yield* sampled(ratio)).toBe(0.1)
    })
  )

  it.effect("keeps what is sent along to itself", () =>
    Effect.gen(function* () {
      const settings = yield* reading({
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://x.example/otlp/",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20sesame"
      })
      expect(settings).toMatchObject({ endpoint: "https://x.example/otlp" })
      expect(JSON.stringify(settings)).not.toContain("sesame")
      expect(settings && Redacted.value(settings.headers)).toEqual({ authorization: "Bearer sesame" })
    })
  )
})
