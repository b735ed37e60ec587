import { Clock, Effect } from "effect"
import type { AdapterFatal } from "../../../src/adapter/AdapterError.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"

const greeting = [FakeAdapter.connected({ silence: "1 day" })]

/** A platform that can be ill: while it is, no adapter opens. */
export const ailing = (options: FakeAdapter.FakeAdapterOptions = {}) => {
  let illness: AdapterFatal | undefined
  const openings: Array<number> = []
  const fake = FakeAdapter.make({
    greeting,
    ...options,
    open: () =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        openings.push(now)
        return illness === undefined ? Effect.void : Effect.fail(illness)
      })
  })
  return {
    fake,
    openings,
    falls: (ill: AdapterFatal) => Effect.sync(() => (illness = ill)),
    recovers: Effect.sync(() => (illness = undefined)),
    /** milliseconds between openings */
    delays: () => openings.slice(1).map((at, k) => at - (openings[k] ?? 0))
  }
}
