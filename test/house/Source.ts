import { readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** A file of this project: its path from the root with forward slashes, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

const root = fileURLToPath(new URL("../../", import.meta.url))

const walk = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? walk(path) : [path]
  })

const read = (path: string): Source => ({
  path: relative(root, path).split(sep).join("/"),
  text: readFileSync(path, "utf8")
})

/** Every TypeScript file below a folder of the project. */
export const sources = (folder: string): ReadonlyArray<Source> =>
  walk(join(root, folder))
    .filter((path) => /\.tsx?$/.test(path))
    .map(read)

const unread = new Set(["node_modules", "dist", ".git"])

/** Every file of the project that is text, at the top level and below. */
export const everything = (): ReadonlyArray<Source> =>
  readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !unread.has(name) && !/^\.env|\.tgz$/.test(name))
    .flatMap((entry) => (entry.isDirectory() ? walk(join(root, entry.name)) : [join(root, entry.name)]))
    .map(read)

/** What a file imports or exports from elsewhere. */
export const imports = ({ text }: Source): ReadonlyArray<string> =>
  [...text.matchAll(/^(?:import|export)\b[^"'`;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm)].map(
    ([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? ""
  )

/** Where a `/` cannot be a division. */
const beforeRegex = /(?:^|[([{,;=:!&|?+<>~^%*-]|\b(?:return|typeof|case|in|of|yield|await|new|void))\s*$/

/** The text with comments, strings, templates' words and regular expressions blanked, line by line as it was. */
export const code = (text: string): string => {
  let out = ""
  let at = 0
  const blank = (end: number) => {
    out += text.slice(at, end).replace(/[^\n]/g, " ")
    at = end
  }
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0].length
  }
  /** Leaves at the brace that closes the one before it, or at the end. */
  const read = (): void => {
    for (let depth = 0; at < text.length;) {
      const rest = text[at] ?? ""
      const skipped =
        match(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y) ??
        match(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y) ??
        (rest === "/" && beforeRegex.test(out.slice(-40))
          ? match(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y)
          : undefined)
      if (skipped !== undefined) {
        // a string is still something: what follows it is not at the beginning of an expression
        const quoted = rest === '"' || rest === "'" || (rest === "/" && text[at + 1] !== "/" && text[at + 1] !== "*")
        blank(at + skipped)
        if (quoted) out = `${out.slice(0, -1)}"`
      } else if (rest === "`") {
        blank(at + 1)
        while (at < text.length && text[at] !== "`") {
          if (text.startsWith("${", at)) {
            blank(at + 2)
            read()
            blank(at + 1)
          } else blank(at + (text[at] === "\\" ? 2 : 1))
        }
        blank(at + 1)
        out = `${out.slice(0, -1)}"`
      } else {
        if (rest === "{") depth += 1
        if (rest === "}" && depth-- === 0) return
        out += rest
        at += 1
      }
    }
  }
  read()
  return out
}
