import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import manifest from "../package.json" with { type: "json" }

const root = fileURLToPath(new URL("../", import.meta.url))
const packages = join(root, "node_modules")
let folder = ""
let files: ReadonlyArray<string> = []

const run = (cwd: string, program: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

/** Why a program did not do what it was asked. */
const complaint = (act: () => void): string => {
  try {
    act()
    return ""
  } catch (error) {
    const said = typeof error === "object" && error !== null ? error : {}
    return ["stdout", "stderr"].map((stream) => String(Reflect.get(said, stream))).join("")
  }
}

/** An empty project beside the repository, with the package as its users get it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-"))
  const [packed] = JSON.parse(run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder))
  files = packed.files.map(({ path }: { readonly path: string }) => path)
  const home = join(folder, "node_modules", "holdfast")
  mkdirSync(home, { recursive: true })
  run(folder, "tar", "-xzf", packed.filename, "--strip-components=1", "-C", home)
  const wanted = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), "@types/node"]
  for (const name of wanted) {
    const link = join(folder, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(packages, name), link)
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }))
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const doors = ["holdfast", "holdfast/qq", "holdfast/telegram", "holdfast/node", "holdfast/testing"]

describe("the package", () => {
  it("holds what is built, what it is allowed, and how to use it, and nothing else", () => {
    expect(files.filter((path) => !path.startsWith("dist/")).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "package.json"
    ])
    expect(files).toContain("dist/bin/holdfast.js")
    expect(files).toContain("dist/index.d.ts")
    expect(files.filter((path) => !/\.(js|d\.ts)$/.test(path) && path.startsWith("dist/"))).toEqual([])
  })

  it("has its five doors, and no other", () => {
    expect(Object.keys(manifest.exports).toSorted()).toEqual([
      ".",
      "./node",
      "./package.json",
      "./qq",
      "./telegram",
      "./testing"
    ])
    const names = run(
      folder,
      process.execPath,
      "--input-type=module",
      "-e",
      `
      const doors = await Promise.all(${JSON.stringify(doors.slice(0, 4))}.map((door) => import(door)))
      console.log(JSON.stringify(doors.map((door) => Object.keys(door).length)))
    `
    )
    for (const count of JSON.parse(names)) expect(count).toBeGreaterThan(0)
    const behind = complaint(() =>
      run(folder, process.execPath, "--input-type=module", "-e", 'import "holdfast/gateway/Gateway.js"')
    )
    expect(behind).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it("types a strict NodeNext project that uses it", () => {
    writeFileSync(
      join(folder, "use.ts"),
      `import { Echo, Gateway } from "holdfast"
import * as QQ from "holdfast/qq"
import * as Telegram from "holdfast/telegram"
import * as Node from "holdfast/node"
import * as Testing from "holdfast/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const account = QQ.account({ name: "main", appId: "1", clientSecret: Redacted.make("x"), access: { _tag: "Open" } })
const other = Telegram.account({ name: "main", token: Redacted.make("1:x"), access: { _tag: "Open" } })
const layer = Gateway.layerMemory({ accounts: [account, other], handler: Echo.handler }).pipe(Layer.provide(Node.layer))
export const statuses = Effect.provide(Effect.flatMap(Gateway, (gateway) => gateway.statuses), layer)
export const kit: typeof Testing = Testing
// @ts-expect-error an account has a secret
QQ.account({ name: "main", appId: "1" })
`
    )
    const compilerOptions = {
      module: "NodeNext",
      target: "ES2022",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"]
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }))
    const tsc = join(packages, "typescript", "bin", "tsc")
    expect(complaint(() => run(folder, process.execPath, tsc, "-p", "."))).toBe("")
  })

  it("runs without anything installed beside it", () => {
    const alone = join(folder, "alone")
    mkdirSync(alone)
    run(folder, "cp", "-r", join(folder, "node_modules", "holdfast", "dist", "bin"), alone)
    writeFileSync(join(alone, "package.json"), JSON.stringify({ type: "module" }))
    expect(run(alone, process.execPath, "bin/holdfast.js", "--version")).toBe(`${manifest.version}\n`)
    expect(complaint(() => run(alone, process.execPath, "bin/holdfast.js", "check"))).toContain("The environment says")
  })

  it("needs at run time only what it declares", () => {
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    const library = files.filter((path) => path.endsWith(".js") && !path.startsWith("dist/bin/"))
    expect(library.length).toBeGreaterThan(60)
    const wanted = library.flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/^(?:import|export)\b[^"']*?from "([^."][^"]*)"/gm)].map(
        ([, name = ""]) =>
          name
            .split("/")
            .slice(0, name.startsWith("@") ? 2 : 1)
            .join("/")
      )
    )
    expect([...new Set(wanted)].filter((name) => !name.startsWith("node:") && !declared.has(name))).toEqual([])
  })
})
