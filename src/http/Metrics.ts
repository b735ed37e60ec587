import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { text } from "./Metrics/Exposition.ts"

/** The version of Prometheus's text format that is spoken. */
export const contentType = "text/plain; version=0.0.4; charset=utf-8"

/** All metrics of the process, in Prometheus's text format. */
export const metrics: HttpApp.Default = Effect.map(Metric.snapshot, (pairs) =>
  HttpServerResponse.text(text(pairs), { contentType })
)
