import { FastCheck } from "effect"
import { describe, expect, it } from "vitest"
import { IdTable } from "../../../src/delivery/MemoryQueue/IdTable.ts"

type Step = readonly [kind: "add" | "delete" | "has", id: string]

/** What a table answers to each step, and what a `Set` would have answered. */
const compared = (steps: ReadonlyArray<Step>) => {
  const table = new IdTable()
  const set = new Set<string>()
  return steps.map(([kind, id]) => {
    const before = set.has(id)
    if (kind === "add") set.add(id)
    if (kind === "delete") set.delete(id)
    const answered = kind === "has" ? table.has(id) : kind === "add" ? !table.add(id) : (table.delete(id), before)
    return [answered, table.size] as const satisfies readonly [boolean, number]
  })
}

const expected = (steps: ReadonlyArray<Step>) => {
  const set = new Set<string>()
  return steps.map(([kind, id]) => {
    const before = set.has(id)
    if (kind === "add") set.add(id)
    if (kind === "delete") set.delete(id)
    return [before, set.size]
  })
}

describe("a table of very many ids", () => {
  it("answers as a set does, whatever is added and deleted in whatever order", () => {
    const id = FastCheck.oneof(FastCheck.integer({ min: 0, max: 400 }).map(String), FastCheck.string())
    const step = FastCheck.tuple(FastCheck.constantFrom<Step[0]>("add", "add", "delete", "has"), id)
    FastCheck.assert(
      FastCheck.property(FastCheck.array(step, { maxLength: 2000 }), (steps) => {
        expect(compared(steps)).toEqual(expected(steps))
      }),
      { numRuns: 200 }
    )
  })

  it("loses none and invents none while it grows, and finds room again for as many as were deleted", () => {
    const table = new IdTable()
    const ids = Array.from({ length: 50_000 }, (_, index) => `qq:main/ROBOT1.0_${index}`)
    for (const id of ids) expect(table.add(id)).toBe(true)
    for (const id of ids) expect(table.add(id)).toBe(false)
    const [gone, left] = [ids.filter((_, index) => index % 3 > 0), ids.filter((_, index) => index % 3 === 0)]
    for (const id of gone) table.delete(id)
    expect(table.size).toBe(left.length)
    expect(gone.some((id) => table.has(id))).toBe(false)
    expect(left.every((id) => table.has(id))).toBe(true)
    for (const id of gone) expect(table.add(id)).toBe(true)
    expect(table.size).toBe(ids.length)
  })

  it("tells apart ids of the same hash", () => {
    // two texts that FNV-1a cannot tell apart, 32 bits of it
    const table = new IdTable()
    expect(table.add("costarring")).toBe(true)
    expect(table.has("liquid")).toBe(false)
    expect(table.add("liquid")).toBe(true)
    table.delete("costarring")
    expect([table.has("costarring"), table.has("liquid")]).toEqual([false, true])
  })
})
