import { describe, expect, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { Line, type Standing } from "../../../src/delivery/Crew/Line.ts"

interface Person extends Standing<Person> {
  readonly name: number
}

describe("Line", () => {
  it("is an array of which the first is taken, whatever was put where before", () => {
    const moves = fc.array(fc.constantFrom("append" as const, "prepend" as const, "shift" as const), { maxLength: 40 })
    fc.assert(
      fc.property(moves, (sequence) => {
        const line = new Line<Person>()
        const expected: Array<number> = []
        const away: Array<Person> = []
        sequence.forEach((move, name) => {
          if (move === "shift") {
            const first = line.shift()
            expect(first?.name).toBe(expected.shift())
            if (first !== undefined) away.push(first)
          } else {
            // Whoever left may come again.
            const person = away.pop() ?? { name, behind: undefined }
            line[move](person)
            if (move === "append") expected.push(person.name)
            else expected.unshift(person.name)
          }
          expect(line.isEmpty).toBe(expected.length === 0)
        })
      })
    )
  })
})
