import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import { folder } from "../cli/program.ts"

const root = join(import.meta.dirname, "../..")

/** An empty strict project beside the repository, with this package and its peers, and one file. */
export const project = (file: string, text: string): string => {
  const path = folder()
  const packages = [...Object.keys(manifest.peerDependencies), "@types/node"]
  for (const [name, target] of [
    ["holdfast", root],
    ...packages.map((name) => [name, join(root, "node_modules", name)])
  ]) {
    const link = join(path, "node_modules", name ?? "")
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(target ?? "", link)
  }
  const compilerOptions = { module: "NodeNext", target: "ES2022", strict: true, skipLibCheck: true, types: ["node"] }
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module", private: true }))
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }))
  writeFileSync(join(path, file), text)
  return path
}

const span = String.raw`(?:\d+(?:\.\d+)?m?s ?)+`

/** A line that the program prints, as a pattern: how long things take differs. */
export const shape = (line: string): RegExp =>
  new RegExp(line.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replace(/\b(?:\d+(?:\\\.\d+)?m?s ?)+\b/g, span))
