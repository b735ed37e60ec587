import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import manifest from "../package.json" with { type: "json" }
import { Program } from "./cli/program.ts"
import * as served from "./cli/served.ts"

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
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  const wanted = [...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }), "@types/node"]
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
    expect(files.filter((path) => !/\.(js|d\.ts)$/.test(path) && path.startsWith("dist/"))).toEqual([
      "dist/bin/page.css"
    ])
    expect(files).toContain("dist/bin/page.js")
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

  it("types a strict NodeNext project that uses it, and a platform that was written outside", () => {
    run(folder, "cp", "-r", join(root, "test", "embedding", "lines"), folder)
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
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"]
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["use.ts", "lines"] }))
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

  it.scopedLive("has a program that keeps a bot, and what it has to say, in a file", () =>
    Effect.gen(function* () {
      const { env, simulator } = yield* served.qq
      const cwd = join(folder, "bot")
      mkdirSync(cwd, { recursive: true })
      const command = [join(folder, "node_modules", "holdfast", manifest.bin.holdfast)]
      for (const text of ["is it there?", "is it there again?"]) {
        const bot = new Program(["run"], { command, cwd, env: { ...env, HOLDFAST_STORE_URL: "sqlite:bot.db" } })
        yield* Effect.promise(() => bot.says(/connected as demo-bot/))
        yield* simulator.hear({ conversation: "c2c:0123456789ABCDEF0123456789ABCDEF", text })
        yield* simulator.said.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (said) => said.some((one) => one.text === text) })
        )
        bot.signal("SIGTERM")
        expect(yield* Effect.promise(() => bot.ended)).toBe(0)
      }
      expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
      expect(statSync(join(cwd, "bot.db")).mode & 0o777).toBe(0o600)
    })
  )

  it.scopedLive(
    "says what to install where the driver of its store is not, and needs none for Postgres or memory",
    () =>
      Effect.gen(function* () {
        const { env } = yield* served.qq
        const alone = mkdtempSync(join(tmpdir(), "holdfast-"))
        yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(alone, { recursive: true, force: true })))
        run(folder, "cp", "-r", join(folder, "node_modules", "holdfast", "dist", "bin"), alone)
        writeFileSync(join(alone, "package.json"), JSON.stringify({ type: "module" }))
        const start = (url: string) =>
          new Program(["run"], {
            command: [join(alone, "bin", "holdfast.js")],
            cwd: alone,
            env: { ...env, HOLDFAST_STORE_URL: url, HOLDFAST_LOG_FORMAT: "pretty" }
          })
        const without = start("sqlite:bot.db")
        expect(yield* Effect.promise(() => without.ended)).toBe(78)
        expect(without.stderr).toMatch(
          /^holdfast: the SQLite file \S+: SQLite cannot be used: its driver, libsql, is not installed, .*\(ERR_MODULE_NOT_FOUND\): run npm install libsql .*\n$/
        )
        for (const [url, says] of [
          ["memory:", /connected as demo-bot/],
          ["postgres://bot@127.0.0.1:1/bots", /ECONNREFUSED.*next try/]
        ] as const) {
          const bot = start(url)
          yield* Effect.promise(() => bot.says(says))
          bot.signal("SIGTERM")
          expect(yield* Effect.promise(() => bot.ended)).toBe(0)
        }
      })
  )

  it("brings no driver of a database that is not the default one", () => {
    const { dependencies, optionalDependencies, peerDependencies } = manifest
    const brought = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    expect(brought.filter((name) => /pg|postgres|mysql|sqlite|libsql/.test(name))).toEqual(["libsql"])
    expect(Object.keys(optionalDependencies)).toEqual(["libsql"])
    // an application's own bundle, with a store of its own, asks for none at all
    const library = files.filter((path) => path.endsWith(".js") && !path.startsWith("dist/bin/"))
    for (const path of library) expect(readFileSync(join(root, path), "utf8")).not.toMatch(/from "(libsql|pg)"/)
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
