import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Schedule, Stream } from "effect"
import * as Net from "node:net"
import { accountId } from "../../../src/domain/Address.ts"
import { initial } from "../../../src/gateway/Status.ts"
import * as Live from "../../../src/http/Live.ts"
import { most } from "../../../src/http/Live/Line.ts"
import * as OperatorServer from "../../../src/node/OperatorServer.ts"
import { freePort } from "../../node/freePort.ts"

const main = accountId("fake", "main")

let changes = 0

/** A gateway of which a status of 200 kB changes fifty times a second. */
const chatty: Live.Sources = {
  statuses: Effect.succeed([]),
  changes: Stream.repeatEffectWithSchedule(
    Effect.sync(() => ({ ...initial(main, 0), cause: `${changes++}${"x".repeat(200_000)}` })),
    Schedule.spaced("20 millis")
  ),
  entries: Stream.never,
  passages: Stream.never,
  passed: Effect.succeed([]),
  handlers: Effect.succeed([]),
  access: Effect.succeed([]),
  depths: Effect.succeed([])
}

/** One who listens over a real socket. */
const client = (port: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = Net.connect(port, "127.0.0.1")
      const heard = { bytes: 0, closed: false }
      socket.on("data", (data) => (heard.bytes += data.length))
      socket.on("close", () => (heard.closed = true))
      socket.on("error", () => {})
      socket.write("GET /live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
      return { socket, heard }
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const until = (done: () => boolean) =>
  Effect.repeat(Effect.delay(Effect.sync(done), "20 millis"), { until: (is) => is })

describe("one who stops reading what is told", () => {
  it.scopedLive("is dropped within bounds of bytes and of time, and the others hear on (F71)", () =>
    Effect.gen(function* () {
      const port = yield* freePort
      const app = yield* Live.app(chatty)
      yield* OperatorServer.serve({ host: "127.0.0.1", port }, app, { stillFor: Duration.millis(500) })
      const [deaf, reader] = [yield* client(port), yield* client(port)]
      yield* until(() => deaf.heard.bytes > 0)
      deaf.socket.pause()
      // far more than any buffer between the two holds
      yield* until(() => reader.heard.bytes > 20 * most)
      yield* Effect.sleep("600 millis")
      deaf.socket.resume()
      yield* until(() => deaf.heard.closed)
      expect(deaf.heard.bytes).toBeLessThan(12 * most)
      expect(reader.heard.closed).toBe(false)
    })
  )
})
