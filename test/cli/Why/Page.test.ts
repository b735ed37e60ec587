import { describe, expect, it } from "vitest"
import { coloured, plain } from "../../../src/cli/Colour.ts"
import { page } from "../../../src/cli/Why/Page.ts"
import { stripped } from "../../../src/cli/Width.ts"

const explanation = {
  account: "qq:main",
  well: false,
  summary: "qq:main is not connected: it is being connected.",
  happened: ["The line\u001b[2J was cut.", "It was connected until 21:05:50, and has been down for 2m 10s."],
  done: [],
  next: ["Attempt 4 at 21:08:12, in 12s."],
  remedy: ["Nothing is needed."]
}

describe("Page", () => {
  it("has a line for each part, wrapped under itself, and shows no terminal what it would obey", () => {
    expect(page(explanation, 60, plain).split("\n")).toEqual([
      "qq:main is not connected: it is being connected.",
      "  what happened    The line\\u001b[2J was cut. It was",
      "                   connected until 21:05:50, and has been",
      "                   down for 2m 10s.",
      "  what is next     Attempt 4 at 21:08:12, in 12s.",
      "  what you can do  Nothing is needed."
    ])
    expect(stripped(page(explanation, 60, coloured))).toBe(page(explanation, 60, plain))
  })
})
