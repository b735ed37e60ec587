import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as RetryPolicy from "../adapter/RetryPolicy.ts"
import * as Setting from "../adapter/Setting.ts"
import type { Policy } from "../handler/Handler.ts"
import { type Notices, words } from "./Notices.ts"

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
  /** how many messages a handler may say of one event before it is stopped */
  readonly handlerReplies: number
  /** how many bytes, of text and of what is shown */
  readonly handlerBytes: number
  /** what happened longer ago than this when its turn comes is put aside, where an account does not say otherwise itself */
  readonly maxAge: Duration.Duration | undefined
  /** what people are told whom no handler answers; nothing, if undefined */
  readonly notices: Notices | undefined
  /** a person whose message waits longer than this since its handler failed is told so, once; never, if undefined */
  readonly waitNotice: Duration.Duration | undefined
  /** what a person says within so much of each other is one message to the handler; each is its own, if undefined */
  readonly join: Duration.Duration | undefined
  /** what people's messages do that arrive while their conversation's turn runs, where the handler does not say otherwise itself */
  readonly turns: Policy
  /** a message that may have arrived is sent again even where the platform would show it twice */
  readonly resendUncertain: boolean
  /** people are shown that an answer is being written while a handler works on what they said */
  readonly typing: boolean
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
  concurrency: 256,
  handlerAttempts: 5,
  handlerWithin: Duration.minutes(10),
  handlerReplies: 100,
  handlerBytes: 64_000_000,
  maxAge: undefined,
  notices: words.en,
  waitNotice: Duration.minutes(1),
  join: undefined,
  turns: "queue",
  resendUncertain: false,
  typing: true
}

/** Words by the name of their language, and none. */
const languages: Readonly<Record<"en" | "zh" | "off", Notices | undefined>> = { ...words, off: undefined }

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
  handlerReplies: Setting.count("HANDLER_REPLIES").pipe(Config.withDefault(defaults.handlerReplies)),
  handlerBytes: Setting.count("HANDLER_BYTES").pipe(Config.withDefault(defaults.handlerBytes)),
  maxAge: Setting.span("MAX_AGE").pipe(Config.withDefault(defaults.maxAge)),
  notices: Setting.choice("NOTICES", ["en", "zh", "off"]).pipe(
    Config.withDefault("en" as const),
    Config.map((language) => languages[language])
  ),
  waitNotice: Setting.spanOrOff("WAIT_NOTICE").pipe(Config.withDefault(defaults.waitNotice)),
  join: Setting.spanOrOff("JOIN").pipe(Config.withDefault(defaults.join)),
  turns: Setting.choice("TURNS", ["queue", "interrupt", "refuse"]).pipe(Config.withDefault(defaults.turns)),
  resendUncertain: Setting.flag("RESEND_UNCERTAIN").pipe(Config.withDefault(defaults.resendUncertain)),
  typing: Setting.flag("TYPING").pipe(Config.withDefault(defaults.typing))
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
    description: "how long handlers, in two thirds of it, and sends may go on after we were asked to stop",
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
    name: "HOLDFAST_HANDLER_REPLIES",
    description: "how many messages a handler may say of one event before it is stopped",
    default: String(defaults.handlerReplies)
  },
  {
    name: "HOLDFAST_HANDLER_BYTES",
    description: "how many bytes of one event, text and what is shown together, before it is stopped",
    default: String(defaults.handlerBytes)
  },
  {
    name: "HOLDFAST_MAX_AGE",
    description:
      "what happened longer ago than this when its turn comes is put aside, not handled; an account's own setting comes first"
  },
  {
    name: "HOLDFAST_NOTICES",
    description: "the language in which a person is told that no handler could answer: en, zh, or off",
    default: "en"
  },
  {
    name: "HOLDFAST_WAIT_NOTICE",
    description: "how long a person's message may wait because its handler fails before they are told so, once; or off",
    default: "1 minute"
  },
  {
    name: "HOLDFAST_JOIN",
    description:
      "what one person says within so much of each other, such as 1 second, is one message to the handler; or off",
    default: "off"
  },
  {
    name: "HOLDFAST_TURNS",
    description:
      "what is said while an answer is on its way: queue (it waits for its turn), interrupt (it ends that answer), or refuse (it gets none, and is told so)",
    default: defaults.turns
  },
  {
    name: "HOLDFAST_RESEND_UNCERTAIN",
    description: "send again what may have arrived, even where people might then see it twice; else it is put aside",
    default: String(defaults.resendUncertain)
  },
  {
    name: "HOLDFAST_TYPING",
    description: "show people that an answer is being written while a handler works on what they said",
    default: String(defaults.typing)
  }
]
