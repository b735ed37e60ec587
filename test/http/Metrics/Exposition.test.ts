import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Metric, MetricBoundaries, MetricLabel } from "effect"
import { text } from "../../../src/http/Metrics/Exposition.ts"

/** What is told of the metrics whose names begin with this one's. */
const told = (prefix: string) =>
  Effect.map(Metric.snapshot, (pairs) =>
    text(pairs.filter(({ metricKey }) => metricKey.name.startsWith(prefix))).split("\n")
  )

describe("Prometheus's text format", () => {
  it.effect("has counters, and gauges for what may fall", () =>
    Effect.gen(function* () {
      yield* Metric.incrementBy(Metric.counter("a_heard_total", { incremental: true, description: "events" }), 3)
      yield* Metric.incrementBy(Metric.counter("a_open"), -2)
      yield* Metric.increment(Metric.counter("a_big_total", { bigint: true, incremental: true }))
      yield* Metric.set(Metric.gauge("a_level"), Number.NEGATIVE_INFINITY)
      expect(yield* told("a_")).toEqual([
        "# TYPE a_big_total counter",
        "a_big_total 1",
        "# HELP a_heard_total events",
        "# TYPE a_heard_total counter",
        "a_heard_total 3",
        "# TYPE a_level gauge",
        "a_level -Inf",
        "# TYPE a_open gauge",
        "a_open -2",
        ""
      ])
    })
  )

  it.effect("has histograms whose buckets add up, the last of them without a bound", () =>
    Effect.gen(function* () {
      const took = Metric.histogram("b_seconds", MetricBoundaries.fromIterable([0.1, 1]))
      yield* Effect.forEach([0.05, 0.5, 7], (value) => Metric.update(took, value))
      expect(yield* told("b_")).toEqual([
        "# TYPE b_seconds histogram",
        'b_seconds_bucket{le="0.1"} 1',
        'b_seconds_bucket{le="1"} 2',
        'b_seconds_bucket{le="+Inf"} 3',
        "b_seconds_sum 7.55",
        "b_seconds_count 3",
        ""
      ])
    })
  )

  it.effect("has summaries, without the quantiles of nothing, and frequencies by their words", () =>
    Effect.gen(function* () {
      const summary = (name: string) =>
        Metric.summary({ name, maxAge: Duration.days(1), maxSize: 10, error: 0, quantiles: [0.5] })
      yield* Metric.update(summary("c_some"), 4)
      yield* Metric.value(summary("c_none"))
      yield* Metric.update(Metric.frequency("c_words"), 'say "no"')
      expect(yield* told("c_")).toEqual([
        "# TYPE c_none summary",
        "c_none_sum 0",
        "c_none_count 0",
        "# TYPE c_some summary",
        'c_some{quantile="0.5"} 4',
        "c_some_sum 4",
        "c_some_count 1",
        "# TYPE c_words counter",
        'c_words{key="say \\"no\\""} 1',
        ""
      ])
    })
  )

  it.effect("keeps all lines of a name together, and escapes what would end a line or a label", () =>
    Effect.gen(function* () {
      const up = Metric.gauge("d.up-now", { description: "first\nline \\ second" })
      const of = (value: string) => Metric.taggedWithLabels(up, [MetricLabel.make("acc-ount", value)])
      yield* Metric.set(of("qq:main"), 1)
      yield* Metric.set(Metric.gauge("d"), Number.NaN)
      yield* Metric.set(of('a"b\\c\nd'), 0)
      const lines = yield* told("d")
      expect(lines.slice(0, 4)).toEqual([
        "# TYPE d gauge",
        "d NaN",
        "# HELP d_up_now first\\nline \\\\ second",
        "# TYPE d_up_now gauge"
      ])
      expect(lines.slice(4).toSorted()).toEqual([
        "",
        'd_up_now{acc_ount="a\\"b\\\\c\\nd"} 0',
        'd_up_now{acc_ount="qq:main"} 1'
      ])
    })
  )

  it.effect("tells the first of two kinds under one name, for a scrape with both is refused whole", () =>
    Effect.gen(function* () {
      yield* Metric.set(Metric.gauge("twice.told"), 1)
      yield* Metric.increment(Metric.counter("twice_told", { incremental: true }))
      const lines = yield* told("twice")
      expect(lines.filter((line) => line.startsWith("# TYPE"))).toHaveLength(1)
      expect(lines.filter((line) => line.startsWith("twice_told"))).toHaveLength(1)
    })
  )
})
