import { verbatim } from "./Markdown/Verbatim.ts"
import type { Button, Content } from "./Message.ts"

/** Rows of buttons, from above. */
export type Rows = ReadonlyArray<ReadonlyArray<Button>>

/** How many buttons stand side by side, how many rows of them below each other, and how many there are in all. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly buttons: number
}

const wrapped = (row: ReadonlyArray<Button>, columns: number): Rows =>
  row.length <= columns ? [row] : [row.slice(0, columns), ...wrapped(row.slice(columns), columns)]

/** The same buttons in the same order, in rows no longer than a platform shows; undefined where there are none, or too many. */
export const laidOut = (buttons: Rows | undefined, grid: Grid): Rows | undefined => {
  const all = buttons?.reduce((sum, { length }) => sum + length, 0) ?? 0
  if (buttons === undefined || all === 0 || all > grid.buttons) return undefined
  const laid = buttons.filter((row) => row.length > 0).flatMap((row) => wrapped(row, grid.columns))
  return laid.length > grid.rows ? undefined : laid
}

/** What is told of a button that cannot be pressed. */
const listed =
  (format: Content["format"]) =>
  (button: Button): string => {
    const label = format === "markdown" ? verbatim(button.label) : button.label
    return button._tag === "Link" ? `• ${label}: ${button.url}` : `• ${label}`
  }

/** What is told below a text in place of its buttons, a line for each; empty where there are none. */
export const labels = ({ buttons = [], format, text }: Content): string => {
  const lines = buttons.flat().map(listed(format)).join("\n")
  // in markdown a line of its own would go on with what stands before it
  const gap = text === "" || lines === "" ? "" : format === "markdown" ? "\n\n" : "\n"
  return gap + lines
}

/** The same content without buttons: their labels stand below the text. */
export const listing = (content: Content): Content => {
  const { buttons: _buttons, ...rest } = content
  return { ...rest, text: rest.text + labels(content) }
}
