import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { splitMarkdown } from "../../../src/domain/Markdown/Split.ts"
import { type Entity, render } from "../../../src/platforms/telegram/Entities.ts"
import { markdown, noise } from "../../domain/Markdown/markdown.ts"

const rendered = (text: string) => render({ text, format: "markdown" })

/** A rendering as text, with each entity as what it covers. */
const shown = (markdown: string) => {
  const { entities, text } = rendered(markdown)
  return {
    text,
    entities: entities.map(({ length, offset, type, ...more }) =>
      [type, text.slice(offset, offset + length)].concat(
        Object.values(more).map((one) => (typeof one === "string" ? one : String(one.id)))
      )
    )
  }
}

const cases: Readonly<Record<string, readonly [string, string, ReadonlyArray<ReadonlyArray<string>>]>> = {
  "a text without marks": ["hello, *world", "hello, *world", []],
  "spans, one in the other": [
    "**bold _both_** ~~gone~~",
    "bold both gone",
    [
      ["bold", "bold both"],
      ["italic", "both"],
      ["strikethrough", "gone"]
    ]
  ],
  "offsets in UTF-16 units": ["👋🏽 **you**", "👋🏽 you", [["bold", "you"]]],
  "a person who is mentioned, if Telegram can know them": [
    "hi [@Ann](person:7001), and [@Bo](person:7C0E)",
    "hi @Ann, and @Bo",
    [["text_mention", "@Ann", "7001"]]
  ],
  "a heading, which is bold": ["# One **two**\ntext", "One two\ntext", [["bold", "One two"]]],
  "code, which nothing holds": [
    "**a `b` c**",
    "a b c",
    [
      ["bold", "a"],
      ["code", "b"],
      ["bold", " c"]
    ]
  ],
  "a fence with its language": ["```ts x\nlet a\n\n  = 1\n```", "let a\n\n  = 1", [["pre", "let a\n\n  = 1", "ts"]]],
  "a fence under an item": ["- so:\n  ```\n  a\n    b\n  ```\n- end", "• so:\na\n  b\n• end", [["pre", "a\n  b"]]],
  "code in a quote": [
    "> see `x`",
    "see x",
    [
      ["blockquote", "see x"],
      ["code", "x"]
    ]
  ],
  "quotes, which do not nest": ["> one\n> > two", "one\ntwo", [["blockquote", "one\ntwo"]]],
  "a link": ["[here](https://a.example/?a=1&b=2)", "here", [["text_link", "here", "https://a.example/?a=1&b=2"]]],
  "a link around code, which is a link only": [
    "[`x`](https://a.example)",
    "x",
    [["text_link", "x", "https://a.example"]]
  ],
  "a link that says its address": ["<https://a.example> and a@b.example", "https://a.example and a@b.example", []],
  "a link to what no chat can open": [
    "[docs](../docs) [me](mailto:a@b.example)",
    "docs (../docs) me (mailto:a@b.example)",
    []
  ],
  "a link to a neighbour": [
    "[it](http://localhost:80/) [six](http://[::1]/)",
    "it (http://localhost:80/) six",
    [["text_link", "six", "http://[::1]/"]]
  ],
  "a link without words": ["[](https://a.example)", "https://a.example", []],
  "a picture, which is a link": [
    "![cat](https://a.example/c.png) ![](https://a.example/d.png)",
    "cat https://a.example/d.png",
    [["text_link", "cat", "https://a.example/c.png"]]
  ],
  "lists, one under the other": [
    "* one\n  more\n* two\n  1. a\n  1. b\n\n9. nine\n9. ten",
    "• one\n  more\n• two\n  1. a\n  2. b\n\n9. nine\n10. ten",
    []
  ],
  "what is done and what is not": ["- [x] a\n- [ ] b\n- c", "☑ a\n☐ b\n• c", []],
  "a table, in letters of one width": [
    "| a | right |\n|---|--:|\n| **long** | 1 |\n| 表 | 22 |",
    "a    │ right\n─────┼──────\nlong │     1\n表   │    22",
    [["pre", "a    │ right\n─────┼──────\nlong │     1\n表   │    22"]]
  ],
  "tags, letter for letter": ["a <b>c</b>\n\n<div>**d**</div>", "a <b>c</b>\n\n<div>**d**</div>", []],
  "escapes and character references": ["\\*a\\* &lt;&#65;&#x42;&nope;&#0;", "*a* <AB&nope;\ufffd", []],
  "a line across": ["a\n\n***\n\nb", "a\n\n———\n\nb", []],
  "space around it, which is not sent": ["\n\n  **a ** &nbsp; \n", "**a **", []],
  "a quote that ends in space": ["> a&nbsp;\n\nb", "a\u00a0\n\nb", [["blockquote", "a"]]]
}

const inside = (one: Entity, other: Entity) =>
  other.offset >= one.offset && other.offset + other.length <= one.offset + one.length
const apart = (one: Entity, other: Entity) => other.offset >= one.offset + one.length

describe("Entities", () => {
  it.each(Object.entries(cases))("shows %s", (_, [source, text, entities]) => {
    expect(shown(source)).toEqual({ text, entities })
  })

  it("what is plain arrives letter for letter", () => {
    expect(render({ text: " **a** ", format: "plain" })).toEqual({ text: " **a** ", entities: [] })
  })

  it("what reads as nothing is sent as it was written", () => {
    expect(rendered("[a]: https://a.example")).toEqual({ text: "[a]: https://a.example", entities: [] })
  })

  it("what is nested too deep to be read is sent as it was written", () => {
    const deep = ">".repeat(3000)
    expect(rendered(deep)).toEqual({ text: deep, entities: [] })
  })

  it("of more than a hundred entities the first hundred are sent", () => {
    const { entities, text } = rendered("**a** ".repeat(130))
    expect(entities).toHaveLength(100)
    expect(entities.at(-1)).toEqual({ type: "bold", offset: 198, length: 1 })
    expect(text).toHaveLength(259)
  })

  it("entities of anything at all lie in the text, hold each other or are apart, and are as Telegram takes them", () => {
    fc.assert(
      fc.property(fc.oneof(markdown, noise, fc.string({ unit: "grapheme" })), (source) => {
        const { entities, text } = rendered(source)
        for (const [index, one] of entities.entries()) {
          const covered = text.slice(one.offset, one.offset + one.length)
          expect(one.offset).toBeGreaterThanOrEqual(0)
          expect(covered).toHaveLength(one.length)
          expect(covered).toBe(covered.trimEnd())
          expect(covered).not.toBe("")
          for (const other of entities.slice(index + 1)) {
            expect(inside(one, other) || apart(one, other)).toBe(true)
            if (apart(one, other)) continue
            expect(["code", "pre", other.type]).not.toContain(one.type)
            if (one.type !== "blockquote") expect(["code", "pre", "blockquote"]).not.toContain(other.type)
          }
        }
        if (entities.length > 0) expect(text).toBe(text.trim())
        expect(entities.length).toBeLessThanOrEqual(100)
      }),
      { numRuns: 250 }
    )
  })

  it("every part of a long text is shown within a message", () => {
    const whole = fc.sample(markdown, { numRuns: 60, seed: 7 }).join("\n\n")
    const { format, texts } = splitMarkdown(whole, { first: 1024, rest: 4096 })
    expect(texts.length).toBeGreaterThan(3)
    expect(format).toBe("markdown")
    for (const [index, text] of texts.entries()) {
      expect(rendered(text).text.length).toBeLessThanOrEqual(index === 0 ? 1024 : 4096)
    }
  })
})
