import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import manifest from "../package.json" with { type: "json" }
import { Program } from "./cli/program.ts"
import * as served from "./cli/served.ts"
import { reached } from "./package/Reach.ts"

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

const doors = ["holdfast", "holdfast/qq", "holdfast/telegram", "holdfast/node", "holdfast/sql", "holdfast/llm"]

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

  it("has its seven doors, and no other", () => {
    expect(Object.keys(manifest.exports).toSorted()).toEqual([
      ".",
      "./llm",
      "./node",
      "./package.json",
      "./qq",
      "./sql",
      "./telegram",
      "./testing"
    ])
    const names = run(
      folder,
      process.execPath,
      "--input-type=module",
      "-e",
      `
      const doors = await Promise.all(${JSON.stringify(doors)}.map((door) => import(door)))
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
import * as Llm from "holdfast/llm"
import * as Sql from "holdfast/sql"
import * as Testing from "holdfast/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const account = QQ.account({ name: "main", appId: "1", clientSecret: Redacted.make("x"), access: { _tag: "Open" } })
const other = Telegram.account({ name: "main", token: Redacted.make("1:x"), access: { _tag: "Open" } })
const layer = Gateway.layerMemory({ accounts: [account, other], handler: Echo.handler }).pipe(Layer.provide(Node.layer))
export const statuses = Effect.provide(Effect.flatMap(Gateway, (gateway) => gateway.statuses), layer)
export const kit: typeof Testing = Testing
export const others: readonly [typeof Llm, typeof Sql] = [Llm, Sql]
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

  it("reaches from each door what is declared for it, by code and by types, and nothing else", () => {
    const everywhere = ["effect", "@effect/platform"]
    const door: Readonly<Record<string, ReadonlyArray<string>>> = {
      ".": ["marked"],
      "./qq": ["marked"],
      "./telegram": ["marked"],
      "./node": ["@effect/platform-node", "undici", "ws"],
      "./sql": ["@effect/sql"],
      "./llm": ["@effect/ai"],
      "./testing": ["marked", "@effect/vitest"]
    }
    const entries = Object.entries(manifest.exports).flatMap(([name, targets]) =>
      typeof targets === "string" ? [] : Object.values(targets).map((target) => [name, target] as const)
    )
    expect(entries).toHaveLength(2 * Object.keys(door).length)
    for (const [name, target] of entries) {
      const allowed = new Set([...everywhere, ...(door[name] ?? [])])
      expect([target, [...reached(join(root, target))].filter((one) => !allowed.has(one))]).toEqual([target, []])
    }
  })

  it("asks for nothing that a bot which forgets does not use: no driver, no client of a model, no test runner", () => {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest
    const isOptional = (name: string) => Object.hasOwn(peerDependenciesMeta, name)
    const asked = [...Object.keys(dependencies), ...Object.keys(peerDependencies).filter((name) => !isOptional(name))]
    const used = new Set(
      ["dist/index.js", "dist/platforms/qq/Adapter.js", "dist/node/index.js"].flatMap((path) =>
        Array.from(reached(join(root, path)))
      )
    )
    expect(asked.toSorted()).toEqual([...used].toSorted())
    expect(Object.keys(peerDependencies).filter(isOptional)).toEqual([
      "@effect/ai",
      "@effect/sql",
      "@effect/vitest",
      "vitest"
    ])
    expect(Object.keys(optionalDependencies)).toEqual(["libsql"])
  })
})
