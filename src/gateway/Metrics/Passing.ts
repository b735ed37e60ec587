import * as MetricBoundaries from "effect/MetricBoundaries"
import { counter, histogram } from "../../adapter/MetricFamily.ts"

/** Seconds, from what is at once to what a model may think about. */
const seconds = MetricBoundaries.fromIterable([0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300])

export const heard = counter("events_heard_total", "events that were kept for the handler", "account")
export const repeated = counter("events_repeated_total", "events that had been kept before and were ignored", "account")
export const denied = counter(
  "events_denied_total",
  "events of people without access, by the rule that let them go by",
  "account",
  "reason"
)
export const handled = counter(
  "events_handled_total",
  "events that a handler came to an end with: Handled, NotHandled (it failed and is tried again) or Dead (put aside)",
  "account",
  "outcome"
)
export const handlerSeconds = histogram("handler_seconds", "how long handlers worked on an event", seconds)
export const tooOld = counter("events_too_old_total", "events that were put aside because their turn came too late")
export const sends = counter(
  "sends_total",
  "messages that were tried: Sent, Rejected, RateLimited, Unreachable or Uncertain",
  "account",
  "outcome"
)
export const sendSeconds = histogram("send_seconds", "how long it took until a platform had taken a message", seconds)
export const aside = counter("put_aside_total", "events and messages that were put aside", "account", "queue")
export const lost = counter("passages_lost_total", "passages that somebody was too slow to be told of")

export const families = [
  heard,
  repeated,
  denied,
  handled,
  handlerSeconds,
  tooOld,
  sends,
  sendSeconds,
  aside,
  lost
] as const
