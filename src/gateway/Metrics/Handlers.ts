import { gauge } from "../../adapter/MetricFamily.ts"
import type { HandlerHealth } from "../../handler/Handler.ts"

const state = gauge("handler_state", "1 for the state that what stands behind a handler is in", "handler", "state")

export const families = [state] as const

const states = ["working", "failing"] as const

/** Says of handlers how what stands behind them does. */
export const sample = (handlers: ReadonlyArray<HandlerHealth>): void => {
  for (const one of handlers)
    for (const each of states) state.of(one.handler, each).unsafeUpdate(one.state === each ? 1 : 0, [])
}
