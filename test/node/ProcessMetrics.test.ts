import { describe, expect, it } from "@effect/vitest"
import { Effect, Metric, MetricState } from "effect"
import { closeSync, openSync } from "node:fs"
import * as ProcessMetrics from "../../src/node/ProcessMetrics.ts"

const value = (name: string) =>
  Effect.map(Metric.snapshot, (pairs) => {
    const found = pairs.find(({ metricKey }) => metricKey.name === name)
    // each of these is a gauge or a counter
    return found === undefined ? Number.NaN : Object.values(found.metricState).find((each) => typeof each === "number")
  })

const stalls = Effect.map(Metric.snapshot, (pairs) => {
  const found = pairs.find(({ metricKey }) => metricKey.name === "holdfast_event_loop_lag_seconds")?.metricState
  return found !== undefined && MetricState.isHistogramState(found) ? found.max : Number.NaN
})

const block = (millis: number) =>
  Effect.sync(() => {
    const end = performance.now() + millis
    while (performance.now() < end);
  })

describe.concurrent("ProcessMetrics", () => {
  it.scopedLive("tell for how long the event loop was blocked, and not that of a loop that is free (F66, F67)", () =>
    Effect.gen(function* () {
      yield* ProcessMetrics.make({ version: "1.2.3" })
      yield* Effect.sleep("300 millis")
      yield* block(400)
      yield* Effect.sleep("1100 millis")
      expect(yield* stalls).toBeGreaterThan(0.3)
    })
  )

  it.scopedLive("tell of memory, processor time and files as they are when they are looked at", () =>
    Effect.gen(function* () {
      const sample = yield* ProcessMetrics.make({ version: "1.2.3" })
      yield* sample
      const [files, cpu] = [
        yield* value("holdfast_process_open_fds"),
        yield* value("holdfast_process_cpu_seconds_total")
      ]
      const opened = Array.from({ length: 20 }, () => openSync(import.meta.filename, "r"))
      yield* block(50)
      yield* sample
      for (const file of opened) closeSync(file)
      expect(yield* value("holdfast_process_open_fds")).toBeGreaterThanOrEqual(Number(files) + 10)
      expect(yield* value("holdfast_process_cpu_seconds_total")).toBeGreaterThan(Number(cpu))
      expect(yield* value("holdfast_process_resident_bytes")).toBeGreaterThan(10_000_000)
      expect(yield* value("holdfast_process_uptime_seconds")).toBeGreaterThan(0.1)
    })
  )

  it.scopedLive("register all that they say they register", () =>
    Effect.gen(function* () {
      yield* Effect.flatten(ProcessMetrics.make({ version: "1.2.3" }))
      yield* Effect.sleep("1100 millis")
      const names = new Set((yield* Metric.snapshot).map(({ metricKey }) => metricKey.name))
      expect(ProcessMetrics.families.filter(({ name }) => !names.has(name))).toEqual([])
    })
  )
})
