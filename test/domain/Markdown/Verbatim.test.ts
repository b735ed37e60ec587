import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { lex, read } from "../../../src/domain/Markdown.ts"
import { verbatim } from "../../../src/domain/Markdown/Verbatim.ts"

const told = (text: string) => read(lex(verbatim(text)))

describe("verbatim", () => {
  it("what marks something elsewhere marks nothing, and reads as it stands", () => {
    for (const text of [
      "2 * 3 * 4 = 24",
      "**bold** _it_ ~~gone~~ `code`",
      "[a](https://b.example) <i> &amp; \\n",
      "# no title",
      "> no quote",
      "- no item\n- nor this",
      "+ nor this",
      "1. no list\n2) nor this",
      "snake_case_name"
    ]) {
      const { spans, text: read } = told(text)
      expect(read.trim(), text).toBe(text)
      expect(spans, text).toEqual([])
    }
  })

  it("any one line without indent reads as it stands", () => {
    const line = FastCheck.string({
      unit: FastCheck.constantFrom(..."ab1 *_~`[]()<>#+-.!|&;:/\\{}=\"'".split("")),
      maxLength: 30
    })
    FastCheck.assert(
      FastCheck.property(line, (text) => {
        FastCheck.pre(text === text.trim() && text !== "")
        expect(told(text).text.trim()).toBe(text)
      }),
      { numRuns: 300 }
    )
  })
})
