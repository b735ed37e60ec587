import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Setting from "../adapter/Setting.ts"
import * as NodeHttpClient from "../node/HttpClient.ts"

const signals = ["traces", "metrics", "logs"] as const
export type Signal = (typeof signals)[number]

const protocols = ["http/protobuf", "http/json"] as const

/** An event has no parent elsewhere, so that one based on the parent is as good as the other. */
const samplers = [
  "parentbased_always_on",
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_off",
  "parentbased_traceidratio"
] as const

/** Where what is measured, traced and logged is sent. */
export interface Settings {
  readonly endpoint: string
  readonly headers: Redacted.Redacted<Readonly<Record<string, string>>>
  readonly protocol: (typeof protocols)[number]
  readonly service: string
  readonly signals: ReadonlySet<Signal>
  /** which part of the events is traced, from 0 to 1 */
  readonly sampled: number
}

/** The names are those that all of the field's programs have. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    description: "where traces, metrics and logs are sent, such as http://localhost:4318; nowhere without it"
  },
  {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    description: "what is sent along, such as api-key=…, separated by commas",
    secret: true
  },
  {
    name: "OTEL_EXPORTER_OTLP_PROTOCOL",
    description: `how it is written: ${protocols.join(", ")}`,
    default: protocols[0]
  },
  { name: "OTEL_SERVICE_NAME", description: "how this program is called there", default: "holdfast" },
  { name: "OTEL_RESOURCE_ATTRIBUTES", description: "what else is told of it, such as deployment.environment=test" },
  ...signals.map((signal) => ({
    name: `OTEL_${signal.toUpperCase()}_EXPORTER`,
    description: `none: no ${signal} are sent`,
    default: "otlp"
  })),
  {
    name: "OTEL_TRACES_SAMPLER",
    description: `which events are traced: ${samplers.join(", ")}`,
    default: samplers[0]
  },
  { name: "OTEL_TRACES_SAMPLER_ARG", description: "which part of them a ratio is, from 0 to 1", default: "1" }
]

const decoded = Option.liftThrowable((text: string) => decodeURIComponent(text))

/** `name=value` between commas, each value percent-encoded. */
const headers = (text: string): Either.Either<Readonly<Record<string, string>>, ConfigError.ConfigError> => {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "")
  const parsed = pairs.flatMap((pair) => {
    const [, name = "", value = ""] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
    const plain = Option.getOrUndefined(decoded(value))
    return name === "" || plain === undefined ? [] : [[name, plain] as const]
  })
  return parsed.length === pairs.length
    ? Either.right(Object.fromEntries(parsed))
    : // what was found is not repeated: it may be a secret
      Either.left(ConfigError.InvalidData([], "it wants name=value, separated by commas, the values percent-encoded"))
}

const enabled = (signal: Signal) =>
  Setting.choice(`OTEL_${signal.toUpperCase()}_EXPORTER`, ["otlp", "none"]).pipe(
    Config.withDefault("otlp"),
    Config.map((exporter) => (exporter === "otlp" ? [signal] : []))
  )

/** An empty text is none, as all programs of the field have it. */
const address = (text: string): Either.Either<string | undefined, ConfigError.ConfigError> => {
  const url = text.trim()
  if (url === "") return Either.right(undefined)
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
    ? Either.right(url.replace(/\/+$/, ""))
    : Either.left(ConfigError.InvalidData([], "it wants an http:// or https:// address, such as http://localhost:4318"))
}

const part = (sampler: (typeof samplers)[number], ratio: number): number => {
  if (sampler.endsWith("always_on")) return 1
  return sampler.endsWith("always_off") ? 0 : ratio
}

/** Undefined where nothing is sent anywhere. */
export const config: Config.Config<Settings | undefined> = Config.all({
  endpoint: Config.string("OTEL_EXPORTER_OTLP_ENDPOINT").pipe(Config.mapOrFail(address), Config.withDefault(undefined)),
  headers: Config.string("OTEL_EXPORTER_OTLP_HEADERS").pipe(Config.mapOrFail(headers), Config.withDefault({})),
  protocol: Setting.choice("OTEL_EXPORTER_OTLP_PROTOCOL", protocols).pipe(Config.withDefault(protocols[0])),
  service: Config.nonEmptyString("OTEL_SERVICE_NAME").pipe(Config.withDefault("holdfast")),
  signals: Config.all(signals.map(enabled)),
  sampler: Setting.choice("OTEL_TRACES_SAMPLER", samplers).pipe(Config.withDefault(samplers[0])),
  ratio: Setting.ratio("OTEL_TRACES_SAMPLER_ARG").pipe(Config.withDefault(1))
}).pipe(
  Config.map(({ endpoint, headers, protocol, ratio, sampler, service, signals }) => {
    const sampled = part(sampler, ratio)
    const wanted = new Set(signals.flat())
    if (sampled === 0) wanted.delete("traces")
    if (endpoint === undefined || wanted.size === 0) return undefined
    return {
      endpoint,
      headers: Redacted.make(headers),
      protocol,
      service,
      signals: wanted,
      sampled: part(sampler, ratio)
    }
  })
)

/** Sends what is measured, traced and logged where the environment says; without that, no span is made for anything. */
export const layer: Layer.Layer<never, ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.flatMap(config, (settings) => {
    if (settings === undefined) return Effect.succeed(Layer.setTracerEnabled(false))
    // who sends nothing anywhere need not load what sends it
    return Effect.map(
      Effect.promise(() => import("./Telemetry/Otlp.ts")),
      (otlp) => Layer.provide(otlp.layer(settings), NodeHttpClient.layer)
    )
  })
)
