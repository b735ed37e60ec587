import { describe, expect, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { estimate, fitting } from "../../../src/handler/Llm/Tokens.ts"

describe("tokens", () => {
  it("are a quarter of what is ASCII, and everything else one each", () => {
    expect(["", "hello, world", "世界", "hi 世界"].map(estimate)).toEqual([0, 3, 2, 3])
  })

  it.prop(
    "of what fits are the last, as many as there is room for, and never more",
    [FastCheck.array(FastCheck.nat(9)), FastCheck.integer({ min: -5, max: 40 })],
    ([costs, budget]) => {
      const last = fitting(costs, budget, (cost) => cost)
      const sum = (items: ReadonlyArray<number>) => items.reduce((all, one) => all + one, 0)
      expect(costs.slice(costs.length - last.length)).toEqual(last)
      if (last.length > 0) expect(sum(last)).toBeLessThanOrEqual(budget)
      if (last.length < costs.length) expect(sum(costs.slice(costs.length - last.length - 1))).toBeGreaterThan(budget)
    }
  )
})
