import type { Paint } from "./Colour.ts"
import { width, wrapped } from "./Width.ts"

/** Lines longer than this are hard to read, however wide the terminal is. */
const widest = 100

/** What says nothing that the line above has not said. */
const noise =
  /^(A true or false value|An integer|A user-defined piece of text|One of the following: .*|This (setting|argument) .*)\.?$/

/** One thing that a command takes, and what there is to say of it. */
interface Entry {
  readonly name: string
  readonly about: string
}

interface Section {
  readonly heading: string
  readonly lines: Array<string>
}

const sections = (text: string): ReadonlyArray<Section> => {
  const all: Array<Section> = [{ heading: "", lines: [] }]
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    if (/^[A-Z]+$/.test(line)) all.push({ heading: line, lines: [] })
    else all.at(-1)?.lines.push(line.trimEnd())
  }
  return all
}

/** What stands at the margin, each with what is indented below it. */
const entries = (lines: ReadonlyArray<string>): ReadonlyArray<Entry> => {
  const all: Array<{ name: string; about: Array<string> }> = []
  for (const line of lines)
    if (!line.startsWith(" ")) all.push({ name: line, about: [] })
    else if (!noise.test(line.trim())) all.at(-1)?.about.push(line.trim())
  return all.map(({ about, name }) => ({ name, about: about.join("; ") }))
}

const commands = (lines: ReadonlyArray<string>): ReadonlyArray<Entry> =>
  lines.map((line) => {
    const [, name = "", about = ""] = /^ *- (.+?)(?: {2,}(.*))?$/.exec(line) ?? []
    return { name, about }
  })

const indented = (text: string, columns: number, by: number): ReadonlyArray<string> =>
  wrapped(text, columns - by).map((line) => " ".repeat(by) + line)

/** Names on the left, what they are beside them. */
const beside = (all: ReadonlyArray<Entry>, columns: number): ReadonlyArray<string> => {
  const left = Math.max(0, ...all.map(({ name }) => width(name))) + 4
  return all.flatMap(({ about, name }) =>
    indented(about, columns, left).map((line, index) =>
      index === 0 ? `  ${name}`.padEnd(left) + line.slice(left) : line
    )
  )
}

/** The same, of names that leave no room. */
const below = (all: ReadonlyArray<Entry>, columns: number): ReadonlyArray<string> =>
  all.flatMap(({ about, name }) => [`  ${name}`, ...(about === "" ? [] : indented(about, columns, 6))])

/** How a command is called, by the words that led to it; one that holds others, by one of them. */
const usage = (line: string, words: ReadonlyArray<string>, holds: boolean): string => {
  const [name = "", ...rest] = line.replace(/^\$ /, "").split(" ")
  const path = name === "holdfast" ? [] : words.slice(0, words.indexOf(name) + 1)
  return ["holdfast", ...path, ...(rest.length === 0 && holds ? ["COMMAND"] : rest)].join(" ")
}

/** The help of a command that was called by these words, laid out for so many columns. Other texts stay as they are. */
export const laidOut = (text: string, words: ReadonlyArray<string>, columns: number, paint: Paint): string => {
  if (!/^USAGE$/m.test(text)) return text
  const most = Math.min(columns, widest)
  const parts = sections(text)
  const holds = parts.some(({ heading }) => heading === "COMMANDS")
  // the last section ends with what is said below every help
  const footer = parts.at(-1)?.lines.pop() ?? ""
  const bodies: Readonly<Record<string, (lines: ReadonlyArray<string>) => ReadonlyArray<string>>> = {
    "": (lines) => lines.slice(-1),
    USAGE: (lines) => lines.map((line) => `  ${usage(line, words, holds)}`),
    DESCRIPTION: (lines) => lines.flatMap((line) => indented(line, most, 2)),
    COMMANDS: (lines) => below(commands(lines), most)
  }
  const laid = parts.map(({ heading, lines }) => {
    const body = bodies[heading]?.(lines) ?? beside(entries(lines), most)
    return [...(heading === "" ? [] : [paint("bold", heading)]), ...body].join("\n")
  })
  return [...laid, wrapped(footer, most).join("\n")].join("\n\n")
}
