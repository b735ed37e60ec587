import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import * as Page from "../../src/cli/Dead/Page.ts"
import { Readiness } from "../../src/gateway/Health.ts"
import type { Summary } from "../../src/http/Api/DeadLetter.ts"
import * as OperatorServer from "../../src/node/OperatorServer.ts"
import { blocks, lines } from "./Readme.ts"

const root = join(import.meta.dirname, "../..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const address = `${OperatorServer.defaults.host}:${OperatorServer.defaults.port}`

describe("the README, of operating", () => {
  it("shows what was put aside as the program does", () => {
    const [shown = ""] = blocks("console", "## What was put aside, and what waits")
    const now = new Date(2026, 10, 26, 21, 6, 21).getTime()
    const letter: Summary = {
      queue: "outbox",
      id: "qq:main/build-17",
      conversation: "qq:main/c2c:0123456789ABCDEF0123456789ABCDEF",
      attempts: 0,
      reason: "Rejected: the person is not a friend of the bot (40054004)",
      keptAt: now - 3000,
      diedAt: now - 2000
    }
    expect(shown).toContain(Page.list([letter], new Map(), now))
  })

  it("shows who is not ready as the program answers, and has it scraped where it listens", () => {
    const [asked = ""] = blocks("console", "## Asked over HTTP")
    const [command = "", ...answer] = lines(asked)
    expect(command).toBe(`$ curl -s http://${address}/readyz`)
    const told = Schema.decodeUnknownSync(Readiness, { onExcessProperty: "error" })(JSON.parse(answer.join("")))
    expect(told).toMatchObject({ ready: false, accounts: [{ account: "qq:main", state: "Reconnecting" }] })
    const [scraped = ""] = blocks("yaml", "## Asked over HTTP")
    expect(/targets: \["(.*)"\]/.exec(scraped)?.[1]).toBe(address)
    expect(scraped).toMatch(/^ {4}authorization:$/m)
  })

  it("installs files that are there where the unit looks for them, and a container by the name of its file", () => {
    const commands = blocks("console", "## Running it for real").flatMap(lines)
    const named = commands.flatMap((line) => line.match(/\.deploy\/[\w.]+/g) ?? [])
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const unit = read(".deploy/holdfast.service")
    const [, prefix = ""] = /--prefix (\S+)/.exec(commands[0] ?? "") ?? []
    expect(unit).toMatch(new RegExp(`^ExecStart=.*${prefix}/bin/holdfast run`, "m"))
    expect(manifest.bin).toHaveProperty("holdfast")
    const [, volume = ""] = /-v holdfast:(\S+)/.exec(commands.join("\n")) ?? []
    expect(read(".deploy/Containerfile")).toContain(volume)
    for (const [, program = ""] of commands.join("\n").matchAll(/(?:bin\/|exec holdfast )holdfast (\w+)/g))
      expect(["status"]).toContain(program)
  })
})
