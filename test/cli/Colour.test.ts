import { afterEach, describe, expect, it } from "vitest"
import { of } from "../../src/cli/Colour.ts"

const stream = (isTTY: boolean) => Object.assign(Object.create(process.stdout), { isTTY })
const before = process.env["NO_COLOR"]

describe("Colour", () => {
  afterEach(() => {
    if (before === undefined) delete process.env["NO_COLOR"]
    else process.env["NO_COLOR"] = before
  })

  it.each([
    [true, undefined, "\u001b[32mwell\u001b[0m"],
    [false, undefined, "well"],
    [true, "1", "well"]
  ])("is for a terminal (%j), and not where NO_COLOR is %j", (isTTY, wish, text) => {
    if (wish === undefined) delete process.env["NO_COLOR"]
    else process.env["NO_COLOR"] = wish
    expect(of(stream(isTTY))("green", "well")).toBe(text)
  })
})
