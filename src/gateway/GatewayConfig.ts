import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"

/** How the gateway treats its accounts; every field has a default. */
export interface GatewayConfig {
  /** tier two: the delays before a fresh adapter */
  readonly reschedule: RetryPolicy.RetryPolicy
  /** the delays between probes of a parked account */
  readonly probe: RetryPolicy.RetryPolicy
  /** a connection that lasted this long makes the budgets of both tiers whole again */
  readonly stableAfter: Duration.Duration
  /** the longest that opening an adapter may take */
  readonly openWithin: Duration.Duration
  /** how long handlers and sends may go on after we were asked to stop */
  readonly drainWithin: Duration.Duration
  /** conversations whose events are handled at once, and to which messages are sent at once */
  readonly concurrency: number
  /** how often a handler may fail on one event before the event is put aside */
  readonly handlerAttempts: number
  /** how long a handler may work on one event */
  readonly handlerWithin: Duration.Duration
}

export const defaults: GatewayConfig = {
  reschedule: RetryPolicy.rescheduling,
  probe: {
    base: Duration.minutes(1),
    factor: 2,
    cap: Duration.minutes(15),
    floor: Duration.minutes(1),
    attempts: Number.POSITIVE_INFINITY
  },
  stableAfter: Duration.minutes(1),
  openWithin: Duration.seconds(20),
  drainWithin: Duration.seconds(10),
  concurrency: 64,
  handlerAttempts: 5,
  handlerWithin: Duration.minutes(10)
}

/** The configuration that the environment describes, under `HOLDFAST_`. */
export const config: Config.Config<GatewayConfig> = Config.all({
  reschedule: Config.nested(RetryPolicy.config(defaults.reschedule), "RESCHEDULE"),
  probe: Config.nested(RetryPolicy.config(defaults.probe), "PROBE"),
  stableAfter: Config.duration("STABLE_AFTER").pipe(Config.withDefault(defaults.stableAfter)),
  openWithin: Config.duration("OPEN_WITHIN").pipe(Config.withDefault(defaults.openWithin)),
  drainWithin: Config.duration("DRAIN_WITHIN").pipe(Config.withDefault(defaults.drainWithin)),
  concurrency: Config.integer("CONCURRENCY").pipe(Config.withDefault(defaults.concurrency)),
  handlerAttempts: Config.integer("HANDLER_ATTEMPTS").pipe(Config.withDefault(defaults.handlerAttempts)),
  handlerWithin: Config.duration("HANDLER_WITHIN").pipe(Config.withDefault(defaults.handlerWithin))
}).pipe(Config.nested("HOLDFAST"))
