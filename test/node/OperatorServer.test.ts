import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { describe, expect, it } from "@effect/vitest"
import {
  ConfigProvider,
  Deferred,
  Duration,
  Effect,
  Exit,
  Fiber,
  Logger,
  Redacted,
  Scope,
  Stream,
  TestClock
} from "effect"
import * as Net from "node:net"
import * as OperatorServer from "../../src/node/OperatorServer.ts"
import { freePort } from "./freePort.ts"

const echo = Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => HttpServerResponse.text(url))

const quiet = Effect.provide(Logger.remove(Logger.defaultLogger))

const at = (port: number) => ({ host: "127.0.0.1", port })

const ask = (port: number, path = "/hello") =>
  Effect.tryPromise(async (signal) => (await fetch(`http://127.0.0.1:${port}${path}`, { signal })).text())

/** What is heard on a line on which this is said, until the server closes it; `reads` may be off. */
const said = (port: number, text: string, reads = true) =>
  Effect.async<string>((resume) => {
    let heard = ""
    const line = Net.connect(port, "127.0.0.1", () => line.write(text))
    if (reads) line.on("data", (piece) => (heard += piece.toString()))
    line.on("error", () => {})
    line.on("close", () => resume(Effect.succeed(heard)))
    return Effect.sync(() => line.destroy())
  })

/** What is logged while `effect` runs, for as long as its scope lasts. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  return Effect.map(
    Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)),
    (value) => [value, lines] as const
  )
}

describe("the server for operators", () => {
  it.scopedLive("answers at its port, and no more when its scope has ended, whoever still waits", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const scope = yield* Scope.make()
      const endless = HttpServerResponse.stream(Stream.concat(Stream.make(new Uint8Array(8)), Stream.never))
      const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
        url === "/endless" ? Effect.succeed(endless) : echo
      )
      const [, lines] = yield* logged(Scope.extend(OperatorServer.serve(at(port), app), scope))
      expect(lines).toEqual([`operators reach this process at http://127.0.0.1:${port}`])
      expect(yield* ask(port)).toBe("/hello")
      const waiting = yield* Effect.fork(said(port, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n"))
      yield* Effect.sleep("50 millis")
      const [took] = yield* Effect.timed(Scope.close(scope, Exit.void))
      expect(Duration.toMillis(took)).toBeLessThan(2000)
      expect(yield* waiting).toContain("200 OK")
      expect((yield* Effect.exit(ask(port)))._tag).toBe("Failure")
    })
  )

  const patience = {
    headWithin: Duration.millis(200),
    bodyWithin: Duration.millis(400),
    stillFor: Duration.seconds(1),
    lines: 2
  }

  it.scopedLive(
    "closes the lines of those who are slow to ask, or do not read what they asked for, and more lines than it has",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        const dropped = yield* Deferred.make<void>()
        const large = HttpServerResponse.stream(
          Stream.ensuring(Stream.repeatValue(new Uint8Array(100_000)), Deferred.succeed(dropped, undefined))
        )
        const body = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
          Effect.map(request.text, (text) => HttpServerResponse.text(text))
        )
        const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
          url === "/large" ? Effect.succeed(large) : body
        )
        yield* quiet(OperatorServer.serve(at(port), app, patience))
        expect(yield* said(port, "GET / HTTP/1.1\r\nhost: x\r\n")).toContain("408")
        // one that says nothing at all is closed as well
        expect(yield* said(port, "")).not.toContain("200")
        expect(yield* said(port, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nslow")).not.toContain("200")
        // nothing is read, so what the server does is only seen there
        const still = yield* Effect.fork(said(port, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n", false))
        yield* Deferred.await(dropped)
        yield* Fiber.interrupt(still)
        const kept = yield* Effect.all([said(port, ""), said(port, ""), said(port, "")].map(Effect.fork))
        yield* Effect.sleep("100 millis")
        expect((yield* Effect.forEach(kept, (fiber) => fiber.poll)).filter(({ _tag }) => _tag === "Some")).toHaveLength(
          1
        )
      }).pipe(Effect.timeout("20 seconds"))
  )

  it.scoped(
    "goes on without its port when another holdfast has it, names that one once, and takes it when it is free (F101)",
    () =>
      Effect.gen(function* () {
        const port = yield* freePort
        const first = yield* Scope.make()
        const who = Effect.succeed(HttpServerResponse.unsafeJson({ pid: 4711, since: 0, store: "memory:" }))
        yield* quiet(Scope.extend(OperatorServer.serve(at(port), who), first))
        const [, lines] = yield* logged(OperatorServer.serve(at(port), echo))
        expect(lines).toHaveLength(1)
        expect(lines[0]).toContain(`port ${port} of 127.0.0.1 is taken by another holdfast, process 4711`)
        expect(lines[0]).toContain("HOLDFAST_API_PORT")
        yield* TestClock.adjust("1 minute")
        yield* Scope.close(first, Exit.void).pipe(Effect.fork)
        yield* TestClock.adjust("1 minute")
        // listening is not a matter of the clock that is turned
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 100)))
        yield* TestClock.adjust("1 minute")
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 100)))
        expect(yield* ask(port)).toBe("/hello")
        expect(lines).toHaveLength(2)
      })
  )

  it.scopedLive("names nobody who does not say who they are, and does not wait for them", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const mute = Net.createServer(() => {})
      yield* Effect.acquireRelease(
        Effect.promise(() => new Promise<void>((resolve) => mute.listen(port, "127.0.0.1", resolve))),
        () => Effect.sync(() => mute.close())
      )
      const [took, [, lines]] = yield* Effect.timed(logged(OperatorServer.serve(at(port), echo)))
      expect(lines[0]).toContain("is taken by another process: stop that one")
      expect(Duration.toMillis(took)).toBeLessThan(5000)
    })
  )

  it.scopedLive("says what to change where there is no such address here", () =>
    Effect.gen(function* () {
      const [, lines] = yield* logged(OperatorServer.serve({ host: "203.0.113.1", port: 8090 }, echo))
      expect(lines[0]).toContain("set HOLDFAST_API_HOST to an address of its own")
    })
  )
})

const read = (values: Record<string, string>) =>
  Effect.withConfigProvider(
    OperatorServer.config,
    ConfigProvider.fromMap(new Map(Object.entries(values).map(([name, value]) => [`HOLDFAST_API_${name}`, value])), {
      pathDelim: "_"
    })
  )

describe("what the environment says of it", () => {
  const secret = "0123456789abcdef"

  it.effect("is loopback and no token, unless something is said", () =>
    Effect.gen(function* () {
      expect(yield* read({})).toEqual({ host: "127.0.0.1", port: 8090, token: undefined })
      expect(yield* read({ PORT: "off" })).toBeUndefined()
      const told = yield* read({ HOST: "0.0.0.0", PORT: "80", TOKEN: secret })
      expect(told).toMatchObject({ host: "0.0.0.0", port: 80 })
      expect(told?.token === undefined ? "" : Redacted.value(told.token)).toBe(secret)
    })
  )

  it.effect.each(["localhost", "127.0.0.1", "127.9.9.9", "::1", "LOCALHOST"])("%s needs no token", (host) =>
    Effect.map(read({ HOST: host }), (told) => expect(told).toMatchObject({ host, token: undefined }))
  )

  it.effect.each(["0.0.0.0", "::", "192.168.1.7", "bots.example", "127.0.0.1.evil.example", "127.evil"])(
    "%s needs a token, and which variable that is, is said",
    (host) =>
      Effect.gen(function* () {
        const error = String(yield* Effect.flip(read({ HOST: host })))
        expect(error).toContain("HOLDFAST.API.TOKEN")
        expect(error).toContain(host)
        expect(yield* read({ HOST: host, PORT: "off" })).toBeUndefined()
      })
  )

  it.effect.each(["", "short", "a".repeat(15), "with a space in its middle"])(
    "%j is no token, and is not repeated",
    (token) =>
      Effect.gen(function* () {
        const error = String(yield* Effect.flip(read({ TOKEN: token })))
        expect(error).toContain("at least 16 characters")
        if (token !== "") expect(error).not.toContain(token)
      })
  )

  it.effect.each(["0", "65536", "on", "8090.5"])("%s is no port", (port) =>
    Effect.map(Effect.flip(read({ PORT: port })), (error) => expect(String(error)).toContain("from 1 to 65535, or off"))
  )
})
