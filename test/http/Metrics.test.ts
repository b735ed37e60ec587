import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Metric, TestClock } from "effect"
import { metrics, seldom } from "../../src/http/Metrics.ts"

const request = HttpServerRequest.fromWeb(new Request("http://holdfast/metrics"))

describe("metrics that are asked for over HTTP", () => {
  it.scoped("are measured once a second, however often they are asked for, and by somebody who hangs up", () =>
    Effect.gen(function* () {
      const asked = Metric.counter("test_measured_total")
      let times = 0
      const measured = Effect.yieldNow().pipe(
        Effect.zipRight(Effect.sync(() => times++)),
        Effect.zipRight(Metric.snapshot)
      )
      const app = metrics(seldom(measured))
      const told = Effect.gen(function* () {
        const { body } = yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, request)
        const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
        return /^test_measured_total (\d+)$/m.exec(text)?.[1]
      })
      yield* Fiber.interrupt(yield* Effect.fork(told))
      yield* Metric.increment(asked)
      expect([yield* told, yield* told, times]).toEqual(["1", "1", 1])
      yield* Metric.increment(asked)
      yield* TestClock.adjust("900 millis")
      expect([yield* told, times]).toEqual(["1", 1])
      yield* TestClock.adjust("200 millis")
      expect([yield* told, times]).toEqual(["2", 2])
    })
  )
})
