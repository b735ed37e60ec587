import { describe, expect, it } from "vitest"
import { State } from "../../src/gateway/Status.ts"
import { became, count, countdown, moment, span, summary, words } from "../../src/page/Words.ts"

const status = (account: string, _tag: "Connected" | "Paused" | "Stopped") =>
  _tag === "Connected" ? { account, state: { _tag, until: 0 } } : { account, state: { _tag } }

describe("the page's words", () => {
  it("have one for every state, and no two alike", () => {
    expect(Object.keys(words)).toHaveLength(State.members.length)
    expect(new Set(Object.values(words).map(({ word }) => word)).size).toBe(State.members.length)
  })

  it("name what happens next in every state that has a due time, but that in which all is well", () => {
    const untimed = Object.entries(words).flatMap(([tag, { next }]) => (next === undefined ? [tag] : []))
    expect(untimed.toSorted()).toEqual(["Connected", "Paused", "Stopped"])
  })

  it.each([
    [-5, "0s"],
    [7000, "7s"],
    [59_400, "59s"],
    [60_000, "1m 00s"],
    [187_000, "3m 07s"],
    [7_500_000, "2h 05m"],
    [864_000_000 - 46_800_000, "9d 11h"]
  ])("say %i ms as %s", (millis, said) => expect(span(millis)).toBe(said))

  it.each([
    [1, "1s"],
    [1001, "2s"],
    [0, "any moment"],
    [-60_000, "any moment"]
  ])("count %i ms down as %s", (millis, said) => expect(countdown(millis)).toBe(said))

  it("say the day of what was on another", () => {
    const noon = new Date(2026, 10, 27, 12, 0, 0).getTime()
    expect(moment(noon - 3_661_000, noon)).toBe("10:58:59")
    expect(moment(noon - 86_400_000, noon)).toBe("2026-11-26 12:00:00")
  })

  it("count", () => expect([count(1, "message"), count(0, "message")]).toEqual(["1 message", "0 messages"]))

  it.each([
    [[], "This process keeps no account."],
    [["Connected"], "The account is connected."],
    [["Connected", "Connected"], "Both accounts are connected."],
    [["Connected", "Connected", "Connected"], "All 3 accounts are connected."],
    [["Connected", "Paused"], "b:b is paused."],
    [["Paused", "Stopped"], "No account is connected."],
    [["Paused", "Stopped", "Connected"], "2 of 3 accounts are not connected."]
  ] as const)("sum %j up as %s", (tags, said) => {
    expect(summary(tags.map((tag, index) => status("abc"[index] + ":b", tag)))).toBe(said)
  })

  it("say what became of all accounts, and that nothing did", () => {
    const unchanged = ["qq:main"]
    expect(became({ added: [], removed: [], changed: [], unchanged })).toBe("Nothing is otherwise than before.")
    expect(became({ added: ["qq:a", "qq:b"], removed: [], changed: ["qq:c"], unchanged })).toBe(
      "added qq:a, qq:b; changed qq:c"
    )
  })
})
