import * as OtlpLogger from "@effect/opentelemetry/OtlpLogger"
import * as OtlpMetrics from "@effect/opentelemetry/OtlpMetrics"
import * as OtlpSerialization from "@effect/opentelemetry/OtlpSerialization"
import * as OtlpTracer from "@effect/opentelemetry/OtlpTracer"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import manifest from "../../../package.json" with { type: "json" }
import type { Settings, Signal } from "../Telemetry.ts"
import * as Courier from "./Courier.ts"
import { walks } from "./Walks.ts"

/** How long the end of the program waits for what has not been sent yet. */
const shutdownTimeout = Duration.seconds(2)

/** Sends what is measured, traced and logged, in the background; what cannot be sent is lost, and nothing waits for it. */
export const layer = ({
  endpoint,
  headers,
  protocol,
  sampled,
  service,
  signals
}: Settings): Layer.Layer<never, never, HttpClient.HttpClient> => {
  const options = (signal: Signal) => ({
    url: `${endpoint}/v1/${signal}`,
    headers: Redacted.value(headers),
    resource: { serviceName: service, serviceVersion: manifest.version },
    shutdownTimeout
  })
  const exporters = {
    traces: Layer.unwrapScoped(
      Effect.map(OtlpTracer.make(options("traces")), (tracer) => Layer.setTracer(walks(tracer, sampled)))
    ),
    metrics: OtlpMetrics.layer(options("metrics")),
    logs: OtlpLogger.layer(options("logs"))
  }
  const wanted = [...signals].map((signal) => exporters[signal])
  // where traces go nowhere, no span is made for anything
  const others = signals.has("traces") ? Layer.empty : Layer.setTracerEnabled(false)
  return Layer.mergeAll(others, ...wanted).pipe(
    Layer.provide(protocol === "http/json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf),
    Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, Courier.make)))
  )
}
