import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { lex, read } from "../../../src/domain/Markdown.ts"
import { splitMarkdown } from "../../../src/domain/Markdown/Split.ts"
import { markdown, noise } from "./markdown.ts"

const readText = (text: string) => read(lex(text)).text.trim()
const words = (text: string) => text.replace(/[\s─│┼]/g, "")

const limits = fc.record({ first: fc.integer({ min: 60, max: 200 }), rest: fc.integer({ min: 120, max: 400 }) })

/** Splits, and holds the parts to all that is promised of them; gives the format of the parts. */
const kept = (text: string, room: { readonly first: number; readonly rest: number }) => {
  const { format, texts } = splitMarkdown(text, room)
  const readParts = texts.map(format === "plain" ? (part) => part : readText)
  for (const [index, part] of texts.entries()) {
    const limit = index === 0 ? room.first : room.rest
    expect(part.length).toBeLessThanOrEqual(limit)
    expect(readParts[index]?.length).toBeLessThanOrEqual(limit)
    // a torn pair cannot be encoded
    encodeURIComponent(part)
  }
  if (readText(text) !== "") expect(words(readParts.join(""))).toBe(words(readText(text)))
  return { format, texts }
}

const split = (text: string, limit: number, first = limit): ReadonlyArray<string> => {
  const { format, texts } = kept(text, { first, rest: limit })
  expect(format).toBe("markdown")
  return texts
}

describe("splitMarkdown", () => {
  it("a text that fits is left as it is, whatever is in it", () => {
    expect(split("**bold", 10)).toEqual(["**bold"])
    expect(split("", 10)).toEqual([""])
    expect(split("|a|\n|-|\n|b|", Number.POSITIVE_INFINITY)).toEqual(["|a|\n|-|\n|b|"])
  })

  it("blocks are kept whole where a part holds them", () => {
    expect(split("one two three\n\nfour five six\n\nseven", 24)).toEqual(["one two three", "four five six\n\nseven"])
    expect(split("intro\n\n```\na\nb\n```\n\nend", 18)).toEqual(["intro\n\n```\na\nb\n```", "end"])
  })

  it("a fence longer than a part is closed, and opened again with its language", () => {
    expect(split("```ts\nlet a = 1\nlet b = 2\nlet c = 3\n```", 32)).toEqual([
      "```ts\nlet a = 1\nlet b = 2\n```",
      "```ts\nlet c = 3\n```"
    ])
  })

  it("a fence in a fence keeps the outer one the longer", () => {
    expect(split("````md\n```ts\nlet a = 1\n```\nafter it\n````", 34)).toEqual([
      "````md\n```ts\nlet a = 1\n```\n````",
      "````md\nafter it\n````"
    ])
  })

  it("a line of code longer than a part is torn, but no character of it", () => {
    expect(split("```\n😀😀😀😀😀\n```", 15)).toEqual(["```\n😀😀😀\n```", "```\n😀😀\n```"])
  })

  it("a span goes to the next part whole", () => {
    expect(split("one two **three four** five", 20)).toEqual(["one two", "**three four** five"])
    expect(split("one [two three](https://a.example) four", 34)).toEqual([
      "one",
      "[two three](https://a.example)",
      "four"
    ])
    expect(split("one two `three four` five", 20)).toEqual(["one two", "`three four` five"])
  })

  it("a span longer than a part is closed and opened again", () => {
    expect(split("**one two three four five**", 16)).toEqual(["**one two**", "**three four**", "**five**"])
    expect(split("_one **two three** four_", 18)).toEqual(["_one_", "_**two three**_", "_four_"])
    expect(split("`one two three four`", 13)).toEqual(["`one two`", "`three four`"])
  })

  it("items keep their numbers", () => {
    expect(split("9. nine\n10. ten\n11. eleven\n12. twelve", 20)).toEqual([
      "9. nine\n10. ten",
      "11. eleven",
      "12. twelve"
    ])
    expect(split("1. one\n1. two\n1. three", 15)).toEqual(["1. one\n2. two", "3. three"])
  })

  it("what belongs to an item stays under it, and an item longer than a part goes on without a number", () => {
    expect(split("1. one\n   - a\n   - b\n2. two\n   - c", 22)).toEqual(["1. one\n   - a\n   - b", "2. two\n   - c"])
    expect(split("1. one two three four\n2. five", 14)).toEqual(["1. one two", "three four", "2. five"])
  })

  it("a quote goes on as a quote", () => {
    expect(split("> one two three four\n> five six", 18)).toEqual(["> one two three", "> four\n> five six"])
  })

  it("a table goes on under an empty head, and never reads longer than a part", () => {
    const table = "| a | b |\n|---|---|\n| 1 | a long cell |\n| 2 | y |\n| 3 | z |"
    expect(split(table, 45)).toEqual([
      "| a | b |\n|---|---|\n| 1 | a long cell |",
      "| | |\n|---|---|\n| 2 | y |\n| 3 | z |"
    ])
  })

  it("what reads longer than it is written is split although its source would fit", () => {
    const table = `|a|b|\n|-|-|\n|${"x".repeat(30)}|1|\n${"|y|2|\n".repeat(8)}`
    expect(table.length).toBeLessThan(110)
    expect(split(table, 110).length).toBeGreaterThan(1)
  })

  it("what would begin a list or a heading, in the middle of a text, does not", () => {
    expect(split("one two three - four # five", 14)).toEqual(["one two three", "\\- four # five"])
    expect(split("the answer is 42. No doubt", 14)).toEqual(["the answer is", "42\\. No doubt"])
  })

  it("addresses that are defined elsewhere are defined where they are needed", () => {
    expect(
      split("see [one][a] there\n\nand [two][b] here\n\n[a]: https://a.example\n[b]: https://b.example", 80)
    ).toEqual(["see [one][a] there\n\n[a]: https://a.example", "and [two][b] here\n\n[b]: https://b.example"])
  })

  it("a caption holds less than what comes after it", () => {
    expect(split("one two three four five six", 20, 10)).toEqual(["one two", "three four five six"])
  })

  it("what cannot be torn is told as people read it", () => {
    const { format, texts } = kept(`[a](https://a.example/${"x".repeat(80)}) b c`, { first: 40, rest: 40 })
    expect({ format, texts }).toEqual({ format: "plain", texts: ["a b c"] })
  })

  it("a text that is nested too deep to be read is split as it stands", () => {
    const deep = ">".repeat(3000)
    expect(splitMarkdown(deep, { first: 2048, rest: 2048 })).toMatchObject({ format: "plain" })
  })

  it("a paragraph of marks without end is not read, since that takes the square of their number", () => {
    const marks = "_a*".repeat(20_000)
    expect(splitMarkdown(marks, { first: 4096, rest: 4096 })).toMatchObject({ format: "plain" })
  })

  it("more items than anybody reads are split as they stand: reading them would hold up everything else", () => {
    const format = (text: string) => splitMarkdown(text, { first: 4096, rest: 4096 }).format
    for (const item of ["- a\n", "> - a\n", "1. a\n", "a\n\n", "|a|b|\n"]) {
      expect(format(item.repeat(10_000)), item).toBe("plain")
      expect(format(item.repeat(1000)), item).toBe("markdown")
    }
    expect(format(`\`\`\`diff\n${"- gone\n\n+ there\n".repeat(2000)}\`\`\``)).toBe("markdown")
    expect(format(`~~~~\n${"- gone\n```\n+ there\n".repeat(2000)}~~~~`)).toBe("markdown")
  })

  it("space without end is split, and takes no square of its length", () => {
    const space = " ".repeat(200_000)
    for (const text of [`${space}x`, `- a${space}x`, `a${space}x${space}`, `\`\`\`\n${space}x\n\`\`\``])
      expect(splitMarkdown(text, { first: 4096, rest: 4096 }).texts.every(({ length }) => length <= 4096)).toBe(true)
  })

  it("parts of what people write are within their limits, close what they open, and read as the whole does", () => {
    fc.assert(
      fc.property(markdown, limits, (text, room) => {
        for (const part of kept(text, room).texts) expect([...part.matchAll(/^[ >]*```/gm)].length % 2).toBe(0)
      }),
      { numRuns: 200 }
    )
  })

  it("what people write stays markdown", () => {
    for (const text of fc.sample(markdown, { numRuns: 150, seed: 3 })) {
      expect(kept(text, { first: 80, rest: 150 }).format).toBe("markdown")
    }
  })

  it("parts of anything at all are within their limits, and read as the whole does", () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 12, max: 60 }), (text, limit) => {
        kept(text, { first: limit, rest: limit })
      }),
      { numRuns: 400 }
    )
  })
})
