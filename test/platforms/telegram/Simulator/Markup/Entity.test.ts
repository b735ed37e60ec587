import { FastCheck } from "effect"
import { expect, it } from "vitest"
import { link } from "../../../../../src/platforms/telegram/Simulator/Markup/Entity.ts"
import { withFound } from "../../../../../src/platforms/telegram/Simulator/Markup/Found.ts"
import { html } from "../../../../../src/platforms/telegram/Simulator/Markup/Html.ts"
import { markdown } from "../../../../../src/platforms/telegram/Simulator/Markup/Markdown.ts"
import { markdownV2 } from "../../../../../src/platforms/telegram/Simulator/Markup/MarkdownV2.ts"

const pieces = FastCheck.constantFrom(
  ..."* _ ~ ` [ ] ( ) > | ! \\ < & ; ``` || __ <b> </b> </a> <pre> &amp; &#1; 😀 ä a /x @name".split(" "),
  "\n",
  " ",
  '<a href="'
)
const source = FastCheck.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""))

it.each([
  ["HTML", html],
  ["MarkdownV2", markdownV2],
  ["Markdown", markdown]
] as const)("whatever is written in %s is refused, or marked within its text", (_, read) =>
  FastCheck.assert(
    FastCheck.property(source, (written) => {
      const formatted = read(written)
      if (typeof formatted === "string") return formatted !== ""
      const { entities, text } = formatted
      return withFound(text, entities).every(
        ({ length, offset }) => offset >= 0 && length > 0 && offset + length <= text.length
      )
    }),
    { numRuns: 2000 }
  )
)

it("a link is an address, or no link", () => {
  expect(link("example.com")).toEqual({ type: "text_link", url: "http://example.com/" })
  expect(link("tg://resolve?domain=x")).toEqual({ type: "text_link", url: "tg://resolve?domain=x" })
  for (const url of ["", "javascript:alert(1)", "http://", "ftp://a.org"]) {
    expect(link(url)).toBeUndefined()
  }
})
