import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Duration from "effect/Duration"
import { work } from "../../../src/delivery/Crew.ts"
import { Bench } from "../../../src/delivery/Crew/Bench.ts"
import { Condition } from "../../../src/delivery/Crew/Condition.ts"
import { headOf } from "../../../src/delivery/Crew/Lane.ts"
import { Lanes } from "../../../src/delivery/Crew/Lanes.ts"
import type { Shop } from "../../../src/delivery/Crew/Toil.ts"
import { dead, done, type Outcome, type Work } from "../../../src/delivery/KeyedQueue.ts"

/** A shop with one piece of work, whose store takes so long to put on record that it is begun. */
const slow = (takes: Duration.DurationInput) => {
  const lanes = new Lanes<string>()
  const outcomes: Array<Outcome<never>> = []
  const rest = new Condition()
  const shop: Shop<string, string, never> = {
    name: "inbox",
    lanes,
    bench: new Bench(lanes),
    rest,
    alarm: new Condition(),
    reliefs: new Set(),
    open: (lane) => Effect.succeed({ ...headOf(lane), begin: Effect.sleep(takes), giveBack: Effect.void }),
    commit: (lane, outcome, _, letGo) =>
      Effect.sync(() => {
        outcomes.push(outcome)
        if (letGo()) lanes.advance(lane)
        rest.check()
      }),
    quietUntil: 0
  }
  lanes.append({ id: "a#0", key: "a", value: "a#0" }, { at: 0 })
  return { outcomes, shop }
}

const deadline = { within: Duration.minutes(1), late: () => Effect.succeed(dead("late")) }

it.scoped.each([
  ["is not late while the store does not answer", "0 seconds", done()],
  ["is late when it takes too long after that", "2 minutes", dead("late")]
] as const)("work %s", ([, takes, outcome]) =>
  Effect.gen(function* () {
    const { outcomes, shop } = slow("1 hour")
    const job = ({ begin }: Work<string>) =>
      Effect.as(Effect.zipRight(Effect.orDie(begin), Effect.sleep(takes)), done())
    yield* Effect.forkScoped(work(shop, job, { concurrency: 1, deadline }))
    yield* TestClock.adjust("59 minutes")
    expect(outcomes).toEqual([])
    yield* TestClock.adjust("1 hour")
    expect(outcomes).toEqual([outcome])
  })
)
