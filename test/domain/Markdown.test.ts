import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { lex, read } from "../../src/domain/Markdown.ts"
import { markdown, noise } from "./Markdown/markdown.ts"

const rendered = (text: string) => read(lex(text))

describe("Markdown", () => {
  it("blocks stand as far apart as they were written", () => {
    expect(rendered("# a\nb\n- c\n\n\n\nd\n\n---\n> e").text).toBe("a\nb\n• c\n\nd\n\n———\ne")
  })

  it("outer spans come before inner ones, even of the same stretch", () => {
    expect(rendered("> **_a_**").spans.map(({ kind }) => kind)).toEqual(["quote", "bold", "italic"])
  })

  it("items of a deep list stay within a narrow screen", () => {
    const deep = Array.from({ length: 12 }, (_, depth) => `${"  ".repeat(depth)}- ${depth}`).join("\n")
    const lines = rendered(deep).text.split("\n")
    expect(lines[2]).toBe("    • 2")
    expect(lines.at(-1)).toBe(`${" ".repeat(14)}• 11`)
  })

  it("definitions are not read, and what they define is", () => {
    expect(rendered("[a] [b][A] [c][x]\n\n[a]: https://a.example 'title'")).toMatchObject({
      text: "a b [c][x]",
      spans: [{ kind: "link", url: "https://a.example" }, { kind: "link" }]
    })
  })

  it("what draws a table is left out where nothing stands in its head", () => {
    expect(rendered("| | |\n|-|:-:|\n| a | b |\n| cc |").text).toBe("a  │ b\ncc │")
  })

  it("without tables and lists, no text is longer than its source", () => {
    fc.assert(
      fc.property(fc.oneof(markdown, noise), (text) => {
        if (/^(?=.*[|:])(?=.*-)[ \t>|:-]+$|^\s*(?:[-*+]|\d+[.)])\s/m.test(text)) return
        expect(rendered(text).text.trim().length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 }
    )
  })

  it("a list grows by less than 24 units a line", () => {
    fc.assert(
      fc.property(fc.oneof(markdown, noise), (text) => {
        if (/^(?=.*[|:])(?=.*-)[ \t>|:-]+$/m.test(text)) return
        expect(rendered(text).text.trim().length).toBeLessThan(text.length + 24 * text.split("\n").length)
      }),
      { numRuns: 500 }
    )
  })
})
