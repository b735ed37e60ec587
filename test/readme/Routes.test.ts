import { describe, expect, it } from "@effect/vitest"
import { Either } from "effect"
import * as Routes from "../../src/cli/Handlers/Routes.ts"
import { blocks, lines, quoted, rows } from "./Readme.ts"

const kinds = ["echo", "exec", "llm", "webhook"]
const heading = "## Which handler answers what"

describe("the README's routes", () => {
  it("are routes as they stand there", () => {
    const all = blocks("ini")
      .flatMap(lines)
      .filter((line) => line.startsWith("HOLDFAST_ROUTES="))
    expect(all.length).toBeGreaterThan(0)
    for (const line of all) {
      const [, text = ""] = /^HOLDFAST_ROUTES=(.+)$/.exec(line) ?? []
      expect(Either.getOrThrow(Routes.parse(text, kinds)).length).toBeGreaterThan(1)
    }
  })

  it("have the conditions of its table", () => {
    const conditions = rows(heading).flatMap(([condition = ""]) => quoted(condition))
    expect(conditions.length).toBeGreaterThan(10)
    for (const condition of conditions)
      expect(Routes.parse(`${condition}=echo`, kinds), condition).toMatchObject({ _tag: "Right" })
  })
})
