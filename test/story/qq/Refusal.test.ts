import { Effect } from "effect"
import { qq } from "../rows/qq.ts"
import { story } from "../Story.ts"

story(
  qq,
  "4004 for half a minute, and then lifted, is over by the first probe (F31, F36)",
  {},
  ({ connected, converses, simulator }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* simulator.fault({ _tag: "CloseOn", step: "identify", code: 4004 })
      yield* simulator.fault({ _tag: "CloseOn", step: "resume", code: 4004 })
      yield* simulator.fault({ _tag: "Close", code: 4004 })
      yield* Effect.sleep("30 seconds")
      yield* simulator.heal
      yield* connected("90 seconds")
      yield* converses("are you there?")
    })
)
