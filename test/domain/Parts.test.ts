import { describe, expect, it } from "@effect/vitest"
import type { Content } from "../../src/domain/Message.ts"
import { parts, type Room } from "../../src/domain/Parts.ts"

const room: Room = { limits: { text: 10, caption: 5 }, media: ["image"], buttons: true }
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
    const deaf = { limits: { text: 100, caption: 100 }, media: [], buttons: true }
    expect(parts({ ...picture, text: "look:" }, deaf)).toEqual([
      { text: "look:\nhttps://a.example/b.png", format: "plain" }
    ])
    expect(parts(recording, deaf)).toEqual([{ text: "[hello.ogg]", format: "plain" }])
  })

  it("markdown beside something to show is torn where it can be, and its marks go with both halves", () => {
    const captioned = { limits: { text: 40, caption: 16 }, media: ["image"], buttons: true } as const
    expect(parts({ ...picture, format: "markdown", text: "**one two three four**" }, captioned)).toEqual([
      { text: "**one two**", format: "markdown", media: picture.media },
      { text: "**three four**", format: "markdown" }
    ])
  })

  it("what is shown comes even with a text that says nothing", () => {
    const blank = parts({ ...picture, format: "markdown", text: " ".repeat(12) }, room)
    expect(blank[0]).toMatchObject({ media: picture.media })
  })

  it("marks mean nothing in what is plain", () => {
    expect(parts({ text: "**one two** three", format: "plain" }, room).map(({ text }) => text)).toEqual([
      "**one two*",
      "* three"
    ])
  })
})
