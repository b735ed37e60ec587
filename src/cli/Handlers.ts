import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Setting from "../adapter/Setting.ts"
import type { Downloads } from "../handler/Downloads.ts"
import * as Echo from "../handler/Echo.ts"
import type { Handler } from "../handler/Handler.ts"
import { exec } from "./Handlers/Exec.ts"

/** What a handler of the program may ask for each event. */
export type Surroundings = Downloads | HttpClient.HttpClient

/** A handler that the environment describes, brought to life for as long as a scope lasts. */
export type Opened = Effect.Effect<Handler<Surroundings>, never, HttpClient.HttpClient | Scope.Scope>

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
export const handlers: ReadonlyArray<Row> = [echo, exec]

/** The handler that answers, as the environment chooses it. */
export const config: Effect.Effect<Opened, ConfigError.ConfigError> = Effect.flatMap(
  Setting.choice(
    "HOLDFAST_HANDLER",
    handlers.map(({ name }) => name)
  ).pipe(Config.withDefault(echo.name)),
  (chosen) => (handlers.find(({ name }) => name === chosen) ?? echo).config
)

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "HOLDFAST_HANDLER",
    description: `what answers: ${handlers.map(({ name }) => name).join(", ")}`,
    default: echo.name
  },
  ...handlers.flatMap(({ variables }) => variables)
]
