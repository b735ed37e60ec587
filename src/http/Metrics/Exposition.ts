import type * as MetricPair from "effect/MetricPair"
import * as MetricKeyType from "effect/MetricKeyType"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

type Pair = MetricPair.MetricPair.Untyped
type Labels = ReadonlyArray<readonly [name: string, value: string]>

/** One line of a family: what its name has behind it, its own labels, and the value. */
type Sample = readonly [suffix: string, labels: Labels, value: number | bigint]

interface Reading {
  readonly type: "counter" | "gauge" | "histogram" | "summary"
  readonly samples: ReadonlyArray<Sample>
}

/** Letters that a name of Prometheus's has not become `_`, and so does what it may not begin with. */
const named = (name: string, others: RegExp): string => name.replace(others, "_").replace(/^(?=\d|$)/, "_")
const metricName = (name: string): string => named(name, /[^a-zA-Z0-9_:]/g)
const labelName = (name: string): string => named(name, /[^a-zA-Z0-9_]/g)

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", '"': '\\"' }
const escaped = (value: string, letters: RegExp): string =>
  value.replace(letters, (letter) => escapes[letter] ?? letter)

const infinities: ReadonlyMap<number | bigint, string> = new Map([
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"]
])
const written = (value: number | bigint): string => infinities.get(value) ?? String(value)

const labelled = (labels: Labels): string =>
  labels.map(([name, value]) => `${labelName(name)}="${escaped(value, /[\\\n"]/g)}"`).join(",")

/** A name and labels as they are written, which are the same at every scrape. */
interface Head {
  readonly name: string
  readonly labels: string
}

const heads = new WeakMap<Pair["metricKey"], Head>()

const headOf = (key: Pair["metricKey"]): Head => {
  const known = heads.get(key)
  if (known !== undefined) return known
  const head = { name: metricName(key.name), labels: labelled(key.tags.map(({ key, value }) => [key, value])) }
  heads.set(key, head)
  return head
}

const lineOf = ({ labels, name }: Head, [suffix, own, value]: Sample): string => {
  const all = own.length === 0 ? labels : [labels, labelled(own)].filter((some) => some !== "").join(",")
  return `${name}${suffix}${all === "" ? "" : `{${all}}`} ${written(value)}`
}

const histogram = ({ buckets, count, sum }: MetricState.MetricState.Histogram): Reading => ({
  type: "histogram",
  samples: [
    ...buckets
      .filter(([bound]) => Number.isFinite(bound))
      .map(([bound, below]): Sample => ["_bucket", [["le", written(bound)]], below]),
    ["_bucket", [["le", "+Inf"]], count],
    ["_sum", [], sum],
    ["_count", [], count]
  ]
})

const summary = ({ count, quantiles, sum }: MetricState.MetricState.Summary): Reading => ({
  type: "summary",
  samples: [
    ...quantiles.flatMap(([quantile, value]): ReadonlyArray<Sample> =>
      Option.match(value, { onNone: () => [], onSome: (at) => [["", [["quantile", written(quantile)]], at]] })
    ),
    ["_sum", [], sum],
    ["_count", [], count]
  ]
})

/** What may also fall is a gauge there, whatever it is called here. */
const readingOf = ({ metricKey: { keyType }, metricState: state }: Pair): Reading | undefined => {
  if (MetricState.isCounterState(state)) {
    const rises = MetricKeyType.isCounterKey(keyType) && keyType.incremental
    return { type: rises ? "counter" : "gauge", samples: [["", [], state.count]] }
  }
  if (MetricState.isGaugeState(state)) return { type: "gauge", samples: [["", [], state.value]] }
  if (MetricState.isHistogramState(state)) return histogram(state)
  if (MetricState.isSummaryState(state)) return summary(state)
  if (!MetricState.isFrequencyState(state)) return undefined
  const samples = Array.from(state.occurrences, ([key, count]): Sample => ["", [["key", key]], count])
  return { type: "counter", samples }
}

interface Family {
  readonly type: Reading["type"]
  readonly help: string
  readonly lines: Array<string>
}

/**
 * The metrics in Prometheus's text format, the lines of one name together. Where two of one name are of different kinds, the
 * first is told: a scrape with both would be refused whole.
 */
export const text = (pairs: Iterable<Pair>): string => {
  const families = new Map<string, Family>()
  for (const pair of pairs) {
    const reading = readingOf(pair)
    if (reading === undefined) continue
    const head = headOf(pair.metricKey)
    const family = families.get(head.name) ?? {
      type: reading.type,
      help: Option.getOrElse(pair.metricKey.description, () => ""),
      lines: []
    }
    families.set(head.name, family)
    if (family.type !== reading.type) continue
    for (const sample of reading.samples) family.lines.push(lineOf(head, sample))
  }
  return [...families]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { help, lines, type }]) => {
      const head = help === "" ? "" : `# HELP ${name} ${escaped(help, /[\\\n]/g)}\n`
      return `${head}# TYPE ${name} ${type}\n${lines.join("\n")}\n`
    })
    .join("")
}
