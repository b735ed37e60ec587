const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const
export type Hue = keyof typeof codes

/** Colours a text, or leaves it as it is. */
export type Paint = (hue: Hue, text: string) => string

export const plain: Paint = (_, text) => text

export const coloured: Paint = (hue, text) => `\u001b[${codes[hue]}m${text}\u001b[0m`

/** Colours are for a terminal, and not where the person wants none. */
export const of = (stream: NodeJS.WriteStream): Paint =>
  stream.isTTY === true && process.env["NO_COLOR"] === undefined ? coloured : plain

// oxlint-disable-next-line no-control-regex
const code = /\u001b\[[\d;]*m/

const everyCode = new RegExp(code, "g")

/** A text without its colours. */
export const stripped = (text: string): string => text.replaceAll(everyCode, "")

/** The first `width` characters of a text that may be coloured; what is left out is told by an ellipsis. */
export const cut = (text: string, width: number): string => {
  const bare = stripped(text)
  if (bare.length <= width) return text
  const codeHere = new RegExp(code, "y")
  let [left, end] = [Math.max(0, width - 1), 0]
  while (left > 0) {
    codeHere.lastIndex = end
    const [found] = codeHere.exec(text) ?? []
    end += found?.length ?? 1
    if (found === undefined) left--
  }
  return `${text.slice(0, end)}…${text === bare ? "" : "\u001b[0m"}`
}
