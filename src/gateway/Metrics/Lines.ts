import { undecodable } from "../../adapter/Line.ts"
import { counter } from "../../adapter/MetricFamily.ts"
import { leftBehind } from "../../adapter/Teardown.ts"

export const connections = counter(
  "connections_total",
  "times that an account was connected, and whether nothing was missed",
  "account",
  "resumed"
)
export const disconnections = counter("disconnections_total", "lines that were lost, by why", "account", "reason")
export const failures = counter("adapter_failures_total", "listen loops that gave up, by why", "account", "reason")
export const stale = counter("stale_signals_total", "signals of an adapter that had been replaced; they were dropped")

export const families = [connections, disconnections, failures, stale, undecodable, leftBehind] as const
