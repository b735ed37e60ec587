import { Lexer, type MarkedToken, type Token, type Tokens } from "marked"
import { personOf } from "./Markdown/Mentions.ts"
import { type Mark, Page, type Span } from "./Markdown/Page.ts"
import { table } from "./Markdown/Table.ts"

export type { Mark, Span } from "./Markdown/Page.ts"

/** A markdown text as people read it, and how its stretches are shown: outer spans before inner ones. */
export interface Rendered {
  readonly text: string
  readonly spans: ReadonlyArray<Span>
}

/** Without extensions there are no other tokens. */
export const isMarked = (_token: Token): _token is MarkedToken => true

/** Reading takes the square of how many marks a paragraph has that may begin or end something; nobody writes so many. */
const mostMarks = 1000

class Reader extends Lexer {
  override inline(source: string, tokens?: Array<Token>): Array<Token> {
    const marks = source.length > mostMarks ? source.replace(/[^*_~`[\]<]+/g, "").length : 0
    if (marks > mostMarks) throw new RangeError(`a paragraph with ${marks} marks is not read`)
    return super.inline(source, tokens)
  }
}

/** So many items and paragraphs are read in a few hundredths of a second, and while one text is read nothing else happens. */
const mostBlocks = 2000

/** What begins a block, outside of code: an item of a list, a row of a table, or what stands below an empty line. */
const [begins, fence] = [/^[\s>]*(?:(?:[-*+]|\d+[.)])\s|\||$)/, /^[\s>]*(`{3,}|~{3,})/]

/** How many blocks a text has, or a few more. */
const blocksOf = (markdown: string): number => {
  // each takes a mark and a line's end
  if (markdown.length < 2 * mostBlocks) return 0
  let [count, open] = [0, ""]
  for (const line of markdown.split("\n")) {
    const [, marks = ""] = fence.exec(line) ?? []
    if (open !== "" && marks.startsWith(open)) open = ""
    else if (open === "" && marks !== "") open = marks
    else if (open === "" && begins.test(line)) count += 1
  }
  return count
}

/** The blocks of a markdown text; joined, their sources are that text. Throws where reading it would take too long or too deep. */
export const lex = (markdown: string): ReadonlyArray<MarkedToken> => {
  const blocks = blocksOf(markdown)
  if (blocks > mostBlocks) throw new RangeError(`a text of ${blocks} blocks is not read`)
  return new Reader().lex(markdown).filter(isMarked)
}

const named = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"]
])

const letter = (code: number): string =>
  code === 0 || code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff) ? "\ufffd" : String.fromCodePoint(code)

const reference = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]+));/g

const unescaped = (text: string): string =>
  text.includes("&")
    ? text.replace(reference, (source, decimal?: string, hex?: string, name = "") => {
        if (decimal !== undefined) return letter(Number(decimal))
        return hex === undefined ? (named.get(name) ?? source) : letter(Number.parseInt(hex, 16))
      })
    : text

/** The space that a source ends with. */
export const ending = (source: string): string => source.slice(source.trimEnd().length)

/** What stands between a block and the next: no more than stood there, so that no text grows by being read. */
const gapAfter = (raw: string): string => (/\n[ \t]*\n/.test(ending(raw)) ? "\n\n" : "\n")

/** What a chat can open: somewhere on the net, or in Telegram itself; a host without a dot is a neighbour's. */
const openable = (href: string): boolean =>
  /^tg:\/\//i.test(href) || (/^https?:\/\//i.test(href) && URL.canParse(href) && /[.:]/.test(new URL(href).hostname))

const plain = (tokens: ReadonlyArray<Token>): string => {
  const page = new Page()
  inlines(page, tokens)
  return page.text
}

/** An address that nothing can open from a chat is told, unless it stands elsewhere in the text. */
const linked = (page: Page, { href, raw }: Tokens.Link | Tokens.Image, label: string, body: () => void): void => {
  const inline = raw.endsWith(")")
  if (label.trim() === "") return page.write(inline ? href : label)
  if (label === href || `mailto:${label}` === href) return body()
  const person = personOf(href)
  if (person !== undefined) return page.within({ kind: "mention", person }, body)
  if (openable(href)) return page.within({ kind: "link", url: href }, body)
  body()
  if (inline && href !== "") page.write(` (${href})`)
}

const inlines = (page: Page, tokens: ReadonlyArray<Token>): void => {
  for (const token of tokens) if (isMarked(token)) inline(page, token)
}

const inline = (page: Page, token: MarkedToken): void => {
  const marked = (kind: Mark["kind"], tokens: ReadonlyArray<Token>) =>
    page.within({ kind }, () => inlines(page, tokens))
  switch (token.type) {
    case "strong":
      return marked("bold", token.tokens)
    case "em":
      return marked("italic", token.tokens)
    case "del":
      return marked("strikethrough", token.tokens)
    case "codespan":
      return page.code({ kind: "code" }, token.text)
    case "link":
      if (token.autolink === true) return inlines(page, token.tokens)
      return linked(page, token, plain(token.tokens), () => inlines(page, token.tokens))
    case "image":
      return linked(page, token, token.text, () => page.write(token.text))
    case "br":
      return page.write("\n")
    case "checkbox":
      return page.write(token.checked ? "☑ " : "☐ ")
    case "text":
      return token.tokens === undefined ? page.write(unescaped(token.text)) : inlines(page, token.tokens)
    case "escape":
    case "html":
      return page.write(token.text.trimEnd())
  }
}

const list = (page: Page, { items, ordered, start }: Tokens.List): void => {
  let gap = ""
  for (const [index, item] of items.entries()) {
    page.write(gap)
    const marker = ordered ? `${Number(start) + index}. ` : item.task ? "" : "• "
    page.write(marker)
    page.indented(marker === "" ? 2 : marker.length, () => blocks(page, item.tokens))
    gap = gapAfter(item.raw)
  }
}

const preformatted = (page: Page, text: string, language?: string): void => {
  page.line()
  page.code({ kind: "pre", ...(language ? { language } : undefined) }, text)
}

const block = (page: Page, token: MarkedToken): void => {
  switch (token.type) {
    case "paragraph":
      return inlines(page, token.tokens)
    case "heading":
      return page.within({ kind: "bold" }, () => inlines(page, token.tokens))
    case "blockquote":
      return page.within({ kind: "quote" }, () => blocks(page, token.tokens))
    case "list":
      return list(page, token)
    case "code":
      return preformatted(page, token.text, token.lang?.split(/\s/)[0])
    case "table": {
      const cells = (row: ReadonlyArray<Tokens.TableCell>) => row.map(({ tokens }) => plain(tokens))
      return preformatted(page, table(cells(token.header), token.rows.map(cells), token.align))
    }
    case "hr":
      return page.write("———")
    default:
      return inline(page, token)
  }
}

const blocks = (page: Page, tokens: ReadonlyArray<Token>): void => {
  let gap = ""
  for (const token of tokens) {
    if (!isMarked(token) || token.type === "def") continue
    if (token.type === "space") {
      if (gap !== "") gap = "\n\n"
      continue
    }
    page.write(gap)
    block(page, token)
    gap = token.type === "checkbox" ? "" : gapAfter(token.raw)
  }
}

/** Reads blocks, or what is within one: headings are bold, items begin with a bullet or their number, a table is code. */
export const read = (tokens: ReadonlyArray<Token>): Rendered => {
  const page = new Page()
  blocks(page, tokens)
  return page
}
