import type { Paint } from "../Colour.ts"
import { line } from "../Printable.ts"
import { width as widthOf } from "../Width.ts"
import type { Explanation } from "./Explanation.ts"

/** What each part is called, in the order in which they are told. */
const parts = [
  ["happened", "what happened"],
  ["done", "what was done"],
  ["next", "what is next"],
  ["remedy", "what you can do"]
] as const

const column = Math.max(...parts.map(([, name]) => name.length)) + 2

/** A text in lines of at most `width` columns; a word that is longer has a line of its own. */
export const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let current = ""
  for (const word of text.split(" ")) {
    if (current !== "" && widthOf(current) + 1 + widthOf(word) > width) {
      lines.push(current)
      current = word
    } else current = current === "" ? word : `${current} ${word}`
  }
  return [...lines, current]
}

/** What became of an account, in lines of at most `width` columns. */
export const page = (explanation: Explanation, width: number, paint: Paint): string => {
  const { summary, well } = explanation
  const told = parts.flatMap(([part, name]) => {
    const text = line(explanation[part].join(" "))
    if (text === "") return []
    return wrapped(text, Math.max(20, width - column - 2)).map((each, index) => {
      const label = (index === 0 ? name : "").padEnd(column)
      return `  ${paint("dim", label)}${each}`
    })
  })
  return [paint(well ? "green" : "red", summary), ...told].join("\n")
}
