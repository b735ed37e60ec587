import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import * as Setting from "../adapter/Setting.ts"

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
  /** a message that may have arrived is sent again even where the platform would show it twice */
  readonly resendUncertain: boolean
}

export const defaults: GatewayConfig = {
  reschedule: RetryPolicy.rescheduling,
  probe: {
    base: Duration.minutes(1),
    factor: 2,
    cap: Duration.minutes(15),
    // as high as the cap: nothing is drawn, the delays are exactly 1, 2, 4, 8, 15 minutes
    floor: Duration.minutes(15),
    attempts: Number.POSITIVE_INFINITY
  },
  stableAfter: Duration.minutes(1),
  openWithin: Duration.seconds(20),
  drainWithin: Duration.seconds(10),
  concurrency: 64,
  handlerAttempts: 5,
  handlerWithin: Duration.minutes(10),
  resendUncertain: false
}

/** The configuration that the environment describes, under `HOLDFAST_`. */
export const config: Config.Config<GatewayConfig> = Config.all({
  reschedule: Config.nested(RetryPolicy.config(defaults.reschedule), "RESCHEDULE"),
  probe: Config.nested(RetryPolicy.config(defaults.probe), "PROBE"),
  stableAfter: Setting.span("STABLE_AFTER").pipe(Config.withDefault(defaults.stableAfter)),
  openWithin: Setting.span("OPEN_WITHIN").pipe(Config.withDefault(defaults.openWithin)),
  drainWithin: Setting.span("DRAIN_WITHIN").pipe(Config.withDefault(defaults.drainWithin)),
  concurrency: Setting.count("CONCURRENCY").pipe(Config.withDefault(defaults.concurrency)),
  handlerAttempts: Setting.count("HANDLER_ATTEMPTS").pipe(Config.withDefault(defaults.handlerAttempts)),
  handlerWithin: Setting.span("HANDLER_WITHIN").pipe(Config.withDefault(defaults.handlerWithin)),
  resendUncertain: Setting.flag("RESEND_UNCERTAIN").pipe(Config.withDefault(defaults.resendUncertain))
}).pipe(Config.nested("HOLDFAST"))

/** Every variable that `config` reads. */
export const variables: ReadonlyArray<Setting.Variable> = [
  ...RetryPolicy.variables("HOLDFAST_RESCHEDULE", "before a fresh adapter", defaults.reschedule),
  ...RetryPolicy.variables("HOLDFAST_PROBE", "between probes of a parked account", defaults.probe),
  {
    name: "HOLDFAST_STABLE_AFTER",
    description: "a connection that lasted this long makes all retry budgets whole again",
    default: Setting.written(defaults.stableAfter)
  },
  {
    name: "HOLDFAST_OPEN_WITHIN",
    description: "the longest that opening an adapter may take",
    default: Setting.written(defaults.openWithin)
  },
  {
    name: "HOLDFAST_DRAIN_WITHIN",
    description: "how long handlers and sends may go on after we were asked to stop",
    default: Setting.written(defaults.drainWithin)
  },
  {
    name: "HOLDFAST_CONCURRENCY",
    description: "conversations that are handled, and sent to, at once",
    default: String(defaults.concurrency)
  },
  {
    name: "HOLDFAST_HANDLER_ATTEMPTS",
    description: "how often a handler may fail on one event before the event is put aside",
    default: String(defaults.handlerAttempts)
  },
  {
    name: "HOLDFAST_HANDLER_WITHIN",
    description: "how long a handler may work on one event",
    default: Setting.written(defaults.handlerWithin)
  },
  {
    name: "HOLDFAST_RESEND_UNCERTAIN",
    description: "send again what may have arrived, even where people might then see it twice; else it is put aside",
    default: String(defaults.resendUncertain)
  }
]
