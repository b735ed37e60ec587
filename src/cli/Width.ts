// oxlint-disable-next-line no-control-regex
const code = /\u001b\[[\d;]*m/

const everyCode = new RegExp(code, "g")

/** A text without its colours. */
export const stripped = (text: string): string => text.replaceAll(everyCode, "")

/** What takes two columns of a terminal: the scripts of East Asia, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

const columnsOf = (character: string): number => (wide.test(character) ? 2 : 1)

/** How many columns a text takes at a terminal, whether it is coloured or not. */
export const width = (text: string): number => {
  let columns = 0
  for (const character of stripped(text)) columns += columnsOf(character)
  return columns
}

/** As much of a text that may be coloured as there are columns; what is left out is told by an ellipsis. */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  const codeHere = new RegExp(code, "y")
  let [left, end] = [columns - 1, 0]
  while (left > 0) {
    codeHere.lastIndex = end
    const [found] = codeHere.exec(text) ?? []
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0)
    if (found === undefined) left -= columnsOf(character)
    if (left >= 0) end += (found ?? character).length
  }
  return `${text.slice(0, end)}…${text === stripped(text) ? "" : "\u001b[0m"}`
}

/** A text in lines of at most so many columns; a word that is longer has a line of its own. */
export const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let current = ""
  for (const word of text.split(" ")) {
    if (current !== "" && width(current) + 1 + width(word) > columns) {
      lines.push(current)
      current = word
    } else current = current === "" ? word : `${current} ${word}`
  }
  return [...lines, current]
}

/** A line in lines of at most so many columns, which go on where what stands in its last column began. */
export const hanging = (line: string, columns: number): ReadonlyArray<string> => {
  if (width(line) <= columns) return [line]
  const [left = ""] = /^ *\S.*? {2,}(?=\S)/.exec(line) ?? []
  const lines = wrapped(line.slice(left.length), Math.max(20, columns - width(left)))
  return lines.map((text, index) => (index === 0 ? left : " ".repeat(width(left))) + text)
}
