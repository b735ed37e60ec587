import { byteOffset, type Entity, type Formatted, link, sorted } from "./Entity.ts"

interface Open {
  readonly type: string
  readonly language: string | undefined
  readonly offset: number
  /** where it begins in the source */
  readonly at: number
}

/** Longer marks come before those that they begin with. */
const marks: ReadonlyArray<readonly [mark: string, type: string, name: string]> = [
  ["```", "pre", "Pre"],
  ["`", "code", "Code"],
  ["__", "underline", "Underline"],
  ["_", "italic", "Italic"],
  ["*", "bold", "Bold"],
  ["~", "strikethrough", "Strikethrough"],
  ["||", "spoiler", "Spoiler"],
  ["![", "custom_emoji", "CustomEmoji"],
  ["[", "text_link", "TextUrl"]
]

const endMarks: Readonly<Record<string, string>> = {
  ...Object.fromEntries(marks.map(([mark, type]) => [type, mark])),
  custom_emoji: "]",
  text_link: "]"
}

const names: Readonly<Record<string, string>> = {
  ...Object.fromEntries(marks.map(([, type, name]) => [type, name])),
  blockquote: "BlockQuote"
}

const reserved = "_*[]()~`>#+-=|{}.!\n"

/** Reads MarkdownV2 as the platform does; what is wrong with it is said in the platform's words. */
export const markdownV2 = (source: string): Formatted | string => new Reading(source).read()

class Reading {
  private at = 0
  private text = ""
  private readonly entities: Array<Entity> = []
  private readonly open: Array<Open> = []
  private isQuoting = false
  /** nothing but the beginning of a line has been read */
  private isLineStart = true

  constructor(private readonly source: string) {}

  read(): Formatted | string {
    while (this.at < this.source.length) {
      const error = this.step()
      if (error !== undefined) return error
    }
    if (this.isQuoting) {
      const type = this.endsExpandable() ? "expandable_blockquote" : "blockquote"
      if (this.open.at(-1)?.type === "blockquote") this.close(type)
    }
    const unclosed = this.open.at(-1)
    return unclosed === undefined ? { text: this.text, entities: sorted(this.entities) } : this.endless(unclosed)
  }

  private step(): string | undefined {
    const char = this.source.charAt(this.at)
    const next = this.source.charAt(this.at + 1)
    if (char === "\\" && next !== "" && next.charCodeAt(0) <= 126) return this.plain(next, 2)
    const inside = this.open.at(-1)
    const isCode = inside?.type === "code" || inside?.type === "pre"
    if (!(isCode ? "`" : reserved).includes(char)) return this.plain(char, 1)
    if (inside !== undefined && this.isQuoting && char === "\n" && next !== ">") return this.endQuote()
    if (inside !== undefined && this.isEnd(inside)) return this.end(inside)
    return this.begin(char)
  }

  private plain(char: string, read: number): undefined {
    this.text += char
    this.at += read
    if (char !== "\r") this.isLineStart = char === "\n"
  }

  private begin(char: string): string | undefined {
    if (char === "\n") return this.plain(char, 1)
    if (char === ">" && this.isLineStart) {
      this.at += 1
      if (!this.isQuoting) this.push("blockquote", 0)
      this.isQuoting = true
      return undefined
    }
    const found = marks.find(([mark]) => this.source.startsWith(mark, this.at))
    if (found === undefined) return `Character '${char}' is reserved and must be escaped with the preceding '\\'`
    const [mark, type] = found
    if (type !== "pre") return this.push(type, mark.length)
    const [fence = "", language] = /^```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\r|\n)?/.exec(this.source.slice(this.at)) ?? []
    return this.push(type, fence.length, language)
  }

  private push(type: string, read: number, language?: string): undefined {
    this.open.push({ type, language, offset: this.text.length, at: read === 0 ? this.at - 1 : this.at })
    this.at += read
  }

  private isEnd({ type }: Open): boolean {
    const mark = endMarks[type]
    if (mark === undefined || !this.source.startsWith(mark, this.at)) return false
    return type !== "italic" || !this.source.startsWith("__", this.at)
  }

  private end(inside: Open): string | undefined {
    this.at += endMarks[inside.type]?.length ?? 0
    if (inside.type !== "text_link" && inside.type !== "custom_emoji") return this.close(inside.type)
    if (!this.source.startsWith("(", this.at)) {
      if (inside.type === "custom_emoji") return "The entity must contain a tg://emoji or tg://time URL"
      return this.closeLink(this.text.slice(inside.offset))
    }
    const begin = this.at + 1
    const [address = ""] = /^(?:\\[^]|[^)\\])*/.exec(this.source.slice(begin)) ?? []
    if (!this.source.startsWith(")", begin + address.length)) {
      return `Can't find end of a URL at byte offset ${byteOffset(this.source, begin)}`
    }
    this.at = begin + address.length + 1
    const url = address.replace(/\\([^])/g, "$1")
    if (inside.type === "text_link") return this.closeLink(url)
    const [, emoji] = /^tg:\/\/emoji\?id=(\d+)$/i.exec(url) ?? []
    if (emoji !== undefined) return this.close("custom_emoji", { custom_emoji_id: emoji })
    return /^tg:\/\/time\?/i.test(url) ? this.close("date_time") : "Invalid tg://emoji or tg://time URL specified"
  }

  /** A line ends, and with it a block quote. */
  private endQuote(): string | undefined {
    const type = this.endsExpandable() ? "expandable_blockquote" : "blockquote"
    const inside = this.open.at(-1)
    if (inside !== undefined && inside.type !== "blockquote") return this.endless(inside)
    this.close(type, undefined, 1)
    this.isQuoting = false
    return this.plain("\n", 1)
  }

  /** `||` at the very end of a quote is no spoiler: it makes the quote expandable. */
  private endsExpandable(): boolean {
    const inside = this.open.at(-1)
    const isMark = inside?.type === "spoiler" && inside.at === this.at - 2
    if (isMark) this.open.pop()
    return isMark
  }

  private closeLink(url: string): undefined {
    const linked = link(url)
    if (linked === undefined) this.open.pop()
    else this.close(linked.type, linked)
  }

  private close(type: string, more: Partial<Entity> = {}, beyond = 0): undefined {
    const closed = this.open.pop()
    if (closed === undefined) return
    const length = this.text.length + beyond - closed.offset
    const language = closed.language === undefined ? undefined : { language: closed.language }
    if (length > 0) this.entities.push({ type, offset: closed.offset, length, ...more, ...language })
  }

  private endless({ at, type }: Open): string {
    const name = names[type] ?? type
    return `Can't find end of ${name} entity at byte offset ${byteOffset(this.source, at)}`
  }
}
