import { describe, expect, it } from "vitest"
import { line, lines } from "../../src/cli/Printable.ts"

describe("Printable", () => {
  it.each([
    ["colours", "\u001b[31mred", "\\u001b[31mred"],
    ["what ends a line", "one\r\ntwo", "one\\u000d\\u000atwo"],
    ["control characters of eight bits", "\u009b2J", "\\u009b2J"],
    ["what turns the order round", "abc\u202ecod.exe", "abc\\u202ecod.exe"]
  ])("shows %s instead of obeying", (_, text, shown) => {
    expect(line(text)).toBe(shown)
  })

  it("leaves every language alone, and emoji", () => {
    const text = "你好, שלום, 👩‍👩‍👧 café"
    expect(line(text)).toBe(text)
  })

  it("keeps the lines of a text that has them", () => {
    expect(lines("one\n\u0007two")).toBe("one\n\\u0007two")
  })
})
