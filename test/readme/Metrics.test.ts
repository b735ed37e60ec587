import { describe, expect, it } from "vitest"
import * as Metrics from "../../src/gateway/Metrics.ts"
import * as ProcessMetrics from "../../src/node/ProcessMetrics.ts"
import { readme } from "./Readme.ts"

const families = [...Metrics.families, ...ProcessMetrics.families]

const table = [
  "| metric | kind | labels | what it says |",
  "|---|---|---|---|",
  ...families.map(
    ({ description, labels, name, type }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${description} |`
  )
].join("\n")

describe("the README's table of metrics", () => {
  it("has every metric that is registered, and no other, in the words that a scrape has for it", () => {
    const [, shown] = /<!-- metrics -->\n([\s\S]*?)\n<!-- \/metrics -->/.exec(readme) ?? []
    expect(shown).toBe(table)
  })

  it("has names that say their unit, and `_total` of what only grows, as Prometheus has it", () => {
    for (const { name, type } of families) {
      expect(name).toMatch(/^holdfast_[a-z_]+$/)
      expect(name.endsWith("_total")).toBe(type === "counter")
    }
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length)
  })
})
