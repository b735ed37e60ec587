import * as Either from "effect/Either"
import type { Command } from "../Programs.ts"

/** What a line is made of: blanks, quotations, a letter after a backslash, and what stands for itself. */
const parts =
  /(?<blank>\s+)|'(?<single>[^']*)'|"(?<double>(?:\\[^]|[^"\\])*)"|\\(?<escaped>[^])|(?<plain>[^\s'"\\|&;<>()$`]+)/gy

const unescaped = (text: string): string => text.replace(/\\(["\\])/g, "$1")

/** What is wrong where none of them begins. */
const wrong = (letter: string): string => {
  if (letter === "\\") return "nothing stands after the backslash at its end"
  if (letter === "'" || letter === '"') return `its ${letter} is not closed`
  return `only a shell understands its ${letter}: quote it, or ask for a shell`
}

/**
 * The program and its arguments that a line names. Blanks part them; `'…'` stands as it is; in `"…"` a backslash goes before `"`
 * and `\`, outside of quotation before anything. Nothing is expanded: what only a shell understands is refused, with the reason.
 */
export const parse = (line: string): Either.Either<Command, string> => {
  const words: Array<string> = []
  let word: string | undefined
  let read = 0
  for (const {
    0: { length },
    groups = {}
  } of line.matchAll(parts)) {
    read += length
    const { blank, double, escaped, plain, single } = groups
    if (blank === undefined) word = `${word ?? ""}${single ?? escaped ?? plain ?? unescaped(double ?? "")}`
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (read < line.length) return Either.left(wrong(line.charAt(read)))
  const [file, ...args] = word === undefined ? words : [...words, word]
  return file === undefined || file === "" ? Either.left("it names no program") : Either.right({ file, args })
}

/** A line for the shell to understand; nothing that anybody says is ever part of it. */
export const shell = (line: string): Command => ({ file: "/bin/sh", args: ["-c", line] })
