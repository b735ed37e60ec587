import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as MetricPair from "effect/MetricPair"
import { text } from "./Metrics/Exposition.ts"

/** The version of Prometheus's text format that is spoken. */
export const contentType = "text/plain; version=0.0.4; charset=utf-8"

/** All metrics as they are now. */
export type Measured = Effect.Effect<ReadonlyArray<MetricPair.MetricPair.Untyped>>

/** How old measures may be that are told again; milliseconds. */
const lasts = 1000

/** The same as of at most a second ago, however often it is asked. */
export const seldom = (measured: Measured): Measured => {
  let last: { readonly at: number; readonly pairs: Effect.Effect.Success<Measured> } | undefined
  return Effect.flatMap(Clock.currentTimeMillis, (now) =>
    last !== undefined && Math.abs(now - last.at) < lasts
      ? Effect.succeed(last.pairs)
      : Effect.tap(measured, (pairs) => {
          last = { at: now, pairs }
        })
  )
}

/** What is measured, in Prometheus's text format, which is written once for the same measures. */
export const metrics = (measured: Measured): HttpApp.Default => {
  let [before, told]: readonly [Effect.Effect.Success<Measured>, string] = [[], ""]
  return Effect.map(measured, (pairs) => {
    if (pairs !== before) [before, told] = [pairs, text(pairs)]
    return HttpServerResponse.text(told, { contentType })
  })
}
