import { describe, expect, it } from "@effect/vitest"
import type { Content } from "../../src/domain/Message.ts"
import { listing } from "../../src/domain/Buttons.ts"
import { parts, type Room } from "../../src/domain/Parts.ts"

const grid = { columns: 2, rows: 2, buttons: 4 }
const room: Room = { limits: { text: 10, caption: 5 }, media: ["image"], buttons: grid }
const picture: Content = {
  text: "",
  format: "plain",
  media: { kind: "image", source: { _tag: "Url", url: "https://a.example/b.png" } }
}
const recording: Content = {
  text: "",
  format: "plain",
  media: { kind: "voice", source: { _tag: "Bytes", bytes: new Uint8Array(3) }, name: "hello.ogg" }
}

describe("parts", () => {
  it("a text is split at the limit for texts", () => {
    expect(parts({ text: "one two three", format: "markdown" }, room)).toEqual([
      { text: "one two", format: "markdown" },
      { text: "three", format: "markdown" }
    ])
  })

  it("what is shown comes once, with the first words, and the rest is no caption any more", () => {
    expect(parts({ ...picture, text: "four five six seven" }, room)).toEqual([
      { text: "four", format: "plain", media: picture.media },
      { text: "five six", format: "plain" },
      { text: "seven", format: "plain" }
    ])
  })

  it("something to show needs no words", () => {
    expect(parts(picture, room)).toEqual([picture])
  })

  it("what a platform cannot show is told by its address, or by its name", () => {
    const deaf = { limits: { text: 100, caption: 100 }, media: [], buttons: grid }
    expect(parts({ ...picture, text: "look:" }, deaf)).toEqual([
      { text: "look:\nhttps://a.example/b.png", format: "plain" }
    ])
    expect(parts(recording, deaf)).toEqual([{ text: "[hello.ogg]", format: "plain" }])
  })

  it("markdown beside something to show is torn where it can be, and its marks go with both halves", () => {
    const captioned = { limits: { text: 40, caption: 16 }, media: ["image"], buttons: grid } as const
    expect(parts({ ...picture, format: "markdown", text: "**one two three four**" }, captioned)).toEqual([
      { text: "**one two**", format: "markdown", media: picture.media },
      { text: "**three four**", format: "markdown" }
    ])
  })

  it("what is shown comes even with a text that says nothing", () => {
    const blank = parts({ ...picture, format: "markdown", text: " ".repeat(12) }, room)
    expect(blank[0]).toMatchObject({ media: picture.media })
  })

  it("no part says nothing, but for the first, which shows something", () => {
    const text = `one${"\n".repeat(50)}two`
    expect(parts({ text, format: "plain" }, room).map(({ text }) => text.trim())).toEqual(["one", "two"])
    const shown = parts({ ...picture, text: `${" ".repeat(50)}two` }, room)
    expect(shown.map(({ media, text }) => [media !== undefined, text.trim()])).toEqual([
      [true, ""],
      [false, "two"]
    ])
    expect(parts({ text: " ".repeat(50), format: "plain" }, room)).toHaveLength(1)
  })

  it("marks mean nothing in what is plain", () => {
    expect(parts({ text: "**one two** three", format: "plain" }, room).map(({ text }) => text)).toEqual([
      "**one two*",
      "* three"
    ])
  })

  const rows = (...labels: ReadonlyArray<string>): NonNullable<Content["buttons"]> =>
    labels.map((label) => [{ _tag: "Press", label, data: label }])
  const wide: Room = { limits: { text: 40, caption: 20 }, media: ["image"], buttons: grid }
  const told = (content: Content, within = wide) =>
    parts(content, within).map(({ buttons, text }) => (buttons === undefined ? text : `${text} [${buttons.length}]`))
  /** each as a platform says it that takes no buttons after all */
  const longest = (content: Content) => Math.max(...parts(content, wide).map((part) => listing(part).text.length))

  it("buttons stand below the last words", () => {
    expect(told({ text: "sure?", format: "plain", buttons: rows("yes", "no") })).toEqual(["sure? [2]"])
    expect(
      told({ text: "one two three four five six seven eight nine", format: "plain", buttons: rows("yes") })
    ).toEqual(["one two three four five six seven eight", "nine [1]"])
  })

  it("labels that are told in place of buttons are split as a long text is", () => {
    const content: Content = { text: "which one do you want?", format: "plain", buttons: rows("one", "two", "three") }
    const split = ["which one do you want?\n• one\n• two", "• three"]
    expect(told(content)).toEqual(split)
    expect(told(content, { ...wide, buttons: false })).toEqual(split)
  })

  it("a text that is nearly full leaves room for the labels, in case its buttons are not taken after all", () => {
    const text = "which one do you want today, dear?"
    for (const format of ["plain", "markdown"] as const) {
      const content: Content = { text, format, buttons: rows("one", "two") }
      expect(told(content).join(" ")).toBe(`${text} [2]`)
      expect(told(content).length).toBe(2)
      expect(longest(content)).toBeLessThanOrEqual(40)
    }
  })

  it("and so does one beside something to show", () => {
    const content: Content = { ...picture, text: "a picture of a cat", buttons: rows("ok") }
    expect(parts(content, wide)).toEqual([
      { text: "a picture of a", format: "plain", media: picture.media },
      { text: "cat", format: "plain", buttons: content.buttons }
    ])
  })

  it("where labels take more than half of a message, buttons are believed in", () => {
    const content: Content = { ...picture, text: "a cat, asleep", buttons: rows("a long label") }
    expect(told(content)).toEqual(["a cat, asleep [1]"])
  })
})
