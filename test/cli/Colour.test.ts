import { describe, expect, it } from "vitest"
import { coloured, cut, plain, stripped } from "../../src/cli/Colour.ts"

describe("Colour", () => {
  it.each([
    ["short", 5, "short"],
    ["longer than that", 6, "longe…"],
    [coloured("green", "connected as somebody"), 10, "connected…"],
    [`ab${coloured("red", "cd")}ef`, 5, "abcd…"],
    ["anything", 0, "…"]
  ])("cuts %j to %d characters that are seen", (text, width, seen) => {
    expect(stripped(cut(text, width))).toBe(seen)
  })

  it("ends a colour that was cut off, so that nothing after it has it", () => {
    expect(cut(coloured("red", "a long text"), 5).endsWith("\u001b[0m")).toBe(true)
    expect(cut(plain("red", "a long text"), 5)).toBe("a lo…")
  })
})
