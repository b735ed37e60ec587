import { describe, expect, it } from "vitest"
import { judge } from "./Oracle.ts"
import { faults, lines, type Report } from "./Report.ts"

const asked = Array.from({ length: 10 }, (_, n) => ({ conversation: "qq:one/c2c:A", text: `m${n}` }))
const verdictOf = (shown: typeof asked, uncertain: typeof asked = []) => judge({ asked, shown, uncertain })

const clean: Report = {
  story: "nothing happened",
  seed: 17,
  happened: { kills: 2 },
  flights: 3,
  poisoned: 0,
  verdicts: [
    { platform: "qq", deduplicates: true, sessions: { resumed: 2, anew: 0 }, repeats: 1, verdict: verdictOf(asked) },
    { platform: "telegram", deduplicates: false, sessions: undefined, repeats: 0, verdict: verdictOf(asked) }
  ],
  content: { waiting: 0, uncertain: [], aside: [] },
  exit: 0
}

/** The report with one platform's verdict replaced. */
const judged = (platform: string, change: Partial<Report["verdicts"][number]>): Report => ({
  ...clean,
  verdicts: clean.verdicts.map((each) => (each.platform === platform ? { ...each, ...change } : each))
})

const first = asked.slice(0, 1)

describe("what a story finds wrong", () => {
  it("is nothing where nothing is", () => {
    expect(faults(clean)).toEqual([])
  })

  it("is told with the seed, so that it can be looked for again", () => {
    for (const fault of faults({ ...clean, exit: 1, content: { ...clean.content, waiting: 1 } }))
      expect(fault).toMatch(/^seed 17: /)
  })

  it.each<readonly [fault: string, Report]>([
    ["qq: lost 1, such as m9 in qq:one/c2c:A", judged("qq", { verdict: verdictOf(asked.slice(0, 9)) })],
    ["telegram: doubled 1, such as m0", judged("telegram", { verdict: verdictOf([...asked, ...first]) })],
    ["telegram: reordered 9", judged("telegram", { verdict: verdictOf(asked.toReversed()) })],
    ["qq: nothing was said", judged("qq", { verdict: judge({ asked: [], shown: [], uncertain: [] }) })],
    ["qq: 1 were given up", judged("qq", { verdict: verdictOf(asked.slice(1), first) })],
    ["telegram: 4 are uncertain, and 3 at most", judged("telegram", { verdict: verdictOf(asked, asked.slice(0, 4)) })],
    ["qq: 2 sessions were begun anew", judged("qq", { sessions: { resumed: 0, anew: 2 } })],
    ["qq: 0 were put aside, and 1 were fatal too often", { ...clean, poisoned: 1 }],
    ["5 still wait in the store", { ...clean, content: { ...clean.content, waiting: 5 } }],
    ["put aside: inbox, e: why", { ...clean, content: { ...clean.content, aside: ["inbox, e: why"] } }],
    ["it ended with SIGKILL", { ...clean, exit: "SIGKILL" }]
  ])("is told: %s", (fault, report) => {
    expect(faults(report).join("\n")).toContain(fault)
  })

  it("is nothing where what was in flight is uncertain, and a platform that shows it once has shown it", () => {
    expect(faults(judged("telegram", { verdict: verdictOf(asked.slice(3), asked.slice(0, 3)) }))).toEqual([])
    expect(faults(judged("qq", { verdict: verdictOf(asked, first) }))).toEqual([])
  })

  it("stands beside what was done, in figures", () => {
    expect(lines(clean)[0]).toBe("nothing happened (seed 17): kills 2")
    expect(lines(clean)[1]).toContain("lost 0, doubled 0, reordered 0")
    expect(lines(clean)[1]).toContain("sessions resumed 2, begun anew instead 0")
  })
})
