import { expect, it } from "vitest"
import { html } from "../../../../../src/platforms/telegram/Simulator/Markup/Html.ts"

const marked: ReadonlyArray<readonly [string, string, ReadonlyArray<object>]> = [
  ["plain &lt;b&gt; &amp; &quot;&#33;&#x1F600;", 'plain <b> & "!😀', []],
  [
    "<b>bold</b> <i>it</i>",
    "bold it",
    [
      { type: "bold", offset: 0, length: 4 },
      { type: "italic", offset: 5, length: 2 }
    ]
  ],
  [
    "<STRONG>a<em>b</em></STRONG>",
    "ab",
    [
      { type: "bold", offset: 0, length: 2 },
      { type: "italic", offset: 1, length: 1 }
    ]
  ],
  [
    "<u>a</u><ins>b</ins><s>c</s><strike>d</strike><del>e</del>",
    "abcde",
    [
      { type: "underline", offset: 0, length: 1 },
      { type: "underline", offset: 1, length: 1 },
      { type: "strikethrough", offset: 2, length: 1 },
      { type: "strikethrough", offset: 3, length: 1 },
      { type: "strikethrough", offset: 4, length: 1 }
    ]
  ],
  [
    '<a href="https://example.com/?a=1&amp;b=2">x</a>',
    "x",
    [{ type: "text_link", offset: 0, length: 1, url: "https://example.com/?a=1&b=2" }]
  ],
  [
    "<a href='tg://user?id=7001'>Ada</a>",
    "Ada",
    [{ type: "text_mention", offset: 0, length: 3, user: { id: 7001, is_bot: false, first_name: "" } }]
  ],
  ["<a>example.com</a>", "example.com", [{ type: "text_link", offset: 0, length: 11, url: "http://example.com/" }]],
  [
    '<pre><code class="language-ts">let a</code></pre>',
    "let a",
    [{ type: "pre", offset: 0, length: 5, language: "ts" }]
  ],
  ['<code class="language-ts">x</code>', "x", [{ type: "code", offset: 0, length: 1 }]],
  ['😀<span class="tg-spoiler">x</span>', "😀x", [{ type: "spoiler", offset: 2, length: 1 }]],
  [
    "<blockquote expandable>x</blockquote><blockquote>y</blockquote>",
    "xy",
    [
      { type: "expandable_blockquote", offset: 0, length: 1 },
      { type: "blockquote", offset: 1, length: 1 }
    ]
  ],
  [
    '<tg-emoji emoji-id="5368">👍</tg-emoji>',
    "👍",
    [{ type: "custom_emoji", offset: 0, length: 2, custom_emoji_id: "5368" }]
  ],
  ["<b></b>x", "x", []],
  ["a &nbsp; b & c", "a &nbsp; b & c", []]
]

it.each(marked)("%s is read", (source, text, entities) => {
  expect(html(source)).toEqual({ text, entities })
})

const wrong = [
  ["a <p>b</p>", 'Unsupported start tag "p" at byte offset 2'],
  ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
  ["ä <b", "Unclosed start tag at byte offset 3"],
  ['<a href="x', "Unclosed start tag at byte offset 0"],
  ["<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ["<b>a", 'Can\'t find end tag corresponding to start tag "b"'],
  ["a</b>", "Unexpected end tag at byte offset 1"],
  ["<b>a</b", "Unclosed end tag at byte offset 4"],
  ["<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0']
] as const

it.each(wrong)("%s is refused, and why is said", (source, error) => {
  expect(html(source)).toBe(error)
})
