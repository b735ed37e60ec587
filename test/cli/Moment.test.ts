import { describe, expect, it } from "vitest"
import * as Moment from "../../src/cli/Moment.ts"

const at = new Date(2026, 10, 26, 9, 5, 3).getTime()
const after = (seconds: number) => at + 1000 * seconds

describe("Moment", () => {
  it.each([
    [-5, "just now"],
    [0, "just now"],
    [0.999, "just now"],
    [1, "1s ago"],
    [59, "59s ago"],
    [60, "1m ago"],
    [3599, "59m ago"],
    [3600, "1h ago"],
    [86_399, "23h ago"],
    [86_400, "1d ago"],
    [40 * 86_400, "40d ago"]
  ])("tells %d seconds as %j", (seconds, told) => {
    expect(Moment.ago(at, after(seconds))).toBe(told)
  })

  it("is told by the clock on the wall", () => {
    expect(Moment.whole(at, after(125))).toBe("2026-11-26 09:05:03 (2m ago)")
  })

  it.each([
    [-1, "0s"],
    [0.9, "0s"],
    [59.9, "59s"],
    [60, "1m"],
    [130, "2m 10s"],
    [3600, "1h"],
    [3659, "1h"],
    [7500, "2h 5m"],
    [90_000, "1d 1h"],
    [864_000 + 59, "10d"]
  ])("tells a span of %d seconds as %j", (seconds, told) => {
    expect(Moment.span(1000 * seconds)).toBe(told)
  })

  it.each([
    [0, "09:05:03, in 1s"],
    [0.9, "09:05:03, in 1s"],
    [11.2, "09:05:03, in 12s"],
    [-0.5, "09:05:03, in 1s"],
    [-90, "09:05:03, 1m 30s ago"]
  ])("tells what is due in %d seconds as %j", (seconds, told) => {
    expect(Moment.due(at, after(-seconds))).toBe(told)
  })

  it("tells the day where it is another", () => {
    expect(Moment.clock(at, after(10))).toBe("09:05:03")
    expect(Moment.clock(at, after(86_400))).toBe("2026-11-26 09:05:03")
  })

  it("leaves out of today the day, and of another day the time", () => {
    expect(Moment.short(at, after(125))).toBe("09:05:03, 2m ago")
    expect(Moment.short(at, after(86_400))).toBe("2026-11-26, 1d ago")
  })
})
