import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Raw from "./RawClient.ts"

const chat_id = 7001

const says = (args: object) =>
  Raw.withSimulator({ conversations: ["chat:7001"] }, () => Raw.call("sendMessage", { chat_id, ...args }))

describe("entities", () => {
  it.scoped("stay on what they mark when the text is trimmed", () =>
    Effect.map(
      says({
        text: "  one two  ",
        entities: [
          { type: "italic", offset: 6, length: 5 },
          { type: "pre", offset: 2, length: 3, language: "ts" },
          { type: "mention", offset: 0, length: 11 }
        ]
      }),
      ({ result }) =>
        expect(result).toMatchObject({
          text: "one two",
          entities: [
            { type: "pre", offset: 0, length: 3, language: "ts" },
            { type: "italic", offset: 4, length: 3 }
          ]
        })
    )
  )

  const misplaced = [
    [{ offset: -1, length: 1 }, "receive an entity with incorrect offset -1"],
    [{ offset: 0, length: -1 }, "receive an entity with incorrect length -1"],
    [{ offset: 9, length: 1 }, "entity begins after the end of the text at UTF-16 offset 9"],
    [
      { offset: 2, length: 9 },
      "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11"
    ],
    [{ offset: 1, length: 2 }, "entity begins in a middle of a UTF-16 symbol at byte offset 4"],
    [
      { offset: 3, length: 2 },
      "entity beginning at UTF-16 offset 3 ends in a middle of a UTF-16 symbol at byte offset 10"
    ]
  ] as const
  it.scoped.each(misplaced)("at %j of 😀a b😀 are refused", ([place, error]) =>
    Effect.map(
      says({ text: place.offset === 3 ? "😀ab😀" : "😀a b😀", entities: [{ type: "bold", ...place }] }),
      (answer) => expect(answer).toMatchObject({ status: 400, description: `Bad Request: ${error}` })
    )
  )

  it.scoped("count for nothing beside a mode", () =>
    Effect.map(
      says({ text: "<b>x</b>", parse_mode: "html", entities: [{ type: "italic", offset: 0, length: 99 }] }),
      ({ result }) => expect(result).toMatchObject({ text: "x", entities: [{ type: "bold", offset: 0, length: 1 }] })
    )
  )
})

describe("markup", () => {
  it.scoped("that cannot be read is refused in words that begin alike", () =>
    Effect.gen(function* () {
      for (const [text, parse_mode, error] of [
        ["<b>x", "HTML", 'Can\'t find end tag corresponding to start tag "b"'],
        ["a.b", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"],
        ["_x", "Markdown", "Can't find end of the entity starting at byte offset 0"]
      ]) {
        expect((yield* says({ text, parse_mode })).description).toBe(`Bad Request: can't parse entities: ${error}`)
      }
    })
  )

  it.scoped("of the first kind knows four marks", () =>
    Effect.map(
      says({ text: "*b* _i_ `c` [x](https://a.org/) ```\np``` 1.5 \\* a_b_", parse_mode: "Markdown" }),
      ({ result }) =>
        expect(result).toMatchObject({
          text: "b i c x p 1.5 * ab",
          entities: [
            { type: "bold", offset: 0, length: 1 },
            { type: "italic", offset: 2, length: 1 },
            { type: "code", offset: 4, length: 1 },
            { type: "text_link", offset: 6, length: 1, url: "https://a.org/" },
            { type: "pre", offset: 8, length: 1 },
            { type: "italic", offset: 17, length: 1 }
          ]
        })
    )
  )
})
