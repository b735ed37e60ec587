import * as Metric from "effect/Metric"
import type * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"

/** What is told of a family to those who read it. */
export interface Told {
  /** begins with `holdfast_`, ends with the base unit, or with `_total` where it only grows */
  readonly name: string
  readonly type: "counter" | "gauge" | "histogram"
  readonly labels: ReadonlyArray<string>
  readonly description: string
}

/** Metrics of one name, one for each set of label values. Values are accounts, states and reasons, never people. */
export interface MetricFamily<Type, In, Out> extends Told {
  /** The one with these label values, in the order of `labels`: always the same, to be kept where it is used often. */
  readonly of: (...values: ReadonlyArray<string>) => Metric.Metric<Type, In, Out>
}

const family = <Type, In, Out>(told: Told, bare: Metric.Metric<Type, In, Out>): MetricFamily<Type, In, Out> => {
  const known = new Map<string, Metric.Metric<Type, In, Out>>()
  return {
    ...told,
    of: (...values) => {
      const key = values.join("\n")
      const before = known.get(key)
      if (before !== undefined) return before
      const labels = values.map((value, index) => MetricLabel.make(told.labels[index] ?? "", value))
      const metric = labels.length === 0 ? bare : Metric.taggedWithLabels(bare, labels)
      known.set(key, metric)
      return metric
    }
  }
}

const named = (name: string): string => `holdfast_${name}`

/** What only grows, while the process lives. */
export const counter = (bare: string, description: string, ...labels: ReadonlyArray<string>) => {
  const name = named(bare)
  return family(
    { name, type: "counter", labels, description },
    Metric.counter(name, { description, incremental: true })
  )
}

/** What is as it is when it is looked at. */
export const gauge = (bare: string, description: string, ...labels: ReadonlyArray<string>) => {
  const name = named(bare)
  return family({ name, type: "gauge", labels, description }, Metric.gauge(name, { description }))
}

/** How often something took no longer than each of these bounds. */
export const histogram = (
  bare: string,
  description: string,
  boundaries: MetricBoundaries.MetricBoundaries,
  ...labels: ReadonlyArray<string>
) => {
  const name = named(bare)
  return family({ name, type: "histogram", labels, description }, Metric.histogram(name, boundaries, description))
}
