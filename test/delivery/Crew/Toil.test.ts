import { expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import * as Duration from "effect/Duration"
import { work } from "../../../src/delivery/Crew.ts"
import { Bench } from "../../../src/delivery/Crew/Bench.ts"
import { Condition } from "../../../src/delivery/Crew/Condition.ts"
import { keptIn } from "../../../src/delivery/Crew/Lane.ts"
import { Lanes } from "../../../src/delivery/Crew/Lanes.ts"
import type { Shop, Submit } from "../../../src/delivery/Crew/Shop.ts"
import { Unsettled } from "../../../src/delivery/Crew/Unsettled.ts"
import { again, dead, done, type Outcome, type Work } from "../../../src/delivery/KeyedQueue.ts"

/** A shop with one piece of work, whose store takes so long to put on record that it is begun. */
const slow = (takes: Duration.DurationInput) => {
  const lanes = new Lanes<string>()
  const outcomes: Array<Outcome<string>> = []
  const rest = new Condition()
  const given = { count: 0 }
  const shop: Shop<string, string, string> = {
    name: "inbox",
    lanes,
    bench: new Bench(lanes),
    rest,
    alarm: new Condition(),
    unsettled: new Unsettled(),
    reliefs: new Set(),
    open: (lane) => Effect.succeed(keptIn(lane, lane.head)),
    records: {
      begin: (_, asked, answered) =>
        Effect.zipRight(
          Effect.sync(asked),
          Effect.ensuring(
            Effect.sleep(takes),
            Effect.sync(() => answered(true))
          )
        ),
      giveBack: () => Effect.sync(() => void given.count++)
    },
    commit: (lane, outcome, _, letGo) =>
      Effect.sync(() => {
        outcomes.push(outcome)
        if (letGo()) lanes.advance(lane)
        rest.check()
      }),
    quietUntil: 0
  }
  lanes.append({ id: "a#0", key: "a", value: "a#0" }, { at: 0 })
  return { given, outcomes, shop }
}

const deadline = { within: Duration.minutes(1), late: () => Effect.succeed(dead("late")) }

it.scoped.each([
  [
    "interrupts itself hears that it was broken off",
    Effect.interrupt,
    again(1000, { spent: true, cause: "interrupted from within" }),
    1
  ],
  ["is late hears that it was broken off", Effect.never, dead("late"), 1],
  ["is over hears nothing more", Effect.succeed(done()), done(), 0]
] as const)("work that %s, and is settled, not given back", ([, end, outcome, times]) =>
  Effect.gen(function* () {
    const { given, outcomes, shop } = slow("0 seconds")
    let heard = 0
    const job = ({ begin, brokenOff }: Work<string>) => {
      brokenOff(() => ++heard > 0)
      return Effect.zipRight(Effect.orDie(begin), end)
    }
    const fiber = yield* Effect.forkScoped(work(shop, job, { concurrency: 1, deadline }))
    yield* TestClock.adjust("2 minutes")
    yield* Fiber.interrupt(fiber)
    expect(outcomes).toEqual([outcome])
    expect([heard, given.count]).toEqual([times, 0])
  })
)

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

it.scoped("work that is over is not late while what became of the work before it is still being kept", () =>
  Effect.gen(function* () {
    const { outcomes, shop } = slow("0 seconds")
    const submitted: Array<() => void> = []
    const submit: Submit<string, string> = (lane, outcome, _, letGo) => {
      submitted.push(() => {
        outcomes.push(outcome)
        if (letGo()) shop.lanes.advance(lane)
      })
    }
    shop.lanes.append({ id: "b#0", key: "b", value: "b#0" }, { at: 0 })
    const job = () => Effect.as(Effect.sleep("50 seconds"), done())
    yield* Effect.forkScoped(work({ ...shop, submit }, job, { concurrency: 1, deadline }))
    yield* TestClock.adjust("5 minutes")
    submitted.shift()?.()
    yield* TestClock.adjust("1 second")
    submitted.shift()?.()
    expect(outcomes).toEqual([done(), done()])
  })
)

it.scoped("what is asked whether it did harm and throws, did, and nothing else stops", () =>
  Effect.gen(function* () {
    const { given, outcomes, shop } = slow("0 seconds")
    const job = ({ begin, brokenOff }: Work<string>) => {
      brokenOff(() => {
        throw new Error("no idea")
      })
      return Effect.zipRight(Effect.orDie(begin), outcomes.length > 0 ? Effect.never : Effect.interrupt)
    }
    shop.lanes.append({ id: "b#0", key: "b", value: "b#0" }, { at: 0 })
    const fiber = yield* Effect.forkScoped(work(shop, job, { concurrency: 1 }))
    yield* TestClock.adjust("1 second")
    expect(outcomes).toMatchObject([{ _tag: "Again", spent: true }])
    yield* Fiber.interrupt(fiber)
    expect(given.count).toBe(0)
  })
)

it.scoped("work of which nothing can be kept is put aside, and everything else goes on (F89)", () =>
  Effect.gen(function* () {
    const { outcomes, shop } = slow("0 seconds")
    const commit: typeof shop.commit = (lane, outcome, clock, letGo) =>
      outcome._tag !== "Again" && outcome.settles.length > 0
        ? Effect.dieMessage("unwritable")
        : shop.commit(lane, outcome, clock, letGo)
    shop.lanes.append({ id: "b#0", key: "b", value: "b#0" }, { at: 0 })
    const bad = [{ id: "reply", key: "a", value: "pong" }]
    const job = ({ key }: Work<string>) => Effect.succeed(key === "a" ? done(bad) : done())
    const fiber = yield* Effect.forkScoped(work({ ...shop, commit }, job, { concurrency: 1 }))
    yield* TestClock.adjust("1 second")
    expect(outcomes).toEqual([dead("defect: what came of it cannot be kept: RuntimeException: unwritable"), done()])
    expect(fiber.unsafePoll()).toBeNull()
  })
)

it.scoped("what is on record as begun only after it was broken off does not count for who works next", () =>
  Effect.gen(function* () {
    const { shop } = slow("0 seconds")
    const attempts: Array<number> = []
    const records: typeof shop.records = {
      // as a store does, it answers whether anybody waits or not
      begin: (_, asked, answered) =>
        Effect.sync(asked).pipe(
          Effect.zipRight(Effect.sleep("1 second")),
          Effect.zipRight(Effect.sync(() => answered(true))),
          Effect.forkDaemon,
          Effect.flatMap(Fiber.join)
        ),
      giveBack: () => Effect.sleep("2 seconds")
    }
    const job = ({ attempts: before, begin, brokenOff }: Work<string>) => {
      attempts.push(before)
      brokenOff(() => true)
      return Effect.zipRight(Effect.orDie(begin), Effect.never)
    }
    for (let n = 0; n < 3; n++) {
      const fiber = yield* Effect.forkScoped(work({ ...shop, records }, job, { concurrency: 1 }))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interruptFork(fiber)
      yield* TestClock.adjust("5 seconds")
    }
    expect(attempts).toEqual([0, 0, 0])
  })
)
