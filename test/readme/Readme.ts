import { readFileSync } from "node:fs"

/** The README, whole. */
export const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** The contents of all fenced blocks in this language, in order. */
export const blocks = (language: string): ReadonlyArray<string> =>
  [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, block = ""]) =>
    found === language ? [block] : []
  )

/** The lines of a text that are not blank. */
export const lines = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line.trim() !== "")

/** What stands under a heading, up to the next one. */
export const section = (heading: string): string => {
  const [, text = ""] = readme.split(`\n${heading}\n`)
  return text.split(/^#+ /m)[0] ?? ""
}

/** What stands between backticks, in order. */
export const quoted = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word)

/** The rows of the table that stands under a heading, without its head. */
export const rows = (heading: string): ReadonlyArray<ReadonlyArray<string>> =>
  lines(section(heading))
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    )

/** The sentence that begins with these words. */
export const sentence = (beginning: string): string => {
  const text = readme.replaceAll("\n", " ")
  const from = text.indexOf(beginning)
  return from < 0 ? "" : (text.slice(from).split(/\.(?:\s|$)/)[0] ?? "")
}
