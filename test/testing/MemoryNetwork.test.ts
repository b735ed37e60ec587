import { HttpClient, HttpClientRequest, Socket } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Redacted, TestClock } from "effect"
import { NoAnswer, type Served } from "../../src/adapter/Simulator.ts"
import { defaultBot } from "../../src/platforms/qq/Simulator.ts"
import * as MemoryNetwork from "../../src/testing/MemoryNetwork.ts"
import * as Raw from "../platforms/qq/Simulator/RawClient.ts"

describe("a request", () => {
  it.scoped("to a host that nobody serves fails as a name that does not resolve", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const failed = yield* Effect.flip(HttpClient.get("https://nobody.example/"))
        expect(failed).toMatchObject({ _tag: "RequestError", reason: "Transport", cause: { code: "ENOTFOUND" } })
      })
    )
  )

  it.scoped("carries its headers and its body, as text or as bytes", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const secret = Redacted.value(defaultBot.secret)
        const json = JSON.stringify({ appId: defaultBot.appId, clientSecret: secret })
        const post = HttpClientRequest.post("https://bots.qq.com/app/getAppAccessToken")
        for (const request of [
          HttpClientRequest.bodyText(post, json, "application/json"),
          HttpClientRequest.bodyUint8Array(post, new TextEncoder().encode(json), "application/json")
        ]) {
          const text = yield* Effect.flatMap(HttpClient.execute(request), ({ text }) => text)
          expect(text).toContain("access_token")
        }
        const plain = HttpClientRequest.bodyText(post, json, "text/plain")
        expect(yield* Effect.flatMap(HttpClient.execute(plain), ({ text }) => text)).toContain("100007")
      })
    )
  )
})

describe("bytes", () => {
  /** A far end that answers with what it gets, and remembers how it was sent. */
  const echoing = () => {
    const types: Array<string | undefined> = []
    const served: Served = {
      http: ({ bytes, headers }) =>
        Effect.sync(() => {
          types.push(headers["content-type"])
          return { status: 200, headers: {}, body: bytes }
        }),
      upgrade: () => new NoAnswer({ code: "ECONNREFUSED" })
    }
    return { types, network: MemoryNetwork.layer({ "echo.example": served }) }
  }
  const post = HttpClientRequest.post("https://echo.example/")
  const echoed = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.map(
      Effect.flatMap(HttpClient.execute(request), ({ arrayBuffer }) => arrayBuffer),
      (buffer) => new Uint8Array(buffer)
    )

  it.scoped("go there and back as they are", () => {
    const { network } = echoing()
    const bytes = new Uint8Array(256).map((_, index) => index)
    return echoed(HttpClientRequest.bodyUint8Array(post, bytes, "image/png")).pipe(
      Effect.map((back) => expect(back).toEqual(bytes)),
      Effect.provide(network)
    )
  })

  it.scoped("of a form are written down as the web does", () => {
    const { network, types } = echoing()
    const form = new FormData()
    form.append("file", new Blob([new Uint8Array([0, 255])], { type: "image/png" }), "a.png")
    return echoed(HttpClientRequest.bodyFormData(post, form)).pipe(
      Effect.map((back) => {
        const [, boundary = "none"] = /^multipart\/form-data; boundary=(.+)$/.exec(types[0] ?? "") ?? []
        const text = String.fromCharCode(...back)
        expect(text.startsWith(`--${boundary}\r\n`)).toBe(true)
        expect(text).toContain('filename="a.png"\r\nContent-Type: image/png\r\n\r\n\u0000\u00ff\r\n')
      }),
      Effect.provide(network)
    )
  })
})

describe("a request that is given up", () => {
  it.scoped("is given up at its far end too", () =>
    Effect.gen(function* () {
      const given = yield* Deferred.make<void>()
      const served: Served = {
        http: () => Effect.onInterrupt(Effect.never, () => Deferred.succeed(given, undefined)),
        upgrade: () => new NoAnswer({ code: "ECONNREFUSED" })
      }
      const asking = yield* HttpClient.get("https://slow.example/").pipe(
        Effect.provide(MemoryNetwork.layer({ "slow.example": served })),
        Effect.fork
      )
      yield* Raw.settle
      yield* Fiber.interrupt(asking)
      expect(yield* Deferred.isDone(given)).toBe(true)
    })
  )
})

describe("a WebSocket", () => {
  it.scoped("to a host that nobody serves fails, and then closes", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const line = yield* Raw.openAt("wss://nobody.example/")
        expect(line.happened).toEqual(["error connect ENOTFOUND", "close 1006"])
        expect(line.socket.readyState).toBe(line.socket.CLOSED)
      })
    )
  )

  it.scoped("is connecting until its opener has had time to listen", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const construct = yield* Socket.WebSocketConstructor
        const socket = construct("wss://api.sgroup.qq.com/websocket")
        const opened: Array<number> = []
        socket.addEventListener("open", () => opened.push(socket.readyState))
        expect(socket.readyState).toBe(0)
        expect(() => socket.send("x")).toThrow("CONNECTING")
        yield* Raw.settle
        expect(opened).toEqual([1])
      })
    )
  )

  it.scoped("tells listeners and handlers alike", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        const told: Array<string> = []
        line.socket.addEventListener("close", () => told.push("listener"))
        line.socket.close(4000)
        yield* Raw.settle
        expect([line.happened, told]).toEqual([["open", "close 4000"], ["listener"]])
      })
    )
  )

  it.scoped("that closes tells the platform, which then has no line", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        expect((yield* simulator.connections).length).toBe(1)
        line.socket.close(4000, "bye")
        expect(line.socket.readyState).toBe(line.socket.CLOSING)
        yield* Raw.settle
        expect(yield* simulator.connections).toEqual([])
        line.socket.close()
        line.socket.terminate()
        line.socket.ping()
        line.socket.send("x")
        yield* Raw.settle
        expect(line.happened).toEqual(["open", "close 4000"])
      })
    )
  )

  it.scoped("that is terminated is gone at once, even while its close is not answered", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        yield* simulator.fault({ _tag: "Silence" })
        line.socket.close(4000)
        yield* Raw.settle
        expect(line.closed()).toBeUndefined()
        line.socket.terminate()
        yield* Raw.settle
        expect(line.closed()).toBe(1006)
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )

  it.scoped("that is paused shows nothing, and everything in order when it is read again", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        line.socket.pause()
        expect(line.socket.isPaused).toBe(true)
        line.socket.ping()
        for (const text of ["one", "two"]) yield* simulator.hear({ conversation: "c2c:U1", text })
        yield* simulator.fault({ _tag: "Close", code: 4009 })
        yield* Raw.settle
        expect([Raw.contents(line), line.happened]).toEqual([[], ["open"]])
        line.socket.resume()
        expect([Raw.contents(line), line.happened]).toEqual([
          ["one", "two"],
          ["open", "pong", "close 4009"]
        ])
      })
    )
  )

  it.scoped("that is paused while its events are shown stops there", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.identified(yield* Raw.getToken())
        line.socket.addEventListener("message", () => line.socket.pause())
        for (const text of ["one", "two"]) yield* simulator.hear({ conversation: "c2c:U1", text })
        yield* Raw.settle
        expect(Raw.contents(line)).toEqual(["one"])
        line.socket.resume()
        expect(Raw.contents(line)).toEqual(["one", "two"])
      })
    )
  )

  it.scoped("that is paused when it closes cannot see the answer, and gives up after 2 s", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        line.socket.pause()
        line.socket.close(4000)
        yield* Raw.settle
        expect(yield* simulator.connections).toEqual([])
        expect(line.closed()).toBeUndefined()
        yield* TestClock.adjust("2 seconds")
        expect(line.closed()).toBe(1006)
      })
    )
  )

  it.scoped("carries bytes as the text that they are", () =>
    Raw.withSimulator({}, () =>
      Effect.gen(function* () {
        const line = yield* Raw.open
        line.socket.send(new TextEncoder().encode('{"op":1}'))
        yield* Raw.settle
        expect(line.frames.at(-1)).toEqual({ op: 11 })
      })
    )
  )

  it.scoped("serves a Socket, which ends with the close code", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const socket = yield* Socket.makeWebSocket("wss://api.sgroup.qq.com/websocket", {
          closeCodeIsError: () => true
        })
        const frames: Array<string> = []
        const fiber = yield* Effect.fork(socket.runRaw((data) => void frames.push(String(data))))
        yield* Raw.settle
        expect(frames).toEqual(['{"op":10,"d":{"heartbeat_interval":45000}}'])
        yield* simulator.fault({ _tag: "Close", code: 4009, reason: "why" })
        expect(yield* Effect.flip(Fiber.join(fiber))).toMatchObject({ reason: "Close", code: 4009, closeReason: "why" })
      })
    )
  )

  it.scoped("a thousand times over leaves nothing open", () =>
    Raw.withSimulator({}, (simulator) =>
      Effect.gen(function* () {
        const construct = yield* Socket.WebSocketConstructor
        for (let i = 0; i < 1000; i++) {
          const socket = construct("wss://api.sgroup.qq.com/websocket")
          if (i % 2 === 0) yield* Raw.settle
          socket.close()
        }
        yield* Raw.settle
        expect(yield* simulator.connections).toEqual([])
      })
    )
  )
})

describe("the layer", () => {
  it.scoped("takes every line with it when it ends", () =>
    Effect.gen(function* () {
      const { network, simulator } = yield* Raw.platform()
      const line = yield* Raw.open.pipe(Effect.provide(network), Effect.exit)
      yield* Raw.settle
      expect(Exit.isSuccess(line) && line.value.closed()).toBe(1006)
      expect(yield* simulator.connections).toEqual([])
    })
  )
})
