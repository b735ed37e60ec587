import { describe, expect, it } from "vitest"
import { accountId } from "../../../src/domain/Address.ts"
import { type AccountStatus, due, initial, type State } from "../../../src/gateway/Status.ts"
import { type Entry, numberOf } from "../../../src/gateway/Timeline/Entry.ts"
import { History, kept, most } from "../../../src/gateway/Timeline/History.ts"

const main = accountId("fake", "main")

const status = (now: number, state: State, more: Partial<AccountStatus> = {}): AccountStatus => ({
  ...initial(main, now),
  state,
  ...more
})

const states = {
  Connecting: (until) => ({ _tag: "Connecting", until }),
  Connected: (until) => ({ _tag: "Connected", until }),
  Reconnecting: (until) => ({ _tag: "Reconnecting", until }),
  Rescheduled: (until) => ({ _tag: "Rescheduled", until }),
  Parked: (until) => ({ _tag: "Parked", until, remedy: "set the right secret" }),
  Paused: () => ({ _tag: "Paused" }),
  Stopped: () => ({ _tag: "Stopped" })
} satisfies Record<string, (until: number) => State>

type Step = readonly [keyof typeof states, Partial<AccountStatus>?]

/** A history of these steps, one a second. */
const told = (...steps: ReadonlyArray<Step>) => {
  const history = new History(main)
  steps.forEach(([tag, more], index) =>
    history.note(status(index * 1000, states[tag](index * 1000 + 500), more), index * 1000)
  )
  return history
}

const tags = (entries: ReadonlyArray<Entry>) => entries.map(({ state }) => state._tag)

/** Tries after tries, each with a cause of its own. */
const outage = (length: number, from = 0): ReadonlyArray<Step> =>
  Array.from({ length }, (_, index) => ["Reconnecting", { cause: `try ${from + index}` }])

describe("the history of an account", () => {
  it("has each change of state, with its time and cause", () => {
    const { entries } = told(
      ["Connecting"],
      ["Connected"],
      ["Reconnecting", { cause: "reset" }],
      ["Connected"],
      ["Paused"]
    )
    expect(tags(entries)).toEqual(["Connecting", "Connected", "Reconnecting", "Connected", "Paused"])
    expect(entries.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000])
    expect(entries[2]).toMatchObject({ cause: "reset", state: { until: 2500 } })
  })

  it("tells tries that come to the same as one entry, with the newest one's number and due time", () => {
    const { entries } = told(
      ["Connected"],
      ["Reconnecting", { cause: "refused", attempts: 1 }],
      ["Connecting", { cause: "refused", attempts: 1 }],
      ["Reconnecting", { cause: "refused", attempts: 2 }],
      ["Connecting", { cause: "refused", attempts: 2 }],
      ["Reconnecting", { cause: "refused", attempts: 3 }]
    )
    expect(tags(entries)).toEqual(["Connected", "Reconnecting"])
    expect(entries[1]).toMatchObject({ at: 1000, attempts: 3, state: { until: 5500 } })
  })

  it("tells a try that comes to something else", () => {
    const { entries } = told(
      ["Reconnecting", { cause: "refused" }],
      ["Connecting"],
      ["Reconnecting", { cause: "no name" }]
    )
    expect(entries.map(({ cause }) => cause)).toEqual(["refused", "no name"])
  })

  it("tells that sessions begin to die young, though the cause is the same (F42)", () => {
    const { entries } = told(
      ["Reconnecting", { cause: "kicked" }],
      ["Reconnecting", { cause: "kicked", flapping: true }]
    )
    expect(entries.map(({ flapping }) => flapping)).toEqual([false, true])
  })

  it("says nothing of what is as it was", () => {
    const history = told(["Connected"])
    const again = status(9000, states.Connected(500))
    expect(history.note(again, 9000)).toEqual([])
    expect(history.entries).toHaveLength(1)
  })

  it("has ids that grow, however many entries one moment has and however the clock is turned (F39)", () => {
    const history = new History(main)
    const times = [5000, 5000, 5000, 100, 100, 7000]
    times.forEach((now, index) => history.note(status(now, states.Connected(index), { cause: String(index) }), now))
    const numbers = history.entries.map(numberOf)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(new Set(numbers).size).toBe(times.length)
  })

  it("keeps of a long outage how it began and how it goes, says how much is left out, and loses nothing before it", () => {
    const { entries } = told(["Connected"], ...outage(500), ["Connected"], ...outage(3, 500))
    expect(entries.length).toBeLessThan(kept.first + kept.last + 8)
    expect(tags(entries).filter((tag) => tag === "Connected")).toHaveLength(2)
    const causes = entries.flatMap(({ cause }) => cause ?? [])
    expect(causes.slice(0, kept.first)).toEqual(outage(kept.first).map(([, more]) => more?.cause))
    expect(causes.slice(-4)).toEqual(["try 499", "try 500", "try 501", "try 502"])
    const omitted = entries.reduce((sum, entry) => sum + (entry.omitted ?? 0), 0)
    expect(omitted).toBe(500 - kept.first - kept.last)
  })

  it("is bounded, whatever happens, and forgets the oldest (F71)", () => {
    const history = new History(main)
    let dropped = 0
    for (let now = 0; now < 3 * most; now++)
      for (const change of history.note(status(now, now % 2 === 0 ? states.Connected(now) : states.Paused()), now))
        if (change._tag === "Dropped") dropped++
    expect(history.entries).toHaveLength(most)
    expect(dropped).toBe(2 * most)
    expect(history.entries[0]).toMatchObject({ at: 2 * most })
  })

  it("is read a page at a time, the newest first, and nothing twice while more comes", () => {
    const history = told(["Connecting"], ["Connected"], ["Paused"], ["Connecting"], ["Connected"])
    const first = history.page({ limit: 2 })
    expect(tags(first.entries)).toEqual(["Connected", "Connecting"])
    history.note(status(9000, states.Paused()), 9000)
    const { next = "" } = first
    const second = history.page({ before: next, limit: 2 })
    expect(tags(second.entries)).toEqual(["Paused", "Connected"])
    const third = history.page({ before: second.next ?? "", limit: 2 })
    expect(tags(third.entries)).toEqual(["Connecting"])
    expect(third.next).toBeUndefined()
  })

  it.each(["", "nonsense", "fake:main/x", "fake:main/0"])("has nothing before %j", (before) => {
    expect(told(["Connecting"], ["Connected"]).page({ before, limit: 10 })).toEqual({ entries: [] })
  })

  it("has a due time in every entry that is no person's decision (F25)", () => {
    const { entries } = told(["Connecting"], ["Connected"], ["Reconnecting"], ["Rescheduled"], ["Parked"], ["Paused"])
    expect(entries.map(({ state }) => due(state) !== undefined)).toEqual([true, true, true, true, true, false])
  })
})
