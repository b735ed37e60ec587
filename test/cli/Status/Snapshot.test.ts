import { describe, expect, it } from "vitest"
import { plain } from "../../../src/cli/Colour.ts"
import { codes } from "../../../src/cli/Process.ts"
import { changed, told, turned } from "../../../src/cli/Status/Changes.ts"
import { looks } from "../../../src/cli/Status/Look.ts"
import { page } from "../../../src/cli/Status/Page.ts"
import { fitted } from "../../../src/cli/Status/Screen.ts"
import { codeOf, type Row, type Snapshot } from "../../../src/cli/Status/Snapshot.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { type AccountStatus, initial, type State } from "../../../src/gateway/Status.ts"

const now = new Date(2026, 10, 26, 21, 8, 0).getTime()
const until = now + 12_000
const process = { pid: 4711, since: now - 60_000, store: "memory" }

const row = (name: string, state: State, more: Partial<AccountStatus> = {}, by = process): Row => {
  const account = accountId("qq", name)
  return { account, process: by, status: { ...initial(account, now - 30_000), state, ...more } }
}
const gone: Row = { account: "qq:main", process: undefined, whereabouts: "gone" }
const connected = row("main", { _tag: "Connected", until })
const paused = row("main", { _tag: "Paused" })
const lost = row("main", { _tag: "Reconnecting", until }, { cause: "the line was cut", attempts: 1 })

const snapshot = (...rows: ReadonlyArray<Row>): Snapshot => ({
  at: now,
  processes: [process],
  store: "the store",
  rows,
  failing: []
})

describe("how the accounts stand", () => {
  it.each([
    ["all are connected", [connected, row("test", { _tag: "Connected", until })], codes.done],
    ["one is paused by a person", [paused], codes.done],
    ["one is not connected", [connected, row("test", { _tag: "Parked", until, remedy: "Act." })], codes.unconnected],
    ["one is only being connected", [row("main", { _tag: "Connecting", until })], codes.unconnected],
    [
      "one that another process has is connected there",
      [connected, row("main", { _tag: "Rescheduled", until })],
      codes.done
    ],
    ["no process answers for one", [row("test", { _tag: "Connected", until }), gone], codes.unanswered],
    ["nothing is known", [], codes.unanswered]
  ])("is told to scripts when %s", (_, rows, code) => {
    expect(codeOf(snapshot(...rows))).toBe(code)
  })

  it("is a table for people, with what is wrong under each, whatever strangers call themselves", () => {
    const parked = row(
      "test",
      { _tag: "Parked", until, remedy: "Set a new secret." },
      { cause: "Unauthorized: 100016", downSince: now - 90_000 }
    )
    const named = row("other", { _tag: "Connected", until }, { self: { id: "1", name: "bot\u001b[2J" } })
    expect(page({ ...snapshot(lost, named, paused, parked), processes: [] }, plain).split("\n")).toEqual([
      "No process answers: the store is the store.",
      "ACCOUNT   STATE           FOR     NEXT",
      "qq:main   ◌ reconnecting  30s     attempt 2 in 12s",
      "    the line was cut",
      "qq:other  ● connected     30s     as bot\\u001b[2J",
      "qq:main   ‖ paused        30s     until resumed",
      "qq:test   × parked        1m 30s  probed in 12s",
      "    Unauthorized: 100016. Set a new secret.",
      expect.stringMatching(/^1 of 3 connected; 1 paused; /)
    ])
  })

  it("has a line for each handler behind which nobody answers: since when, why, and what is next", () => {
    const failing = [
      {
        handler: "webhook bot.example",
        state: "failing",
        since: now - 200_000,
        cause: "a\u001b[2Jb",
        next: now + 9000
      },
      { handler: "exec bot", state: "failing", since: now - 1000 }
    ] as const
    const lines = page({ ...snapshot(connected), failing }, plain).split("\n")
    expect(lines.slice(-3)).toEqual([
      "The handler webhook bot.example has failed for 3m 20s: a\\u001b[2Jb; it is tried in 9s.",
      "The handler exec bot has failed for 1s: why is not known.",
      "1 of 1 connected."
    ])
  })

  it("says of which process a row is where there are several", () => {
    const other = { ...process, pid: 4712 }
    const rows = [connected, row("main", { _tag: "Rescheduled", until }, { reason: { _tag: "OwnedElsewhere" } }, other)]
    const text = page({ ...snapshot(...rows), processes: [process, other] }, plain)
    expect(text).toContain("process 4711\n")
    expect(text).toContain("asked for again in 12s, process 4712")
  })

  it("says of one for which no process answers what became of the process", () => {
    expect(page(snapshot(gone), plain)).toContain("qq:main  ? no process       its process was killed, or broke down")
  })

  it("has a mark and a word for each state, so that nobody needs the colours", () => {
    const all = Object.values(looks)
    expect(new Set(all.map(({ word }) => word)).size).toBe(all.length)
    expect(looks.Connected.mark).not.toBe(looks.Parked.mark)
  })
})

describe("while it is watched", () => {
  it("what changed is told, and what merely grew older is not", () => {
    const grown = row("main", { _tag: "Connected", until: until + 9000 }, { lastLife: now })
    expect(changed(undefined, snapshot(connected))).toEqual([connected])
    expect(changed(snapshot(connected), snapshot(grown))).toEqual([])
    expect(changed(snapshot(connected), snapshot(lost))).toEqual([lost])
    expect(changed(snapshot(lost), snapshot(gone))).toEqual([gone])
    const again = row("main", { _tag: "Connected", until }, { since: now })
    expect(changed(snapshot(connected), snapshot(again))).toEqual([again])
  })

  it.each([
    [gone, "no process answers for it"],
    [connected, "connected as an unknown bot"],
    [lost, "the line was cut; attempt 2 in 12s"]
  ])("each change is a line", (row, text) => {
    expect(told(row, now)).toBe(`2026-11-26 21:08:00  qq:main  ${text}`)
  })

  it("a handler that fails is a line, and another when it answers again", () => {
    const failing = [{ handler: "llm:fast", state: "failing", since: now - 1000, cause: "it answered 500" }] as const
    const bad = { ...snapshot(), failing }
    expect(turned(undefined, bad)).toEqual([
      "2026-11-26 21:08:00  The handler llm:fast has failed for 1s: it answered 500."
    ])
    expect(turned(bad, bad)).toEqual([])
    expect(turned(bad, snapshot())).toEqual(["2026-11-26 21:08:00  The handler llm:fast answers again."])
  })

  it("no more is drawn than there is room for, so that it can be drawn over", () => {
    expect(fitted("one\ntwo\nthree", 3, 80)).toEqual(["one", "two", "three"])
    expect(fitted("one\ntwo\nthree\nfour", 3, 80)).toEqual(["one", "two", "… and 2 more lines"])
    expect(fitted("a long line", 3, 6)).toEqual(["a lon…"])
  })
})
