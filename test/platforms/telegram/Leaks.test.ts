import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Layer, Option, Schedule, Stream } from "effect"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Node from "../../../src/node/index.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import { config } from "./listening.ts"
import { left } from "../left.ts"

const results: Readonly<Record<string, unknown>> = {
  getMe: { id: 7100000001, is_bot: true, first_name: "Demo" },
  getWebhookInfo: { url: "", pending_update_count: 0 },
  getUpdates: []
}

/** A platform that resets every poll that it should hold. It remembers nothing, so that its memory is not counted. */
const kicking = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (piece) => (body += String(piece)))
      request.on("end", () => {
        const { timeout = 0 }: { timeout?: number } = JSON.parse(body)
        const result = results[request.url?.split("/").at(-1) ?? ""]
        if (timeout > 0) response.destroy()
        else response.setHeader("content-type", "application/json").end(JSON.stringify({ ok: true, result }))
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
  "five hundred reconnects on real sockets leave no fiber, timer, socket or heap behind (F47, F48, F52)",
  () =>
    Effect.gen(function* () {
      const { url } = yield* kicking
      const adapter = yield* Telegram.open(
        config({
          apiBaseUrl: url,
          listen: { retry: Schedule.spaced("1 millis"), stableAfter: Duration.zero }
        })
      )
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
      yield* connects(500)
      const before = yield* left
      yield* connects(500)
      const after = yield* left
      expect([after.fibers, after.timers, after.sockets]).toEqual([before.fibers, before.timers, before.sockets])
      expect(after.heap - before.heap).toBeLessThan(1024)
    }).pipe(
      Effect.mapError(Option.getOrThrow),
      Effect.provide(Layer.mergeAll(Node.layer, ResumeStore.layerMemory, Stability.layer, Webhooks.layerNone))
    ),
  60_000
)
