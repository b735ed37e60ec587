import type { Paint } from "../Colour.ts"
import { line } from "../Printable.ts"
import { wrapped } from "../Width.ts"
import type { Explanation } from "./Explanation.ts"

/** What each part is called, in the order in which they are told. */
const parts = [
  ["happened", "what happened"],
  ["done", "what was done"],
  ["next", "what is next"],
  ["remedy", "what you can do"]
] as const

const column = Math.max(...parts.map(([, name]) => name.length)) + 2

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
