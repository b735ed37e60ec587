import { describe, expect, it } from "vitest"
import { plain } from "../../../src/cli/Colour.ts"
import { band } from "../../../src/cli/Timeline/Band.ts"
import { outages } from "../../../src/cli/Timeline/Outages.ts"
import { page } from "../../../src/cli/Timeline/Page.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { State } from "../../../src/gateway/Status.ts"
import type { Entry } from "../../../src/gateway/Timeline.ts"

const account = accountId("qq", "main")
const begin = new Date(2026, 10, 26, 20, 0, 0).getTime()
const minute = 60_000
const until = begin + 90 * minute

/** An account that came to these states, each so many minutes after the first. */
const told = (
  ...all: ReadonlyArray<readonly [minutes: number, state: State, more?: Partial<Entry>]>
): ReadonlyArray<Entry> =>
  all.map(([minutes, state, more]) => {
    const at = begin + minutes * minute
    const plainly = { id: `qq:main/${at}`, account, at, state, since: at, attempts: 0, generation: 1, flapping: false }
    return Object.assign(plainly, more)
  })

const connecting = { _tag: "Connecting", until } as const
const connected = { _tag: "Connected", until } as const
const reconnecting = { _tag: "Reconnecting", until } as const
const rescheduled = { _tag: "Rescheduled", until } as const
const parked = { _tag: "Parked", until, remedy: "Set a new secret." } as const
const [paused, stopped] = [{ _tag: "Paused" }, { _tag: "Stopped" }] as const
const stopping = { _tag: "Stopping", until } as const
const at = (minutes: number) => begin + minutes * minute

describe("the outages of a timeline", () => {
  it("last from the loss of a connection to the next one, whatever it came to meanwhile, and have the first cause", () => {
    const entries = told(
      [0, connecting],
      [1, connected],
      [10, reconnecting, { cause: "the line was cut" }],
      [11, rescheduled, { cause: "Exhausted" }],
      [20, connected],
      [30, reconnecting, { cause: "no sign of life" }]
    )
    expect(outages(entries)).toEqual([
      { from: at(10), to: at(20), cause: "the line was cut" },
      { from: at(30), cause: "no sign of life" }
    ])
  })

  it.each([
    ["nothing", told()],
    ["what was before the first connection", told([0, connecting], [1, reconnecting, { cause: "x" }], [2, connected])],
    [
      "a pause, and the ways into it and out of it",
      told([0, connected], [5, stopping], [6, paused], [7, connecting], [8, connected])
    ]
  ])("are none: %s", (_, entries) => {
    expect(outages(entries)).toEqual([])
  })

  it("are also that what was resumed did not come back, and that no process ran", () => {
    const entries = told(
      [0, connected],
      [1, paused],
      [2, connecting],
      [3, reconnecting, { cause: "x" }],
      [4, connected],
      [5, stopping],
      [6, stopped],
      [50, connecting],
      [51, connected]
    )
    expect(outages(entries)).toEqual([
      { from: at(2), to: at(4), cause: "x" },
      { from: at(5), to: at(51), cause: "its process stopped" }
    ])
  })
})

describe("a timeline on one line", () => {
  const line = (entries: ReadonlyArray<Entry>, minutes: number, width: number) =>
    band(entries, at(minutes), width, plain).line

  it("shows an outage however short it is", () => {
    const entries = told([0, connected], [500, reconnecting], [500.1, connected])
    expect(line(entries, 1000, 10)).toBe("█████▒████")
  })

  it.each([
    ["what waits for a person", told([0, connected], [5, reconnecting], [6, parked]), "█████▒××××"],
    ["that no process ran", told([0, connected], [5, stopped]), "█████·····"],
    ["a pause", told([0, connected], [5, paused], [8, connected]), "█████‖‖‖██"],
    ["a beginning", told([0, connecting], [1, connected]), "▒█████████"]
  ])("shows %s", (_, entries, drawn) => {
    expect(line(entries, 10, 10)).toBe(drawn)
  })

  it("says what it is made of, and only that", () => {
    const { legend } = band(told([0, connected], [5, reconnecting]), at(10), 10, plain)
    expect(legend).toBe("█ connected  ▒ not connected")
  })

  it("is there in the very moment of the first entry", () => {
    expect(line(told([0, connecting]), 0, 4).length).toBeGreaterThan(0)
  })
})

describe("a timeline for a person", () => {
  const entries = told(
    [0, connected],
    [60, reconnecting, { cause: "the line was cut\u001b[2J", attempts: 3, omitted: 2 }],
    [62, parked, { cause: "Unauthorized", attempts: 3, flapping: true }],
    [65, connected, { attempts: 3 }]
  )
  const options = { now: at(90), shown: 20, columns: 40, paint: plain }

  it("tells the newest last, with what each was for, and what is not kept", () => {
    expect(page(account, entries, options).split("\n")).toEqual([
      "qq:main: connected 94.4 % of the time since 2026-11-26 20:00:00; 1 outage, the longest 5m.",
      `${"█".repeat(26)}▒××${"█".repeat(11)}`,
      "█ connected  ▒ not connected  × waits for a person",
      "",
      "WHEN      FOR         STATE               TRIES",
      "20:00:00  1h          ● connected",
      "21:00:00  2m          ◌ reconnecting          3",
      "    2 more of this outage are not kept; the line was cut\\u001b[2J",
      "21:02:00  3m          × parked, flapping      3",
      "    Unauthorized; Set a new secret.",
      "21:05:00  25m so far  ● connected"
    ])
  })

  it("lists as many as are wanted, and says how many there are", () => {
    const lines = page(account, entries, { ...options, shown: 1 }).split("\n")
    expect(lines.slice(-2)).toEqual([
      "21:05:00  25m so far  ● connected",
      "3 older are not shown: --limit says how many are."
    ])
    expect(lines[0]).toContain("1 outage")
  })

  it("does not say that all of the time was well when it was not", () => {
    const almost = told([0, connected], [99_999, reconnecting], [100_000, connected])
    expect(page(account, almost, { ...options, now: at(200_000) })).toContain("connected 99.9 %")
  })
})
