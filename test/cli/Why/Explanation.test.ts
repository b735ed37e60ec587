import { describe, expect, it } from "vitest"
import { explain, type Known } from "../../../src/cli/Why/Explanation.ts"
import * as Reasons from "../../../src/cli/Why/Reasons.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { type AccountStatus, initial, Reason, type State } from "../../../src/gateway/Status.ts"

const account = accountId("qq", "main")
const now = new Date(2026, 10, 26, 21, 8, 0).getTime()
const before = (seconds: number) => now - 1000 * seconds
const until = now + 12_000

const states: { readonly [Tag in State["_tag"]]: State } = {
  Connecting: { _tag: "Connecting", until },
  Connected: { _tag: "Connected", until },
  Reconnecting: { _tag: "Reconnecting", until },
  Rescheduled: { _tag: "Rescheduled", until },
  RateLimited: { _tag: "RateLimited", until },
  Held: { _tag: "Held", until },
  Paused: { _tag: "Paused" },
  Parked: { _tag: "Parked", until, remedy: "Set a new secret." },
  Stopping: { _tag: "Stopping", until },
  Stopped: { _tag: "Stopped" }
}

const [lost, fatal] = Reason.members
const reasons: ReadonlyArray<Reason | undefined> = [
  ...lost.fields.reason.literals.map((reason) => ({ _tag: "ConnectionLost", reason }) as const),
  ...fatal.fields.reason.literals.map((reason) => ({ _tag: "AdapterFatal", reason, remedy: "Do this." }) as const),
  { _tag: "OwnedElsewhere" },
  { _tag: "StoreRefused" },
  undefined
]

/** An account that was connected two hours ago, and lost its line two minutes ago. */
const of = (state: State, more: Partial<AccountStatus> = {}): AccountStatus => ({
  ...initial(account, before(7200)),
  state,
  since: before(130),
  lastLife: before(134),
  ...(state._tag === "Connected" ? {} : { downSince: before(130) }),
  generation: 3,
  self: { id: "1", name: "demo-bot" },
  ...more
})

const told = (known: Known) => {
  const { done, happened, next, remedy, summary } = explain(known, now)
  return [summary, ...happened, ...done, ...next, ...remedy].join(" ")
}

describe("what became of an account", () => {
  const cases = Object.values(states).flatMap((state) =>
    reasons.map(
      (reason) => [state._tag, reason === undefined ? "no cause" : JSON.stringify(reason), state, reason] as const
    )
  )

  it(`is told for each of ${cases.length} states and causes: what happened, what is next and when, and what to do`, () => {
    expect(cases.length).toBe(10 * (10 + 8 + 3))
    for (const [tag, , state, reason] of cases) {
      const caused = tag === "Connected" ? {} : reason === undefined ? {} : { cause: "the line was cut", reason }
      const { account: about, happened, next, remedy, summary, well } = explain({ status: of(state, caused) }, now)
      expect(about).toBe(account)
      expect(well).toBe(tag === "Connected" || tag === "Paused")
      expect([happened.length, next.length, remedy.length].every((count) => count > 0)).toBe(true)
      for (const text of [summary, ...happened, ...next, ...remedy]) {
        expect(text).toMatch(/^(?:[A-Z]|qq:main |holdfast ).*[.!?…]$/)
        expect(text).not.toMatch(/undefined|NaN|\[object|\.\.(?!\.)/)
      }
      if ("until" in state) expect(next.join(" ")).toContain("21:08:12, in 12s")
      if ("cause" in caused && tag !== "Paused") expect(happened).toContain("The line was cut.")
    }
  })

  it("says of every cause what it means, and what a person does about it", () => {
    const meanings = reasons.flatMap((reason) => (reason === undefined ? [] : [Reasons.meaning(reason)]))
    expect(new Set(meanings.map(({ means }) => means)).size).toBe(meanings.length)
    for (const { remedy } of meanings) expect(remedy.length).toBeGreaterThan(5)
  })

  it("is nothing to worry about while it is connected", () => {
    const outage = { from: before(9000), to: before(7260), cause: "the line was cut (1006)" }
    const explained = explain(
      { status: of(states.Connected, { since: before(7200), lastLife: before(4) }), outages: [outage] },
      now
    )
    expect(explained).toEqual({
      account,
      well: true,
      summary: "qq:main is connected as demo-bot.",
      happened: ["It has been so for 2h, since 19:08:00.", "The last sign of life came 4s ago."],
      done: ["The last outage was from 18:38:00 to 19:07:00 (29m): The line was cut (1006)."],
      next: ["It stays connected. Without another sign of life it counts as lost at 21:08:12, in 12s."],
      remedy: ["Nothing is needed."]
    })
  })

  it("counts what was tried, and what waits to be said", () => {
    const depths = { account, inbox: { waiting: 0, dead: 0 }, outbox: { waiting: 1, dead: 0 } }
    const status = of(states.Reconnecting, { attempts: 3, reschedules: 1, cause: "x" })
    const { done, next } = explain({ status, depths }, now)
    expect(done).toEqual([
      "Since the last stable connection 3 attempts of this adapter came to nothing, and 1 adapter had to be replaced.",
      "1 message is kept, to be said when it is connected."
    ])
    expect(next.join(" ")).toMatch(/^Attempt 4 at 21:08:12, in 12s\./)
  })

  it("is that a person has to act: as the platform's remedy says, and how it is tried at once then", () => {
    const status = of(states.Parked, {
      cause: "Unauthorized: 100016",
      reason: { _tag: "AdapterFatal", reason: "Unauthorized", remedy: "Set a new secret." }
    })
    const { next, remedy, well } = explain({ status }, now)
    expect(well).toBe(false)
    expect(remedy).toEqual(["Set a new secret. Then holdfast resume qq:main tries at once."])
    expect(next.join(" ")).toContain("probed at 21:08:12")
  })

  it("is what somebody else has to do where another program uses the bot, though it is tried again by itself", () => {
    const reason = { _tag: "AdapterFatal", reason: "Conflict", remedy: "Find the program that polls." } as const
    expect(explain({ status: of(states.Rescheduled, { cause: "409", reason }) }, now).remedy).toEqual([
      "Find the program that polls."
    ])
  })

  it("says since when it has been down, and of one that was never connected that it never was", () => {
    expect(told({ status: of(states.Reconnecting) })).toContain(
      "It was connected until 21:05:50, and has been down for 2m 10s."
    )
    const { lastLife: _, ...never } = of(states.Connecting)
    expect(told({ status: never })).toContain(
      "It has not been connected since this process took it up at 21:05:50, 2m ago."
    )
  })

  it("says that what was due has not happened, and that a fresh adapter may help (F45)", () => {
    const status = of({ _tag: "Connecting", until: before(60) })
    const { next, remedy } = explain({ status }, now)
    expect(next).toEqual(["What was due at 21:07:00, 1m ago, has not happened: its supervisor does not get on."])
    expect(remedy[0]).toContain("holdfast restart qq:main")
  })

  it("tells of the outage before, and of how many there were, where it is not the only one", () => {
    const outages = [
      { from: before(200_000), to: before(199_000) },
      { from: before(9000), to: before(7260), cause: "no sign of life" },
      { from: before(130) }
    ]
    const { done } = explain({ status: of(states.Reconnecting), outages }, now)
    expect(done).toEqual([
      "The outage before this one was from 18:38:00 to 19:07:00 (29m): No sign of life.",
      "There were 2 within 24 hours."
    ])
  })

  it("tells of flapping, and of what may have been missed", () => {
    const gaps = [{ from: before(300), to: before(200) }]
    const text = told({ status: of(states.Connected, { flapping: true, gaps }) })
    expect(text).toContain("dying soon")
    expect(text).toContain("What was said from 21:03:00 to 21:04:40 (1m 40s) the platform may not have told us.")
  })
})
