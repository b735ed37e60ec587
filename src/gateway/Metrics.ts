import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as MetricPair from "effect/MetricPair"
import type { Told } from "../adapter/MetricFamily.ts"
import { Inbox } from "../delivery/Inbox.ts"
import { Outbox } from "../delivery/Outbox.ts"
import { Gateway } from "./Gateway.ts"
import * as Accounts from "./Metrics/Accounts.ts"
import * as Handlers from "./Metrics/Handlers.ts"
import * as Lines from "./Metrics/Lines.ts"
import * as Passing from "./Metrics/Passing.ts"
import * as Queues from "./Metrics/Queues.ts"

/** Every metric that a gateway registers. */
export const families: ReadonlyArray<Told> = [
  ...Accounts.families,
  ...Handlers.families,
  ...Lines.families,
  ...Passing.families,
  ...Queues.families
]

/** What a gateway measures of itself. */
export class Metrics extends Context.Tag("holdfast/Metrics")<
  Metrics,
  {
    /** Brings up to date what is only as it is when it is looked at. */
    readonly refresh: Effect.Effect<void>
    /** All metrics as they are now, of the accounts that the gateway has. */
    readonly snapshot: Effect.Effect<ReadonlyArray<MetricPair.MetricPair.Untyped>>
  }
>() {
  /** Over a gateway that runs and the queues that it works on; `others` bring up to date what else there is. */
  static readonly layer = (
    others: Effect.Effect<void> = Effect.void
  ): Layer.Layer<Metrics, never, Gateway | Inbox | Outbox> => Layer.effect(Metrics, make(others))
}

const make = (others: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const gateway = yield* Gateway
    const queues = { inbox: yield* Inbox, outbox: yield* Outbox }
    const accounts = new Accounts.Accounts()

    const refresh = Effect.gen(function* () {
      const statuses = yield* gateway.statuses
      const now = yield* Clock.currentTimeMillis
      accounts.sample(statuses, now)
      Handlers.sample(yield* gateway.handlers)
      const names = statuses.map(({ account }) => account)
      for (const queue of ["inbox", "outbox"] as const) {
        // a store that does not say is told of by what waits for it
        const depths = yield* Effect.option(queues[queue].depths)
        if (depths._tag === "Some") Queues.sample(queue, names, depths.value, now)
      }
      yield* others
      return new Set<string>(names)
    })

    return {
      refresh: Effect.asVoid(refresh),
      snapshot: Effect.gen(function* () {
        const known = yield* refresh
        const pairs = yield* Metric.snapshot
        return pairs.filter(({ metricKey }) =>
          metricKey.tags.every(({ key, value }) => key !== "account" || known.has(value))
        )
      })
    }
  })
