import { FastCheck as fc } from "effect"

const word = fc.constantFrom(
  "one",
  "two",
  "three",
  "a",
  "snake_case",
  "3.14",
  "😀",
  "naïve",
  "AT&T",
  "x<y",
  "(so)",
  "end."
)
const words = fc.array(word, { minLength: 1, maxLength: 12 }).map((all) => all.join(" "))
const code = fc.array(fc.constantFrom("let x = 1", "  return y", "# no heading", "- no item", "", "**", "``", "a|b"), {
  minLength: 1,
  maxLength: 8
})

const span = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 1, arbitrary: words.map((text) => `**${text}**`) },
  { weight: 1, arbitrary: words.map((text) => `_${text}_`) },
  { weight: 1, arbitrary: words.map((text) => `~~${text}~~`) },
  { weight: 1, arbitrary: words.map((text) => `\`${text}\``) },
  { weight: 1, arbitrary: words.map((text) => `[${text}](https://a.example/${text.length})`) },
  { weight: 1, arbitrary: words.map((text) => `**bold _${text}_ bold**`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\\*", "&amp;", "https://b.example/c_d", "a<br>b", "  \nnew", "\nnew", "- ", "1. ", "C#")
  }
)
const line = fc.array(span, { minLength: 1, maxLength: 8 }).map((spans) => spans.join(" ").trim())

const indented = (text: string, by: string) => text.replaceAll("\n", `\n${by}`)
const numbered = (items: ReadonlyArray<string>, start: number) =>
  items.map((item, index) => `${start + index}. ${indented(item, "    ")}`).join("\n")
const bulleted = (items: ReadonlyArray<string>) => items.map((item) => `- ${indented(item, "  ")}`).join("\n")
const fenced = ([lang, lines]: readonly [string, ReadonlyArray<string>]) => `\`\`\`${lang}\n${lines.join("\n")}\n\`\`\``
const fence = fc.tuple(fc.constantFrom("", "ts", "python"), code).map(fenced)

const cell = fc.constantFrom("a", "long cell", "`x`", "**b**", "表格", "")
const table = fc
  .tuple(fc.constantFrom("---", ":-:", "--:"), fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 9 }))
  .map(([rule, rows]) =>
    [`| head | of it |`, `| ${rule} | --- |`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n")
  )

const item = fc.oneof(
  { weight: 4, arbitrary: line },
  {
    weight: 1,
    arbitrary: fc
      .tuple(line, fc.array(line, { minLength: 1, maxLength: 3 }))
      .map(([text, items]) => `${text}\n${bulleted(items)}`)
  },
  { weight: 1, arbitrary: fc.tuple(line, fence).map(([text, block]) => `${text}\n\n${block}`) }
)
const items = fc.array(item, { minLength: 1, maxLength: 6 })

const block = fc.oneof(
  { weight: 3, arbitrary: line },
  { weight: 1, arbitrary: line.map((text) => `## ${text.replaceAll(/\s+/g, " ")}`) },
  { weight: 1, arbitrary: fence },
  { weight: 1, arbitrary: items.map(bulleted) },
  {
    weight: 1,
    arbitrary: fc.tuple(items, fc.integer({ min: 1, max: 90 })).map(([all, start]) => numbered(all, start))
  },
  {
    weight: 1,
    arbitrary: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => `> ${indented(lines.join("\n\n"), "> ")}`)
  },
  { weight: 1, arbitrary: table },
  { weight: 1, arbitrary: fc.constant("---") }
)

/** Markdown as people and models write it: every kind of block, with every kind of span in it. */
export const markdown = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => blocks.join("\n\n"))

/** Anything made of what markdown is made of. */
export const noise = fc
  .array(
    fc.constantFrom(
      ..."*_`~[]()<>#-+=|!\\&;:.1\n\n\n  \tab😀".split(/(?:)/u),
      "```",
      "    ",
      "- ",
      "> ",
      "|-|",
      "&amp;",
      "http://a.b"
    ),
    {
      maxLength: 120
    }
  )
  .map((all) => all.join(""))
