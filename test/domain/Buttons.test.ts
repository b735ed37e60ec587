import { describe, expect, it } from "@effect/vitest"
import { laidOut, listing } from "../../src/domain/Buttons.ts"
import type { Button } from "../../src/domain/Message.ts"

const button = (label: string): Button => ({ _tag: "Press", label, data: label })
const row = (length: number) => Array.from({ length }, (_, index) => button(String(index)))
const grid = { columns: 3, rows: 2, buttons: 5 }
const labels = (rows: ReturnType<typeof laidOut>) => rows?.map((row) => row.map(({ label }) => label).join(""))

describe("buttons", () => {
  it("a row that is too long goes on below, in order, and none is empty", () => {
    expect(labels(laidOut([[], row(5)], grid))).toEqual(["012", "34"])
    expect(labels(laidOut([row(1), row(2)], grid))).toEqual(["0", "01"])
  })

  it("those that do not all fit are not shown in part", () => {
    for (const buttons of [undefined, [], [[]], [row(6)], [row(1), row(1), row(1)], [row(2), row(4)]]) {
      expect(laidOut(buttons, grid)).toBeUndefined()
    }
  })

  it("what cannot be pressed is told by its label, below the text", () => {
    const buttons = [
      [button("yes"), { _tag: "Link", label: "docs", url: "https://a.example" } as const],
      [button("no")]
    ]
    expect(listing({ text: "sure?", format: "plain", buttons }).text).toBe(
      "sure?\n• yes\n• docs: https://a.example\n• no"
    )
    expect(listing({ text: "", format: "plain", buttons: [[button("no")]] })).toEqual({ text: "• no", format: "plain" })
    expect(listing({ text: "- so", format: "markdown", buttons: [[button("no")]] }).text).toBe("- so\n\n• no")
    expect(listing({ text: "so", format: "markdown", buttons: [[button("1 * 2 * 3")]] }).text).toBe(
      "so\n\n• 1 \\* 2 \\* 3"
    )
    expect(listing({ text: "sure?", format: "plain", buttons: [[]] })).toEqual({ text: "sure?", format: "plain" })
  })
})
