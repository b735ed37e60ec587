import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Option } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import manifest from "../package.json" with { type: "json" }
import * as Environment from "../src/cli/Environment.ts"
import { codes, grace } from "../src/cli/Process.ts"
import * as Settings from "../src/cli/Settings.ts"
import * as StateFolder from "../src/cli/StateFolder.ts"
import * as Variables from "../src/cli/Variables.ts"
import * as GatewayConfig from "../src/gateway/GatewayConfig.ts"
import * as OperatorServer from "../src/node/OperatorServer.ts"
import * as Watchdog from "../src/node/Watchdog.ts"

const root = join(import.meta.dirname, "..")
const folder = join(root, ".deploy")
const read = (name: string): string => readFileSync(join(folder, name), "utf8")

const [unit, container, example] = ["holdfast.service", "Containerfile", "example.env"].map(read) as [
  string,
  string,
  string
]

/** What a unit says under a name, the last of them. */
const said = (name: string): string => {
  const all = [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))]
  return all.at(-1)?.[1] ?? ""
}
const seconds = (name: string): number => Number(said(name))

/** What a container file says after a word, each time. */
const instructions = (word: string): ReadonlyArray<string> =>
  [...container.replaceAll("\\\n", " ").matchAll(new RegExp(`^${word} +(.*)$`, "gm"))].map(([, rest = ""]) => rest)

/** The settings that an environment means, with files that are to be found elsewhere. */
const settingsOf = (text: string) =>
  Effect.gen(function* () {
    const elsewhere = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "holdfast-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    writeFileSync(join(elsewhere, ".env"), text.replaceAll("/etc/holdfast", elsewhere))
    writeFileSync(join(elsewhere, "qq-client-secret"), "s3cret\n")
    writeFileSync(join(elsewhere, "telegram-bot-token"), `7100000001:${"A".repeat(35)}\n`)
    const environment = yield* Environment.read({}, elsewhere)
    expect(Variables.typos(environment.values)).toEqual([])
    return yield* Effect.withConfigProvider(Settings.read, environment.provider)
  })

/** The folder in which the program keeps what it keeps, under these variables. */
const stateUnder = (home: string) =>
  StateFolder.on("linux", { home: Option.none(), xdgStateHome: Option.some(home), localAppData: Option.none() })

describe("what Holdfast is deployed with", () => {
  it("names variables that there are, and no other", () => {
    const names = readdirSync(folder).flatMap((file) =>
      (read(file).match(/\b(?:HOLDFAST|QQ|TELEGRAM|XDG)_[A-Z_]+\b/g) ?? []).map((name) => name.replace(/_FILE$/, ""))
    )
    expect(names.length).toBeGreaterThan(12)
    const known = new Set(Variables.variables.map(({ name }) => name))
    expect(names.filter((name) => !known.has(name))).toEqual([])
  })

  it.scoped("has an example that is a configuration: its accounts, and who is told of trouble", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf(example)
      expect(settings.accounts.map(({ account }) => account.id)).toEqual(["qq:main", "telegram:main"])
      expect(settings.guard.alerts?.conversation?.account).toBe("telegram:main")
      expect(example).not.toMatch(/SECRET=|TOKEN=/)
    })
  )

  describe("a systemd unit", () => {
    /** Whether systemd starts again what ended like this, by systemd.service(5). */
    const startsAgain = (end: number | "signal" | "watchdog" | "timeout"): boolean => {
      if (end === seconds("RestartPreventExitStatus")) return false
      return end === seconds("RestartForceExitStatus") || (said("Restart") === "on-failure" && end !== 0)
    }

    it.each([
      [codes.done, false],
      [codes.failed, true],
      [codes.restart, true],
      [codes.configuration, false],
      ["signal", true],
      ["watchdog", true],
      ["timeout", true]
    ] as const)(
      "starts the program again where that may help, and only there: %s, %s (F60, F64, F102)",
      (end, again) => {
        expect(startsAgain(end)).toBe(again)
      }
    )

    it("never gives it up, and waits for its word", () => {
      expect(seconds("StartLimitIntervalSec")).toBe(0)
      expect([said("Type"), said("NotifyAccess"), said("TimeoutStartSec")]).toEqual(["notify", "all", "infinity"])
    })

    it("has a reload fail where the configuration is wrong, as a signal could not", () => {
      expect(said("ExecReload")).toBe(said("ExecStart").replace(/ run$/, " reload"))
    })

    it.effect("is more patient than the program's own watchdog and drain", () =>
      Effect.gen(function* () {
        const watchdog = yield* Effect.withConfigProvider(Watchdog.config, ConfigProvider.fromMap(new Map()))
        expect(seconds("WatchdogSec")).toBeGreaterThan(Duration.toSeconds(watchdog ?? Duration.infinity) + 10)
        const stop = Duration.sum(GatewayConfig.defaults.drainWithin, grace)
        expect(seconds("TimeoutStopSec")).toBeGreaterThan(Duration.toSeconds(stop))
      })
    )

    it("gives the program the folders that the example sends it to", () => {
      const [state = "", runtime = ""] = ["XDG_STATE_HOME", "XDG_RUNTIME_DIR"].map(
        (name) => new RegExp(`^${name}=(.*)$`, "m").exec(example)?.[1]
      )
      expect(stateUnder(state)).toEqual(Option.some(`/var/lib/${said("StateDirectory")}`))
      expect(`${runtime}/holdfast`).toBe(`/run/${said("RuntimeDirectory")}`)
      expect(read("holdfast.sysusers")).toMatch(new RegExp(`^u ${said("User")} `))
      expect(example).toContain(said("WorkingDirectory"))
    })

    const analyzer = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].find(existsSync)
    it.runIf(analyzer !== undefined)("is one that systemd has nothing to say against, and not much to say of", () => {
      const path = mkdtempSync(join(tmpdir(), "holdfast-"))
      const file = join(path, "holdfast.service")
      writeFileSync(file, unit.replaceAll(said("ExecStart").replace(/ .*/, ""), process.execPath))
      const ask = (...args: ReadonlyArray<string>) =>
        execFileSync(analyzer ?? "", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
      try {
        expect(ask("verify", file)).toBe("")
        const [, exposure = "10"] =
          /exposure level for \S+: ([\d.]+)/.exec(ask("security", "--offline=true", file)) ?? []
        expect(Number(exposure)).toBeLessThan(3)
      } finally {
        rmSync(path, { recursive: true })
      }
    })
  })

  describe("a container file", () => {
    it("builds from files that there are, with scripts that there are, on a Node that will do", () => {
      const sources = instructions("COPY").flatMap((line) =>
        line.startsWith("--from") ? [] : line.split(" ").slice(0, -1)
      )
      expect(sources.length).toBeGreaterThan(4)
      expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([])
      const sent = read("Containerfile.dockerignore").trim().split("\n")
      expect(sent.toSorted()).toEqual(
        ["*", ...sources.filter((one) => one !== "./").map((one) => `!${one}`)].toSorted()
      )
      const scripts = [...container.matchAll(/npm run (\S+)/g)].map(([, name = ""]) => name)
      expect(scripts.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([])
      expect(scripts).toEqual(["build"])
      const [, least = ""] = />=(\d+)/.exec(manifest.engines.node) ?? []
      expect(instructions("FROM").every((line) => line.includes(`node:${least}-slim`))).toBe(true)
    })

    it("runs what the package runs, as nobody in particular, and keeps what it keeps in a volume", () => {
      expect(container).toContain(`/opt/holdfast/${manifest.bin.holdfast} /usr/local/bin/holdfast`)
      expect([...instructions("ENTRYPOINT"), ...instructions("CMD")]).toEqual(['["holdfast"]', '["run"]'])
      expect(instructions("USER")).toEqual(["node"])
      const [, state = ""] = /XDG_STATE_HOME=(\S+)/.exec(container) ?? []
      expect(stateUnder(state)).toEqual(Option.some(instructions("VOLUME")[0]))
    })

    it("asks whether the process is live where it answers", () => {
      const [check = ""] = instructions("HEALTHCHECK")
      expect(check).toContain(`HOLDFAST_API_PORT ?? ${OperatorServer.defaults.port}}/livez`)
      expect(check).toContain(OperatorServer.defaults.host)
    })
  })
})
