import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const named = /^(?:import|export)\b[^;"']*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm

/** The package that a specifier is of; nothing of Node's own. */
const packageOf = (name: string): ReadonlyArray<string> =>
  name.startsWith("node:")
    ? []
    : [
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/")
      ]

/** The packages that are reached from a built module, whatever it imports by; from a declaration by what it declares. */
export const reached = (entry: string): ReadonlySet<string> => {
  const ending = entry.endsWith(".d.ts") ? ".d.ts" : ".js"
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const [, from, bare, dynamic] of readFileSync(path, "utf8").matchAll(named)) {
      const name = from ?? bare ?? dynamic ?? ""
      if (name.startsWith(".")) visit(join(dirname(path), name.replace(/\.[jt]s$/, ending)))
      else for (const one of packageOf(name)) packages.add(one)
    }
  }
  visit(entry)
  return packages
}
