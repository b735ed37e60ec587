import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import manifest from "../../../package.json" with { type: "json" }
import type { Inbox } from "../../delivery/Inbox.ts"
import type { Outbox } from "../../delivery/Outbox.ts"
import type { Gateway } from "../../gateway/Gateway.ts"
import { Metrics } from "../../gateway/Metrics.ts"
import type { NotReady } from "../../http/Api/Failure.ts"
import { Control, type ControlOptions } from "../../http/Control.ts"
import { Health } from "../../http/Health.ts"
import { type Measured, seldom } from "../../http/Metrics.ts"
import * as Operator from "../../http/Operator.ts"
import * as Server from "../../http/Server.ts"
import * as ControlSocket from "../../node/ControlSocket.ts"
import * as OperatorServer from "../../node/OperatorServer.ts"
import * as ProcessMetrics from "../../node/ProcessMetrics.ts"
import * as Page from "../Page.ts"
import { platforms } from "../Platforms.ts"
import type { Folders } from "./Folders.ts"

/** Where this process is asked, and what is minded. */
export interface Settings {
  /** where the command line finds it, if it is to */
  readonly control: Folders | undefined
  /** where others do, if anywhere */
  readonly api: OperatorServer.Settings | undefined
  /** the accounts without which it is ready all the same */
  readonly except: ReadonlySet<string>
}

/** This process as it answers operators. */
export interface Answering {
  /** where the command line finds it, to stand with what it owns; undefined where there could be no socket */
  readonly address: string | undefined
  /** From now on it answers for this gateway and these queues, for as long as the scope lasts. */
  readonly answer: (
    over: Context.Context<Gateway | Inbox | Outbox>,
    configuration?: Required<Pick<ControlOptions, "add" | "reload">>
  ) => Effect.Effect<void, never, Scope.Scope>
}

/** Who is sent metrics, instead of asking for them, is sent them as often as this. */
const exported = Duration.seconds(10)

const notReady: typeof NotReady.Encoded = {
  _tag: "NotReady",
  message: "the process is starting or stopping: ask again in a moment"
}

const starting: HttpApp.Default = Effect.succeed(HttpServerResponse.unsafeJson(notReady, { status: 503 }))

/** Listens where the command line finds it; a process that cannot does its work all the same, and says that it cannot be told anything. */
const atSocket = (folders: Folders, app: HttpApp.Default<unknown>) =>
  ControlSocket.serve(folders, app).pipe(
    Effect.tap((address) => Effect.logDebug(`holdfast queue, dead and send reach this process at ${address}`)),
    Effect.catchAll(({ message }) =>
      Effect.as(Effect.logWarning(`holdfast queue, dead and send cannot reach this process: ${message}`), undefined)
    )
  )

/** Listens for operators, for as long as the scope lasts; until it answers for a gateway it says whether it lives, and is not ready. */
export const open = ({ api, control, except }: Settings, store: string): Effect.Effect<Answering, never, Scope.Scope> =>
  Effect.gen(function* () {
    const since = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    let current: HttpApp.Default<unknown> = starting
    const measure = yield* ProcessMetrics.make({ version: manifest.version })
    const bare = seldom(Effect.zipRight(measure, Metric.snapshot))
    let measured: Measured = bare
    const health = yield* Layer.build(Health.layer(except))
    const parts = {
      api: Effect.suspend(() => current),
      measured: Effect.suspend(() => measured),
      page: yield* Page.app
    }
    const operator = yield* Effect.provide(Operator.make(parts), health)
    const address = control === undefined ? undefined : yield* atSocket(control, operator.all)
    if (api !== undefined) yield* OperatorServer.serve(api, Operator.overTcp(operator, api.token))
    const options = {
      process: { pid: process.pid, since, store },
      platforms: platforms.map(({ traits }) => traits)
    }
    return {
      address,
      answer: (over, configuration) =>
        Effect.gen(function* () {
          const control = yield* Layer.build(
            Layer.provide(Control.layer({ ...options, ...configuration }), Layer.succeedContext(over))
          )
          const app = yield* Effect.provide(Server.app, control)
          yield* Context.get(health, Health).watch(Context.get(control, Control).statuses)
          const metrics = yield* Layer.build(Layer.provide(Metrics.layer(measure), Layer.succeedContext(over)))
          const { refresh, snapshot } = Context.get(metrics, Metrics)
          const all = seldom(snapshot)
          yield* Effect.forkScoped(Effect.repeat(refresh, Schedule.spaced(exported)))
          yield* Effect.acquireRelease(
            Effect.sync(() => {
              current = app
              measured = all
            }),
            () =>
              Effect.sync(() => {
                current = starting
                measured = bare
              })
          )
        })
    }
  })
