/** A stretch of a text that is shown in a certain way; UTF-16 units. Spans overlap only where one holds the other. */
export interface Span extends Mark {
  readonly offset: number
  readonly length: number
}

/** How a stretch is shown. */
export interface Mark {
  readonly kind: "bold" | "italic" | "strikethrough" | "code" | "pre" | "link" | "mention" | "quote"
  readonly url?: string
  /** who is mentioned, by the platform's id */
  readonly person?: string
  readonly language?: string
}

interface Open {
  readonly mark: Mark
  from: number
}

/** So deep a list is, and its items go no further to the right. */
const deepest = 14

/** A text as it is written, and what marks it. */
export class Page {
  text = ""
  private readonly marked: Array<Span> = []
  private readonly open: Array<Open> = []
  private indent = ""

  /** By where they begin, the outer before the inner. */
  get spans(): ReadonlyArray<Span> {
    // what holds another ends after it, and comes before it even where both are of one length
    return this.marked.toReversed().toSorted((one, other) => one.offset - other.offset || other.length - one.length)
  }

  write(text: string): void {
    this.text += this.indent === "" ? text : text.replace(/\n(?!\n)/g, `\n${this.indent}`)
  }

  /** Marks what `body` writes; what is marked so already is not marked twice. */
  within(mark: Mark, body: () => void): void {
    if (this.isOpen(mark.kind)) return body()
    const opened = { mark, from: this.text.length }
    this.open.push(opened)
    body()
    this.open.pop()
    this.close(opened)
  }

  isOpen(kind: Mark["kind"]): boolean {
    return this.open.some(({ mark }) => mark.kind === kind)
  }

  /** Code holds no other mark and, but for a quote, is held by none: what is open is interrupted. A link is not. */
  code(mark: Mark, text: string): void {
    if (this.isOpen("link")) return this.write(text)
    const around = this.open.filter((opened) => opened.mark.kind !== "quote")
    for (const opened of around) this.close(opened)
    const from = this.text.length
    if (mark.kind === "pre") this.text += text
    else this.write(text)
    this.close({ mark, from })
    for (const opened of around) opened.from = this.text.length
  }

  /** Begins a line that is not indented, for what is written as it stands. */
  line(): void {
    if (this.text.endsWith(`\n${this.indent}`)) this.text = this.text.slice(0, this.text.length - this.indent.length)
    else if (this.text !== "") this.text += "\n"
  }

  /** The lines after the first of what `body` writes stand further right. */
  indented(by: number, body: () => void): void {
    const before = this.indent
    this.indent = " ".repeat(Math.min(before.length + by, deepest))
    body()
    this.indent = before
  }

  private close({ from, mark }: Open): void {
    if (this.text.length > from) this.marked.push({ ...mark, offset: from, length: this.text.length - from })
  }
}
