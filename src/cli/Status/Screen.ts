import * as Effect from "effect/Effect"
import { cut } from "../Width.ts"

/** Part of a terminal that is drawn again and again. */
export interface Screen {
  readonly draw: (text: string) => Effect.Effect<void>
}

/** How many lines and characters there are where the terminal does not say. */
const usual = { rows: 24, columns: 80 }

/** The lines of a text that a terminal has room for, each cut so that it is one line there too. */
export const fitted = (text: string, rows: number, columns: number): ReadonlyArray<string> => {
  const lines = text.split("\n").map((line) => cut(line, columns))
  if (lines.length <= rows) return lines
  const shown = lines.slice(0, Math.max(0, rows - 1))
  return [...shown, `… and ${lines.length - shown.length} more lines`]
}

/** Draws from where the cursor is, each time over what was drawn before. */
export const make = (stream: NodeJS.WriteStream): Screen => {
  let drawn = 0
  return {
    draw: (text) =>
      Effect.sync(() => {
        // some that do not say have none at all
        const { columns, rows } = { columns: stream.columns || usual.columns, rows: stream.rows || usual.rows }
        // the cursor stands below what is drawn
        const lines = fitted(text, rows - 1, columns)
        const back = drawn === 0 ? "" : `\u001b[${drawn}A`
        stream.write(`${back}\r\u001b[J${lines.map((line) => `${line}\n`).join("")}`)
        drawn = lines.length
      })
  }
}
