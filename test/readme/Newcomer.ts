import { spawnSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import { folder } from "../cli/program.ts"

const root = join(import.meta.dirname, "../..")

/** A strict project beside the repository, with this package and its peers, and these files; they are compiled. */
export const project = (files: Readonly<Record<string, string>>): string => {
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
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", path], { encoding: "utf8" })
  if (stdout !== "") throw new Error(stdout)
  return path
}

const span = String.raw`(?:\d+(?:\.\d+)?m?s ?)+`

/** A line that the program prints, as a pattern: how long things take differs. */
export const shape = (line: string): RegExp =>
  new RegExp(line.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replace(/\b(?:\d+(?:\\\.\d+)?m?s ?)+\b/g, span))
