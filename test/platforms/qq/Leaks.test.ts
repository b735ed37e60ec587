import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Layer, Option, Redacted, Schedule, Stream } from "effect"
import { WebSocketServer } from "ws"
import { Budget } from "../../../src/adapter/Budget.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import * as Node from "../../../src/node/index.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import { left } from "../left.ts"

/** A platform that closes every line as soon as it is established. It remembers nothing, so that its memory is not counted. */
const kicking = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      response
        .setHeader("content-type", "application/json")
        .end(
          request.url === "/app/getAppAccessToken"
            ? '{"access_token":"token","expires_in":"7200"}'
            : JSON.stringify({ url: `ws://127.0.0.1:${port}/websocket`, shards: 1 })
        )
    })
    new WebSocketServer({ server }).on("connection", (socket) => {
      socket.send('{"op":10,"d":{"heartbeat_interval":45000}}')
      socket.on("message", (data) => {
        const fresh = JSON.parse(String(data)).op === 2
        const ready = { version: 1, session_id: "s", user: { id: "1", username: "bot", bot: true }, shard: [0, 0] }
        socket.send(JSON.stringify({ op: 0, s: 1, t: fresh ? "READY" : "RESUMED", d: fresh ? ready : "" }))
        socket.close(4009)
      })
    })
    const close = () => {
      server.close()
      server.closeAllConnections()
    }
    server.listen(0, "127.0.0.1", () =>
      resume(Effect.succeed({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }))
    )
  }),
  ({ close }) => Effect.sync(close)
)

it.scopedLive(
  "a thousand reconnects on real sockets leave no fiber, timer, socket or heap behind (F47, F48, F52)",
  () =>
    Effect.gen(function* () {
      const { url } = yield* kicking
      const adapter = yield* QQ.open({
        name: "main",
        appId: "1",
        clientSecret: Redacted.make("secret"),
        tokenBaseUrl: url,
        apiBaseUrl: url,
        listen: { retry: Schedule.spaced("1 millis"), stableAfter: Duration.zero }
      })
      const pull = yield* Stream.toPull(adapter.listen)
      const connects = (times: number) =>
        Effect.iterate(0, {
          while: (count) => count < times,
          body: (count) =>
            Effect.map(
              pull,
              (signals) => count + Chunk.size(Chunk.filter(signals, (signal: Signal) => signal._tag === "Connected"))
            )
        })
      // by then the engine has compiled what it will: what grows after that is kept by us
      yield* connects(1000)
      const before = yield* left
      yield* connects(1000)
      const after = yield* left
      expect([after.fibers, after.timers, after.sockets]).toEqual([before.fibers, before.timers, before.sockets])
      // a line that stayed behind would be 5 KiB at least, each time
      expect(after.heap - before.heap).toBeLessThan(1024)
    }).pipe(
      Effect.mapError(Option.getOrThrow),
      Effect.provide(Layer.mergeAll(Node.layer, Budget.layerMemory, ResumeStore.layerMemory, Stability.layer))
    ),
  60_000
)
