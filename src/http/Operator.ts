import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Authorization from "./Authorization.ts"
import { description } from "./Description.ts"
import { type Health, livez, readyz } from "./Health.ts"
import { type Measured, metrics } from "./Metrics.ts"
import { refusal } from "./Refusal.ts"
import * as SameOrigin from "./SameOrigin.ts"

type App = HttpApp.Default<unknown>

/** What is served to operators. */
export interface Parts {
  /** whatever has no path of its own */
  readonly api: App
  /** for people, at `/`; it has no secrets in it, so that it can be had without a token and ask for it */
  readonly page?: App
  /** all metrics as they are now; those of the process, if left out */
  readonly measured?: Measured
}

/** What answers operators: `all` those who may know and do all, `strangers` those who may not. */
export interface Operator {
  readonly all: App
  readonly strangers: App
}

type Paths = Readonly<Record<string, App>>

const notAllowed = refusal(405, "MethodNotAllowed", "this can be got, and nothing else", { allow: "GET, HEAD" })

const unknown = refusal(404, "UnknownPath", "there is nothing at this path: GET /openapi.json tells what there is")

/** The API, which says so where it has no such path. */
const findable = (api: App): App =>
  Effect.catchAll(api, (error) =>
    Predicate.isTagged(error, "RouteNotFound") ? Effect.succeed(unknown) : Effect.fail(error)
  )

/** The app of a path, to be got; whatever has none is for `others`. */
const routed = (paths: Paths, others: App): App => {
  const table = new Map(Object.entries(paths))
  return Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }): App => {
    const [path = ""] = url.split("?", 1)
    const app = table.get(path)
    if (app === undefined) return others
    return method === "GET" || method === "HEAD" ? app : Effect.succeed(notAllowed)
  })
}

const authorized: App = Effect.succeed(HttpServerResponse.unsafeJson({ authorized: true }))

export const make = ({ api, measured = Metric.snapshot, page }: Parts): Effect.Effect<Operator, never, Health> =>
  Effect.gen(function* () {
    const [live, ready] = yield* Effect.all([livez, readyz])
    const front: Paths = page === undefined ? {} : { "/": page }
    const all = { "/metrics": metrics(measured), "/openapi.json": description, "/session": authorized }
    return {
      all: routed({ ...front, ...all, "/livez": live.full, "/readyz": ready.full }, findable(api)),
      strangers: routed({ ...front, "/livez": live.brief, "/readyz": ready.brief }, Authorization.unauthorized)
    }
  })

/** What no browser is to keep, to guess the kind of, or to show in a page of somebody else; and who says it. */
const guarded = (app: App): App =>
  Effect.map(app, (response) =>
    HttpServerResponse.setHeaders(response, {
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      server: "holdfast",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      ...response.headers
    })
  )

/**
 * The same for whoever reaches a port: with a token those who bring it are told all, and others only whether the process is
 * live and ready; without one, programs of this machine and our own page are told all.
 */
export const overTcp = ({ all, strangers }: Operator, token: Redacted.Redacted | undefined): App =>
  guarded(token === undefined ? SameOrigin.only(all) : Authorization.bearer(token, { known: all, stranger: strangers }))
