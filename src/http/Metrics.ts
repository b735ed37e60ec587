import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type * as MetricPair from "effect/MetricPair"
import { text } from "./Metrics/Exposition.ts"

/** The version of Prometheus's text format that is spoken. */
export const contentType = "text/plain; version=0.0.4; charset=utf-8"

/** What is measured, in Prometheus's text format. */
export const metrics = (measured: Effect.Effect<ReadonlyArray<MetricPair.MetricPair.Untyped>>): HttpApp.Default =>
  Effect.map(measured, (pairs) => HttpServerResponse.text(text(pairs), { contentType }))
