import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { split } from "../../src/domain/Split.ts"

const without = (text: string) => text.replace(/\s/g, "")
const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "😀", "é"), maxLength: 300 })

describe("split", () => {
  it("leaves a text alone that fits, the empty one too", () => {
    expect(split("hello", 5)).toEqual(["hello"])
    expect(split("", 5)).toEqual([""])
    expect(split("hello", Number.POSITIVE_INFINITY)).toEqual(["hello"])
  })

  it("cuts after a line, else after a word, else anywhere", () => {
    expect(split("one two\nthree", 9)).toEqual(["one two", "three"])
    expect(split("one two three", 9)).toEqual(["one two", "three"])
    expect(split("aaaaaaaaaaaa", 5)).toEqual(["aaaaa", "aaaaa", "aa"])
  })

  it("does not cut after a word in the first half, which would waste the rest", () => {
    expect(split("a bbbbbbbbbbbb", 10)).toEqual(["a bbbbbbbb", "bbbb"])
  })

  it("gives the first part a limit of its own", () => {
    expect(split("one two three four", 10, 4)).toEqual(["one", "two three", "four"])
    expect(split("one two", 3, 7)).toEqual(["one two"])
  })

  it("adds no empty part when the text ends where it is cut", () => {
    expect(split("aaaa\n", 4)).toEqual(["aaaa"])
  })

  it("never tears a character that is two units long", () => {
    expect(split("a😀😀", 2)).toEqual(["a", "😀", "😀"])
  })

  it.each([1, 0, -5])("comes to an end with a limit of %d, which no platform has", (limit) => {
    expect(split("a😀b", limit).join("")).toBe("a😀b")
  })

  it.prop(
    "keeps every part within the limit, and loses only what it cuts at",
    [text, fc.integer({ min: 2, max: 40 })],
    ([text, limit]) => {
      const parts = split(text, limit)
      expect(parts.every((part) => part.length <= limit)).toBe(true)
      expect(without(parts.join(""))).toBe(without(text))
      // a torn pair cannot be encoded
      for (const part of parts) encodeURIComponent(part)
      expect(text.length - parts.join("").length).toBeLessThanOrEqual(parts.length)
    }
  )
})
