import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Hub } from "./Live/Hub.ts"
import type { Line } from "./Live/Line.ts"
import { report, type Sources } from "./Live/News.ts"
import { refusal } from "./Refusal.ts"

export type { Sources } from "./Live/News.ts"

/** Where changes are told as they happen. */
export const path = "/live"

const headers = { "cache-control": "no-store", "x-accel-buffering": "no" }

const notAllowed = refusal(405, "MethodNotAllowed", "this can be got, and nothing else", { allow: "GET" })

/** What is asked for: `?contents=true` tells what people wrote too, and `Last-Event-ID` where to go on. */
const asked = ({ headers, url }: HttpServerRequest.HttpServerRequest) => ({
  contents: new URLSearchParams(url.split("?")[1]).get("contents") === "true",
  after: headers["last-event-id"]
})

const written = (line: Effect.Effect<Line, never, Scope.Scope>): Stream.Stream<Uint8Array> =>
  Stream.unwrapScoped(Effect.map(line, ({ take }) => Stream.repeatEffectChunkOption(take)))

/**
 * Answers with what changes, as server-sent events, for as long as the one who asks reads them. All who listen share one
 * reading of the gateway, which nobody does while none listens; who lets a megabyte wait is dropped.
 */
export const app = (sources: Sources): Effect.Effect<HttpApp.Default, never, Scope.Scope> =>
  Effect.gen(function* () {
    const [now, chance] = yield* Effect.all([Clock.currentTimeMillis, Random.nextIntBetween(0, 2 ** 31)])
    const hub = new Hub(`${now.toString(36)}${chance.toString(36)}`)
    yield* Effect.forkScoped(report(hub, sources))
    yield* Effect.addFinalizer(() => Effect.sync(() => hub.close()))
    const snapshot = Effect.gen(function* () {
      const depths = yield* sources.depths
      const all = ["snapshot", yield* sources.statuses] as const
      return depths === undefined ? [all] : [all, ["depths", depths] as const]
    })
    return Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
      request.method === "GET"
        ? HttpServerResponse.stream(written(hub.open(asked(request), snapshot)), {
            contentType: "text/event-stream",
            headers
          })
        : notAllowed
    )
  })
