import { describe, expect, it } from "vitest"
import { connectedShare, segments, withEntries } from "../../src/page/Segments.ts"
import type { Entry, Tag } from "../../src/page/Wire.ts"

const entry = (at: number, tag: Exclude<Tag, "Parked">, id = `${at}`): Entry => ({
  id,
  account: "qq:main",
  at,
  since: at,
  state: tag === "Paused" || tag === "Stopped" ? { _tag: tag } : { _tag: tag, until: at + 1000 },
  attempts: 0,
  generation: 1,
  flapping: false
})

const shape = (entries: ReadonlyArray<Entry>, from: number, to: number) =>
  segments(entries, from, to).map(({ from, of, tag, to }) => [tag, from, to, of])

describe("a band of states", () => {
  it("lets each state last until the next, and the last until now", () => {
    expect(shape([entry(100, "Connecting"), entry(400, "Connected"), entry(700, "Reconnecting")], 0, 1000)).toEqual([
      ["Connecting", 100, 400, 1],
      ["Connected", 400, 700, 1],
      ["Reconnecting", 700, 1000, 1]
    ])
  })

  it("knows nothing before the first entry", () => {
    expect(shape([], 0, 1000)).toEqual([])
    expect(segments([entry(900, "Connected")], 0, 1000)[0]?.from).toBe(900)
  })

  it("begins with the state in which the account was when it begins", () => {
    expect(shape([entry(0, "Connecting"), entry(100, "Connected")], 500, 1000)).toEqual([["Connected", 500, 1000, 1]])
  })

  it("hides no outage that is too short to be seen: of what shares a place the worst is shown", () => {
    const brief = [entry(0, "Connected"), entry(500_000, "Reconnecting"), entry(500_100, "Connecting")]
    const all = segments([...brief, entry(500_200, "Held"), entry(500_300, "Connected")], 0, 1_000_000)
    expect(all.map(({ of, tag }) => [tag, of])).toEqual([
      ["Connected", 1],
      ["Held", 3],
      ["Connected", 1]
    ])
  })

  it("has no more pieces than can be seen, however much happened", () => {
    const flapping = Array.from({ length: 5000 }, (_, n) => entry(n * 20, n % 2 === 0 ? "Connected" : "Reconnecting"))
    const all = segments(flapping, 0, 100_000)
    expect(all.length).toBeLessThanOrEqual(600)
    expect(all.every(({ tag }) => tag === "Reconnecting")).toBe(true)
  })

  it("tells how much of the known time was spent connected, and nothing where nothing is known", () => {
    expect(connectedShare(segments([entry(500, "Reconnecting"), entry(750, "Connected")], 0, 1000))).toBe(0.5)
    expect(connectedShare([])).toBeUndefined()
  })

  it("takes an entry that is told again for the same, in its newest form, and keeps the newest", () => {
    const known = withEntries([], [entry(300, "Connected"), entry(100, "Connecting")], 3)
    const more = withEntries(known, [entry(310, "Reconnecting", "300"), entry(400, "Connected")], 2)
    expect(more.map(({ id, state }) => [id, state._tag])).toEqual([
      ["300", "Reconnecting"],
      ["400", "Connected"]
    ])
  })
})
