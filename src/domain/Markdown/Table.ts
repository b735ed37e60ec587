/** What takes two columns where every letter is as wide as the next. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

const widthOf = (text: string): number => {
  let width = 0
  for (const letter of text) width += wide.test(letter) ? 2 : 1
  return width
}

type Align = "center" | "left" | "right" | null

const padded = (text: string, width: number, align: Align): string => {
  const room = Math.max(0, width - widthOf(text))
  const before = align === "right" ? room : align === "center" ? Math.floor(room / 2) : 0
  return " ".repeat(before) + text + " ".repeat(room - before)
}

/** What only draws a table, and is no word of it. */
export const drawn = "│─┼"

/** A table in letters of one width, under its head if that says anything. */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  align: ReadonlyArray<Align>
): string => {
  const headed = head.some((cell) => cell !== "")
  const all = headed ? [head, ...rows] : rows
  const widths = head.map((_, column) => Math.max(0, ...all.map((row) => widthOf(row[column] ?? ""))))
  const line = (row: ReadonlyArray<string>) =>
    widths
      .map((width, column) => padded(row[column] ?? "", width, align[column] ?? null))
      .join(" │ ")
      .trimEnd()
  const lines = all.map(line)
  if (headed) lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("─┼─"))
  return lines.join("\n")
}
