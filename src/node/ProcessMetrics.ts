import * as Effect from "effect/Effect"
import * as MetricBoundaries from "effect/MetricBoundaries"
import type * as Scope from "effect/Scope"
import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { counter, gauge, histogram, type Told } from "../adapter/MetricFamily.ts"
import * as Descriptors from "./Descriptors.ts"

const lag = histogram(
  "event_loop_lag_seconds",
  "the longest time of each second for which the event loop was late",
  MetricBoundaries.fromIterable([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 25])
)
const cpu = counter("process_cpu_seconds_total", "processor time that the process has used")
const resident = gauge("process_resident_bytes", "memory that the process holds")
const heap = gauge("process_heap_bytes", "memory that its objects take")
const descriptors = gauge("process_open_fds", "files and sockets that the process has open, where that can be known")
const limit = gauge("process_max_fds", "how many it may have open, where that can be known")
const uptime = gauge("process_uptime_seconds", "for how long the process has run")
const build = gauge("build_info", "always 1; tells what runs", "version", "node")

/** What is measured of the process. */
export const families: ReadonlyArray<Told> = [lag, cpu, resident, heap, descriptors, limit, uptime, build]

/** Milliseconds between two looks of Node's own watch, which it counts as delay. */
const resolution = 10

/** Counts how late the event loop was in each second, for as long as the scope lasts. */
const watchLoop: Effect.Effect<void, never, Scope.Scope> = Effect.gen(function* () {
  const delay = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const delay = monitorEventLoopDelay({ resolution })
      delay.enable()
      return delay
    }),
    (delay) => Effect.sync(() => delay.disable())
  )
  const look = Effect.sync(() => {
    lag.of().unsafeUpdate(Math.max(delay.max / 1e9 - resolution / 1000, 0), [])
    delay.reset()
  })
  yield* Effect.forkScoped(Effect.forever(Effect.delay(look, "1 second")))
})

/** Measures the process while the scope lasts; what is given brings up to date what is only as it is when it is looked at. */
export const make = (options: { readonly version: string }): Effect.Effect<Effect.Effect<void>, never, Scope.Scope> =>
  Effect.gen(function* () {
    yield* watchLoop
    build.of(options.version, process.version).unsafeUpdate(1, [])
    let counted = 0
    return Effect.gen(function* () {
      const { system, user } = process.cpuUsage()
      cpu.of().unsafeUpdate((system + user) / 1e6 - counted, [])
      counted = (system + user) / 1e6
      const { heapUsed, rss } = process.memoryUsage()
      resident.of().unsafeUpdate(rss, [])
      heap.of().unsafeUpdate(heapUsed, [])
      uptime.of().unsafeUpdate(performance.now() / 1000, [])
      const use = yield* Descriptors.use
      if (use._tag === "None") return
      descriptors.of().unsafeUpdate(use.value.open, [])
      if (use.value.limit !== undefined) limit.of().unsafeUpdate(use.value.limit, [])
    })
  })
