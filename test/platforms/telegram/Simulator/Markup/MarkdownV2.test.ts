import { expect, it } from "vitest"
import { markdownV2 } from "../../../../../src/platforms/telegram/Simulator/Markup/MarkdownV2.ts"

const marked: ReadonlyArray<readonly [string, string, ReadonlyArray<object>]> = [
  ["plain, \\*really\\* \\\\", "plain, *really* \\", []],
  [
    "*bold _it_*",
    "bold it",
    [
      { type: "bold", offset: 0, length: 7 },
      { type: "italic", offset: 5, length: 2 }
    ]
  ],
  [
    "__u__ ~s~ ||sp||",
    "u s sp",
    [
      { type: "underline", offset: 0, length: 1 },
      { type: "strikethrough", offset: 2, length: 1 },
      { type: "spoiler", offset: 4, length: 2 }
    ]
  ],
  [
    "[x](https://example.com/a\\)b)",
    "x",
    [{ type: "text_link", offset: 0, length: 1, url: "https://example.com/a)b" }]
  ],
  [
    "[Ada](tg://user?id=7001)",
    "Ada",
    [{ type: "text_mention", offset: 0, length: 3, user: { id: 7001, is_bot: false, first_name: "" } }]
  ],
  ["![👍](tg://emoji?id=5368)", "👍", [{ type: "custom_emoji", offset: 0, length: 2, custom_emoji_id: "5368" }]],
  ["`a.b*c`", "a.b*c", [{ type: "code", offset: 0, length: 5 }]],
  ["```ts\nlet a = 1.5\n```", "let a = 1.5\n", [{ type: "pre", offset: 0, length: 12, language: "ts" }]],
  ["```\nx\n```", "x\n", [{ type: "pre", offset: 0, length: 2 }]],
  [">one\n>two\nthree", "one\ntwo\nthree", [{ type: "blockquote", offset: 0, length: 8 }]],
  [">one\n>two||", "one\ntwo", [{ type: "expandable_blockquote", offset: 0, length: 7 }]],
  [">one||\ntwo", "one\ntwo", [{ type: "expandable_blockquote", offset: 0, length: 4 }]],
  ["**x", "x", []],
  [
    "_a_**__b__",
    "ab",
    [
      { type: "italic", offset: 0, length: 1 },
      { type: "underline", offset: 1, length: 1 }
    ]
  ]
]

it.each(marked)("%s is read", (source, text, entities) => {
  expect(markdownV2(source)).toEqual({ text, entities })
})

const wrong = [
  ["a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"],
  ["a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"],
  ["a | b", "Character '|' is reserved and must be escaped with the preceding '\\'"],
  ["a!", "Character '!' is reserved and must be escaped with the preceding '\\'"],
  ["ä *b", "Can't find end of Bold entity at byte offset 3"],
  ["_a", "Can't find end of Italic entity at byte offset 0"],
  ["___a__", "Can't find end of Underline entity at byte offset 4"],
  ["a `b", "Can't find end of Code entity at byte offset 2"],
  ["```b", "Can't find end of Pre entity at byte offset 0"],
  ["[x](https://a", "Can't find end of a URL at byte offset 4"],
  ["![x]", "The entity must contain a tg://emoji or tg://time URL"],
  ["![x](https://a)", "Invalid tg://emoji or tg://time URL specified"],
  [">a *b\nc", "Can't find end of Bold entity at byte offset 3"]
] as const

it.each(wrong)("%s is refused, and why is said", (source, error) => {
  expect(markdownV2(source)).toBe(error)
})
