import { width as widthOf } from "./Width.ts"

export interface Column {
  readonly title: string
  /** numbers stand under each other by their last digit */
  readonly number?: true
}

export interface Row {
  readonly cells: ReadonlyArray<string>
  /** what is too long for a column, on a line of its own */
  readonly below?: string
}

const gap = "  "

/** What fills a cell, which may be coloured, up to its width. */
const rest = (cell: string, width: number): string => " ".repeat(Math.max(0, width - widthOf(cell)))

/** Rows under their titles, each column as wide as the widest in it. */
export const table = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>): string => {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map(({ cells }) => widthOf(cells[index] ?? "")))
  )
  const laid = (cells: ReadonlyArray<string>): string =>
    columns
      .map(({ number }, index) => {
        const [cell = "", width = 0] = [cells[index], widths[index]]
        return number === true ? rest(cell, width) + cell : cell + rest(cell, width)
      })
      .join(gap)
      .trimEnd()
  return [
    laid(columns.map(({ title }) => title)),
    ...rows.flatMap(({ below, cells }) => [laid(cells), ...(below === undefined ? [] : [`${gap}${gap}${below}`])])
  ].join("\n")
}

/** A text of at most `width` characters: of a longer one its beginning and its end. */
export const clipped = (text: string, width: number): string => {
  if (text.length <= width) return text
  const end = Math.floor((width - 1) / 3)
  return `${text.slice(0, width - 1 - end)}…${text.slice(-end)}`
}
