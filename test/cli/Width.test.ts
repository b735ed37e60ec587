import { describe, expect, it } from "vitest"
import { coloured, plain } from "../../src/cli/Colour.ts"
import { cut, hanging, stripped, width, wrapped } from "../../src/cli/Width.ts"

describe("Width", () => {
  it.each([
    ["short", 5, "short"],
    ["longer than that", 6, "longe…"],
    [coloured("green", "connected as somebody"), 10, "connected…"],
    [`ab${coloured("red", "cd")}ef`, 5, "abcd…"],
    ["anything", 0, "…"],
    ["as 小助手一号", 8, "as 小助…"],
    ["as 小助手一号", 7, "as 小…"],
    ["as 小助手", 9, "as 小助手"],
    ["bot 🤖🤖", 6, "bot …"]
  ])("cuts %j to %d columns that are seen", (text, columns, seen) => {
    expect(stripped(cut(text, columns))).toBe(seen)
  })

  it("counts what a terminal shows in two columns as two", () => {
    expect([width("as bot"), width("小助手"), width(coloured("red", "小a")), width("한글、")]).toEqual([6, 6, 3, 6])
  })

  it("ends a colour that was cut off, so that nothing after it has it", () => {
    expect(cut(coloured("red", "a long text"), 5).endsWith("\u001b[0m")).toBe(true)
    expect(cut(plain("red", "a long text"), 5)).toBe("a lo…")
  })

  it("wraps between words, and breaks none, however narrow it is", () => {
    expect(wrapped("a verylongword b", 5)).toEqual(["a", "verylongword", "b"])
    expect(wrapped("as 小助手 x", 9)).toEqual(["as 小助手", "x"])
  })

  it("goes on below a column's beginning where a line has columns", () => {
    expect(hanging("  /kick 1000  close it this soon after it is ready", 34)).toEqual([
      "  /kick 1000  close it this soon",
      "              after it is ready"
    ])
    expect(hanging("no column at all here", 10)).toEqual(["no column at all", "here"])
    expect(hanging("  fits  as it is", 20)).toEqual(["  fits  as it is"])
  })
})
