import { describe, expect, it } from "vitest"
import { coloured } from "../../src/cli/Colour.ts"
import { stripped } from "../../src/cli/Width.ts"
import { clipped, table } from "../../src/cli/Table.ts"

describe("Table", () => {
  it("makes each column as wide as the widest in it, and ends no line with blanks", () => {
    const columns = [{ title: "ACCOUNT" }, { title: "DEAD", number: true }, { title: "WHY" }] as const
    const rows = [
      { cells: ["qq:main", "2", "-"] },
      { cells: ["telegram:main", "12345", ""], below: "a reason of any length" }
    ]
    expect(table(columns, rows).split("\n")).toEqual([
      "ACCOUNT         DEAD  WHY",
      "qq:main            2  -",
      "telegram:main  12345",
      "    a reason of any length"
    ])
  })

  it("does not count colours as width", () => {
    const [head, row] = table([{ title: "STATE" }, { title: "N" }], [{ cells: [coloured("red", "down"), "1"] }]).split(
      "\n"
    )
    expect([head, stripped(row ?? "")]).toEqual(["STATE  N", "down   1"])
  })

  it.each([
    ["short", 5, "short"],
    ["c2c:0123456789ABCDEF", 12, "c2c:0123…DEF"]
  ])("clips %j to %d characters", (text, width, shown) => {
    expect(clipped(text, width)).toBe(shown)
    expect(shown.length).toBeLessThanOrEqual(width)
  })
})
