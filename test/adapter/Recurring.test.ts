import { describe, expect, it } from "vitest"
import { Recurring } from "../../src/adapter/Recurring.ts"

const counting = () => {
  const made: Array<string> = []
  return { made, values: new Recurring((name) => (made.push(name), { name })) }
}

describe("values that recur", () => {
  it("are what is made of their names, and one object each", () => {
    const { made, values } = counting()
    expect(values.of("a")).toEqual({ name: "a" })
    expect(values.of("b")).not.toBe(values.of("a"))
    expect(values.of("a")).toBe(values.of("a"))
    expect(made).toEqual(["a", "b"])
  })

  it("are not remembered without end, and those that are asked for stay (F52)", () => {
    const { made, values } = counting()
    const often = values.of("often")
    for (let index = 0; index < 100_000; index++) {
      values.of(`once ${index}`)
      if (index % 1000 === 0) expect(values.of("often")).toBe(often)
    }
    const before = made.length
    for (let index = 0; index < 90_000; index++) values.of(`once ${index}`)
    expect(made.length).toBe(before + 90_000)
  })
})
