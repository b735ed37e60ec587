import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Inbox } from "../../delivery/Inbox.ts"
import type { Outbox } from "../../delivery/Outbox.ts"
import type { Gateway } from "../../gateway/Gateway.ts"
import type { NotReady } from "../../http/Api/Failure.ts"
import { Control } from "../../http/Control.ts"
import * as Server from "../../http/Server.ts"
import * as ControlSocket from "../../node/ControlSocket.ts"
import { platforms } from "../Platforms.ts"
import type { Folders } from "./Folders.ts"

/** This process at its control socket. */
export interface Answering {
  /** where the command line finds it, to stand with what it owns; undefined where there could be no socket */
  readonly address: string | undefined
  /** From now on it answers for this gateway and these queues, for as long as the scope lasts. */
  readonly answer: (over: Context.Context<Gateway | Inbox | Outbox>) => Effect.Effect<void, never, Scope.Scope>
}

const notReady: typeof NotReady.Encoded = {
  _tag: "NotReady",
  message: "the process is starting or stopping: ask again in a moment"
}

const starting: HttpApp.Default = Effect.succeed(HttpServerResponse.unsafeJson(notReady, { status: 503 }))

/**
 * Listens for the command line, for as long as the scope lasts. A process that cannot does its work all the same, and says
 * that it cannot be told anything.
 */
export const open = (folders: Folders, store: string): Effect.Effect<Answering, never, Scope.Scope> =>
  Effect.gen(function* () {
    const since = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    let current: HttpApp.Default<unknown> = starting
    const address = yield* ControlSocket.serve(
      folders,
      Effect.suspend(() => current)
    ).pipe(
      Effect.tap((address) => Effect.logDebug(`holdfast queue, dead and send reach this process at ${address}`)),
      Effect.catchAll(({ message }) =>
        Effect.as(Effect.logWarning(`holdfast queue, dead and send cannot reach this process: ${message}`), undefined)
      )
    )
    const options = {
      process: { pid: process.pid, since, store },
      platforms: platforms.map(({ traits }) => traits)
    }
    return {
      address,
      answer: (over) =>
        Effect.gen(function* () {
          const control = yield* Layer.build(Layer.provide(Control.layer(options), Layer.succeedContext(over)))
          const app = yield* Effect.provide(Server.app, control)
          yield* Effect.acquireRelease(
            Effect.sync(() => (current = app)),
            () => Effect.sync(() => (current = starting))
          )
        })
    }
  })
