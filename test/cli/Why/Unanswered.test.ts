import { describe, expect, it } from "vitest"
import { Option } from "effect"
import { explain, type Whereabouts } from "../../../src/cli/Why/Unanswered.ts"
import type { Owner } from "../../../src/delivery/Lease.ts"

const now = new Date(2026, 10, 26, 21, 8, 0).getTime()
const owner: Owner = { id: "x", host: { name: "alpha" }, pid: 4711, since: now - 3_600_000 }

describe("an account for which no process answers", () => {
  const cases: ReadonlyArray<readonly [Whereabouts, Option.Option<Owner>, RegExp, RegExp]> = [
    ["released", Option.none(), /stopped in good order/, /holdfast run/],
    ["gone", Option.some(owner), /Process 4711 on alpha, .*without letting go/, /holdfast run.*log/],
    ["mute", Option.some(owner), /Process 4711 on alpha keeps it .*does not answer/, /as the user/],
    ["elsewhere", Option.some(owner), /Process 4711 on alpha keeps it/, /why qq:main on alpha/]
  ]
  it.each(cases)("is told what became of its process: %s", (whereabouts, owner, happened, remedy) => {
    const explained = explain("qq:main", owner, whereabouts, now, now - 90_000)
    expect(explained.well).toBe(false)
    expect(explained.happened.join(" ")).toMatch(happened)
    expect(explained.happened.join(" ")).toContain("Nobody has seen to it since 21:06:30, for 1m 30s.")
    expect(explained.remedy.join(" ")).toMatch(remedy)
    expect(explained.next.length).toBeGreaterThan(0)
  })

  it("says nothing of since when where nobody knows", () => {
    expect(explain("qq:main", Option.none(), "released", now).happened).toHaveLength(1)
  })
})
