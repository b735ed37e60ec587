import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted, type Scope } from "effect"
import type { EventEmitter } from "node:events"
import * as Net from "node:net"
import { WebSocket } from "ws"
import { NoAnswer, type Served as Core } from "../../src/adapter/Simulator.ts"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import { defaultBot, make, type QQSimulator } from "../../src/platforms/qq/Simulator.ts"

interface Served {
  readonly simulator: QQSimulator
  readonly url: string
  readonly port: number
}

const served = <A, E>(test: (served: Served) => Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function* () {
    const simulator = yield* make()
    return yield* test({ simulator, ...(yield* SimulatorServer.serve(simulator)) })
  }).pipe(Effect.scoped, Effect.timeout("10 seconds"))

const asked = (url: string, path: string, init: RequestInit = {}) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(`${url}${path}`, { signal, ...init })
      return { status: response.status, trace: response.headers.get("x-tps-trace-id"), text: await response.text() }
    },
    catch: (error) => (error instanceof Error && error.cause instanceof Error ? error.cause : error)
  })

const token = (url: string) =>
  Effect.map(
    asked(url, "/app/getAppAccessToken", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ appId: defaultBot.appId, clientSecret: Redacted.value(defaultBot.secret) })
    }),
    ({ text }) => `QQBot ${JSON.parse(text).access_token}`
  )

const discovered = (url: string) =>
  Effect.flatMap(token(url), (authorization) =>
    Effect.map(asked(url, "/gateway", { headers: { authorization } }), ({ text }): string => JSON.parse(text).url)
  )

const impatient = { perMessageDeflate: false, closeTimeout: 50 }

/** A line of `ws`, and the next thing of a kind that happens on it. */
const opened = (gateway: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = new WebSocket(gateway, impatient)
      socket.on("error", () => {})
      return socket
    }),
    (socket) => Effect.sync(() => socket.terminate())
  )

const next = (socket: EventEmitter, event: "message" | "pong" | "close" | "error") =>
  Effect.async<string>((resume) => {
    socket.once(event, (first: unknown) =>
      resume(Effect.succeed(first instanceof Error ? first.message : String(first)))
    )
  })

const until = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
  Effect.delay(effect, "5 millis").pipe(Effect.repeat({ until: holds }))

it.live("serves REST and lines on one port, and discovery leads to where it is served", () =>
  served(({ port, url }) =>
    Effect.gen(function* () {
      const gateway = yield* discovered(url)
      expect(gateway).toBe(`ws://127.0.0.1:${port}/websocket`)
      const socket = yield* opened(gateway)
      expect(yield* next(socket, "message")).toBe('{"op":10,"d":{"heartbeat_interval":45000}}')
      const pong = yield* Effect.fork(next(socket, "pong"))
      yield* Effect.yieldNow()
      socket.ping()
      yield* pong.await
      socket.send('{"op":1,"d":null}')
      expect(yield* next(socket, "message")).toBe('{"op":11}')
    })
  )
)

it.live("answers with a trace id, over many requests on one connection", () =>
  served(({ url }) =>
    Effect.gen(function* () {
      for (let i = 0; i < 30; i++) {
        const { status, trace } = yield* asked(url, "/users/@me")
        expect([status, trace?.length]).toEqual([401, 32])
      }
    })
  )
)

it.live("tells the simulator when a client leaves, politely or not", () =>
  served(({ simulator, url }) =>
    Effect.gen(function* () {
      for (const leave of ["close", "terminate"] as const) {
        const socket = yield* opened(`${url.replace("http", "ws")}/websocket`)
        yield* next(socket, "message")
        expect((yield* simulator.connections).length).toBe(1)
        socket[leave]()
        yield* until(simulator.connections, (all) => all.length === 0)
      }
    })
  )
)

it.live("closes with the code of the fault, and cuts without one", () =>
  served(({ simulator, url }) =>
    Effect.gen(function* () {
      for (const [fault, code] of [
        [{ _tag: "Close", code: 4009 }, "4009"],
        [{ _tag: "Close", code: 1006 }, "1006"],
        [{ _tag: "Close", code: 1005 }, "1005"],
        [{ _tag: "Cut" }, "1006"]
      ] as const) {
        const socket = yield* opened(`${url.replace("http", "ws")}/websocket`)
        yield* next(socket, "message")
        yield* simulator.fault(fault)
        expect(yield* next(socket, "close")).toBe(code)
      }
    })
  )
)

it.live("leaves a silent line half-open: no pong, no ack, no answer to a close", () =>
  served(({ simulator, url }) =>
    Effect.gen(function* () {
      const socket = yield* opened(`${url.replace("http", "ws")}/websocket`)
      yield* next(socket, "message")
      yield* simulator.fault({ _tag: "Silence" })
      const heard: Array<string> = []
      socket.on("pong", () => heard.push("pong"))
      socket.on("message", () => heard.push("message"))
      socket.ping()
      socket.send('{"op":1,"d":null}')
      socket.close(4000)
      expect(yield* next(socket, "close")).toBe("1006")
      expect(heard).toEqual([])
    })
  )
)

it.live("resets what the network is said to refuse, and answers an upgrade that is refused", () =>
  served(({ simulator, url }) =>
    Effect.gen(function* () {
      const gateway = `${url.replace("http", "ws")}/websocket`
      yield* simulator.fault({ _tag: "Answer", status: 502, body: "<html>" })
      expect(yield* next(yield* opened(gateway), "error")).toBe("Unexpected server response: 502")
      yield* simulator.heal
      yield* simulator.fault({ _tag: "Refuse", as: "refused" })
      expect(yield* Effect.flip(asked(url, "/gateway"))).toMatchObject({ code: "ECONNRESET" })
      expect(yield* next(yield* opened(gateway), "error")).toContain("ECONNRESET")
    })
  )
)

it.live("gives up a stalled upgrade with its client", () =>
  served(({ simulator, url }) =>
    Effect.gen(function* () {
      yield* simulator.fault({ _tag: "Stall", step: "upgrade" })
      const socket = yield* opened(`${url.replace("http", "ws")}/websocket`)
      yield* until(simulator.connections, (all) => all.length === 1)
      socket.terminate()
      yield* until(simulator.connections, (all) => all.length === 0)
    })
  )
)

it.live("carries bytes both ways, and gives up a request with its caller", () =>
  Effect.gen(function* () {
    const begun = yield* Deferred.make<void>()
    const given = yield* Deferred.make<void>()
    const slow = Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)
    const core: Core = {
      http: ({ bytes, url }) =>
        url.pathname === "/slow"
          ? Effect.onInterrupt(slow, () => Deferred.succeed(given, undefined))
          : Effect.succeed({ status: 200, headers: { "content-type": "image/png" }, body: bytes }),
      upgrade: () => new NoAnswer({ code: "ECONNRESET" })
    }
    const { url } = yield* SimulatorServer.serve(core)
    const body = new Uint8Array(100_000).map((_, index) => (index * 7) % 256)
    const echoed = yield* Effect.promise(() => fetch(url, { method: "POST", body }).then((got) => got.arrayBuffer()))
    expect(Buffer.from(echoed).equals(body)).toBe(true)
    const asking = yield* Effect.fork(asked(url, "/slow"))
    yield* Deferred.await(begun)
    yield* Fiber.interrupt(asking)
    yield* Deferred.await(given)
  }).pipe(Effect.scoped, Effect.timeout("10 seconds"))
)

it.live("ends with its scope, whatever is still open or waiting", () =>
  Effect.gen(function* () {
    const simulator = yield* make()
    const { port, waiting } = yield* Effect.scoped(
      Effect.gen(function* () {
        const { port, url } = yield* SimulatorServer.serve(simulator)
        const socket = new WebSocket(`${url.replace("http", "ws")}/websocket`)
        socket.on("error", () => {})
        yield* next(socket, "message")
        yield* simulator.fault({ _tag: "Stall", step: "http" })
        const request = yield* Effect.forkDaemon(Effect.flip(asked(url, "/gateway")))
        yield* until(simulator.record, (record) => record.some(({ what }) => what === "request"))
        const closed = yield* Effect.forkDaemon(next(socket, "close"))
        return { port, waiting: [request, closed] as const }
      })
    )
    expect(yield* waiting[1].await).toMatchObject({ value: "1006" })
    expect((yield* waiting[0].await)._tag).toBe("Success")
    const again = yield* Effect.async<string>((resume) => {
      const socket = Net.connect(port, "127.0.0.1")
      socket.once("error", (error) => resume(Effect.succeed(String(error))))
      socket.once("connect", () => resume(Effect.succeed("connected")))
    })
    expect(again).toContain("ECONNREFUSED")
  }).pipe(Effect.scoped, Effect.timeout("10 seconds"))
)
