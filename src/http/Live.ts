import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Chosen from "./Live/Chosen.ts"
import { counted } from "./Live/Counted.ts"
import { Hub } from "./Live/Hub.ts"
import type { Line } from "./Live/Line.ts"
import { report, type Sources } from "./Live/News.ts"
import { refusal } from "./Refusal.ts"

export type { Sources } from "./Live/News.ts"

/** Where changes are told as they happen. */
export const path = "/live"

const headers = { "cache-control": "no-store", "x-accel-buffering": "no" }

const notAllowed = refusal(405, "MethodNotAllowed", "this can be got, and nothing else", { allow: "GET" })

/** What is asked for: `?events=` which kinds, `?contents=true` what people wrote too, and `Last-Event-ID` where to go on. */
const asked = ({ headers, url }: HttpServerRequest.HttpServerRequest) => {
  const parameters = new URLSearchParams(url.split("?")[1])
  return Either.map(Chosen.parse(parameters.get("events"), parameters.get("contents") === "true"), (chosen) => ({
    chosen,
    after: headers["last-event-id"]
  }))
}

/** How everything is that is chosen; the first event says where those after it begin. */
const beginning = ({ access, depths, handlers, statuses }: Sources, chosen: Chosen.Chosen) => {
  const whole: ReadonlyArray<readonly [Chosen.Name, Effect.Effect<unknown>]> = [
    Chosen.wants(chosen, "snapshot") ? ["snapshot", statuses] : ["begun", Effect.succeed({})],
    ["depths", depths],
    ["handlers", handlers],
    ["access", Effect.map(access, counted)]
  ]
  const told = whole.filter(([name]) => Chosen.wants(chosen, name))
  const asked = Effect.forEach(told, ([name, now]) => Effect.map(now, (data) => [name, data] as const))
  return Effect.map(asked, (all) => all.filter(([, data]) => data !== undefined))
}

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
    return Effect.map(HttpServerRequest.HttpServerRequest, (request) => {
      if (request.method !== "GET") return notAllowed
      return Either.match(asked(request), {
        onLeft: (wrong) => refusal(400, "UnknownEvents", wrong),
        onRight: (options) =>
          HttpServerResponse.stream(written(hub.open(options, beginning(sources, options.chosen))), {
            contentType: "text/event-stream",
            headers
          })
      })
    })
  })
