import { readFileSync } from "node:fs"

/** The README, whole. */
export const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")

/** A fenced block: in which language, under which heading. */
export interface Block {
  readonly language: string
  readonly heading: string
  readonly text: string
}

const fenced = /^```(\w*)\n([\s\S]*?)^```$|^(#+ .*)$/gm

/** Every fenced block, in order. */
export const everyBlock: ReadonlyArray<Block> = [...readme.matchAll(fenced)].reduce<{
  readonly under: string
  readonly found: ReadonlyArray<Block>
}>(
  ({ found, under }, [, language = "", text, heading]) =>
    text === undefined
      ? { found, under: heading ?? under }
      : { found: [...found, { language, heading: under, text }], under },
  { under: "", found: [] }
).found

/** The contents of all fenced blocks in this language, in order; of those under one heading, where it is given. */
export const blocks = (language: string, heading?: string): ReadonlyArray<string> =>
  everyBlock
    .filter((block) => block.language === language && (heading === undefined || block.heading === heading))
    .map(({ text }) => text)

/** The lines of a text that are not blank. */
export const lines = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line.trim() !== "")

/** What stands under a heading, up to the next one. */
export const section = (heading: string): string => {
  const [, text = ""] = readme.split(`\n${heading}\n`)
  const end = [...text.matchAll(fenced)].find(([, , , next]) => next !== undefined)
  return text.slice(0, end?.index)
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
