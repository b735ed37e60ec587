import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PublicHttp } from "../adapter/PublicHttp.ts"
import * as Setting from "../adapter/Setting.ts"
import { route } from "../handler/Combinators.ts"
import type { Downloads } from "../handler/Downloads.ts"
import * as Echo from "../handler/Echo.ts"
import type { Event } from "../domain/Event.ts"
import { type Handler, type HandlerHealth, type Policy, turns } from "../handler/Handler.ts"
import { exec } from "./Handlers/Exec.ts"
import { always } from "../handler/Match.ts"
import type { Memory } from "../handler/Memory.ts"
import * as Instances from "./Handlers/Instances.ts"
import { llm } from "./Handlers/Llm.ts"
import * as Routes from "./Handlers/Routes.ts"
import { webhook } from "./Handlers/Webhook.ts"

/** What a handler of the program may ask for each event. */
export type Surroundings = Downloads | HttpClient.HttpClient | Memory

/** A handler that the environment describes, brought to life for as long as a scope lasts. */
export type Opened = Effect.Effect<Handler<Surroundings>, never, HttpClient.HttpClient | PublicHttp | Scope.Scope>

/** What the program knows of a kind of handler. */
export interface Row {
  /** as people choose it */
  readonly name: string
  readonly variables: ReadonlyArray<Setting.Variable>
  /** Read only where it is chosen. */
  readonly config: Effect.Effect<Opened, ConfigError.ConfigError>
}

const echo: Row = {
  name: "echo",
  variables: [],
  config: Effect.succeed(Effect.succeed(Echo.handler))
}

/** Every kind, in the order in which people are told of them. */
export const handlers: ReadonlyArray<Row> = [echo, webhook, exec, llm]

const kinds = handlers.map(({ name }) => name)

/** What answers nothing. */
const silence: Opened = Effect.succeed(() => Stream.empty)

/** The same health under the name that routes have for its handler: `exec:weather ./bot` and not `exec ./bot`. */
const named =
  (target: Routes.Target) =>
  (health: HandlerHealth): HandlerHealth => {
    const { handler } = health
    const rest = handler.startsWith(target.kind) ? handler.slice(target.kind.length) : ` ${handler}`
    return { ...health, handler: `${Routes.written(target)}${rest}` }
  }

/** One of several of a kind, which status and metrics tell from the others. */
const called = (target: Routes.Target, opened: Opened): Opened =>
  Effect.map(opened, (handler) =>
    handler.health === undefined
      ? handler
      : Object.assign((event: Event, attempt?: number) => handler(event, attempt), handler, {
          health: Effect.map(handler.health, (all) => all.map(named(target)))
        })
  )

/** One handler, as routes name it. */
const one = (target: Routes.Target): Row["config"] => {
  const { instance, kind } = target
  const row = handlers.find(({ name }) => name === kind)
  if (row === undefined) return Effect.succeed(silence)
  if (instance === undefined) return row.config
  const wrong = Instances.misnamed(row, instance)
  return wrong === undefined
    ? Effect.map(Instances.within(row, instance, row.config), (opened) => called(target, opened))
    : Effect.fail(ConfigError.InvalidData(["HOLDFAST_ROUTES"], wrong))
}

/** Both or all that went wrong. */
const together = Effect.mapError((errors: Record<string, Option.Option<ConfigError.ConfigError>>) =>
  Object.values(errors).flatMap(Option.toArray).reduce(ConfigError.And)
)

/** All that routes name, each brought to life once, and what comes last answers what is left. */
const routed = (routes: ReadonlyArray<Routes.Route>): Row["config"] => {
  const targets = new Map(routes.map(({ target }) => [Routes.written(target), target]))
  const configs = Object.fromEntries(Array.from(targets, ([name, target]) => [name, one(target)]))
  return Effect.map(together(Effect.all(configs, { mode: "validate" })), (all) =>
    Effect.map(Effect.all(all), (opened) =>
      route(
        ...routes.flatMap(({ match, target }) => {
          const handler = opened[Routes.written(target)]
          return handler === undefined ? [] : [[match, handler] as const]
        })
      )
    )
  )
}

/** A handler whose turns have the policy of the first of these that matches what they are about. */
const taking =
  (policies: ReadonlyArray<Routes.Route<Policy>>) =>
  (opened: Opened): Opened =>
    policies.length === 0
      ? opened
      : Effect.map(opened, (handler) => turns(handler, (event) => policies.find(({ match }) => match(event))?.target))

/** The handler that answers, as the environment chooses it. */
export const config: Effect.Effect<Opened, ConfigError.ConfigError> = Config.all({
  chosen: Setting.choice("HOLDFAST_HANDLER", kinds).pipe(Config.withDefault(undefined)),
  routes: Routes.config(kinds),
  policies: Routes.turns
}).pipe(
  Effect.flatMap(({ chosen, policies, routes }) => {
    const rest = { kind: chosen ?? echo.name, instance: undefined }
    const all = chosen === undefined ? routes : [...routes, { match: always, target: rest }]
    return Effect.map(routes.length === 0 ? one(rest) : routed(all), taking(policies))
  })
)

/** Every variable that `config` reads, but for those that one of several of a kind has for itself. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_HANDLER",
    description: `what answers: ${kinds.join(", ")}; where there are routes, what none of them matches`,
    default: `${echo.name}; nothing where there are routes`
  },
  ...Routes.variables,
  ...handlers.flatMap(({ variables }) => variables)
]

/** The variables that those of which there are several have for themselves, under these values. */
export const owned = (values: ReadonlyMap<string, string>): ReadonlyArray<Setting.Variable> => {
  const routes = Either.getOrElse(Routes.parse(values.get("HOLDFAST_ROUTES") ?? "", kinds), () => [])
  const targets = new Map(routes.map(({ target }) => [Routes.written(target), target]))
  return [...targets.values()].flatMap(({ instance, kind }) => {
    const row = handlers.find(({ name }) => name === kind)
    return row === undefined || instance === undefined ? [] : Instances.variables(row, instance)
  })
}
