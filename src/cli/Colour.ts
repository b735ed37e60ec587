const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const
export type Hue = keyof typeof codes

/** Colours a text, or leaves it as it is. */
export type Paint = (hue: Hue, text: string) => string

export const plain: Paint = (_, text) => text

export const coloured: Paint = (hue, text) => `\u001b[${codes[hue]}m${text}\u001b[0m`

/** Colours are for a terminal, and not where the person wants none. */
export const of = (stream: NodeJS.WriteStream): Paint =>
  stream.isTTY === true && process.env["NO_COLOR"] === undefined ? coloured : plain
