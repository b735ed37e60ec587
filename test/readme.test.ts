import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import manifest from "../package.json" with { type: "json" }
import { codes } from "../src/cli/Process.ts"
import * as QQCommands from "../src/cli/Command/QQ.ts"
import * as Simulated from "../src/cli/Simulated.ts"
import { plain } from "../src/cli/Colour.ts"
import * as Page from "../src/cli/Status/Page.ts"
import * as Talk from "../src/cli/Talk.ts"
import * as Variables from "../src/cli/Variables.ts"
import { explain } from "../src/cli/Why/Explanation.ts"
import { page } from "../src/cli/Why/Page.ts"
import { accountId } from "../src/domain/Address.ts"
import { Gateway } from "../src/gateway/Gateway.ts"
import * as GatewayHealth from "../src/gateway/Health.ts"
import * as Status from "../src/gateway/Status.ts"
import * as Echo from "../src/handler/Echo.ts"
import * as Health from "../src/http/Api/Health.ts"
import * as OperatorServer from "../src/node/OperatorServer.ts"
import * as QQSimulator from "../src/platforms/qq/Simulator.ts"
import * as Testing from "../src/testing/index.ts"
import { Program } from "./cli/program.ts"
import * as served from "./cli/served.ts"
import { shape } from "./readme/Newcomer.ts"
import { blocks, everyBlock, lines, quoted, readme, rows, section, sentence } from "./readme/Readme.ts"

const root = join(import.meta.dirname, "..")

describe.concurrent("the README", () => {
  it("is set up by two commands, which are the package's", () => {
    const commands = blocks("sh").flatMap(lines)
    expect(commands.filter((line) => line.includes("npm ci"))).toEqual(["npm ci && npm start", "npm ci && npm test"])
    const scripts = [
      ...blocks("sh")
        .join("")
        .matchAll(/npm (?:run (?:--\S+ )*)?([\w:]+)/g)
    ]
    for (const [, name = ""] of scripts) expect(["ci", ...Object.keys(manifest.scripts)]).toContain(name)
    expect(scripts).toHaveLength(6)
  })

  const ways = [
    {
      on: "QQ",
      heading: "## Your own bot, on QQ",
      world: served.qq,
      told: { QQ_APP_ID: "102000001", QQ_CLIENT_SECRET: "...", QQ_ACCESS: "open" },
      known: /QQ_ACCESS +open[\s\S]*it is demo-bot/,
      state: "ready"
    },
    {
      on: "Telegram",
      heading: "## Your own bot, on Telegram",
      world: served.telegram,
      told: { TELEGRAM_BOT_TOKEN: "...", TELEGRAM_ACCESS: "open" },
      known: /TELEGRAM_ACCESS +open[\s\S]*it is Demo/,
      state: "polling"
    }
  ] as const
  for (const { heading, known, on, state, told, world } of ways)
    it.scopedLive(`shows a bot of one's own on ${on} the way: its variables, check and run do what it says`, () =>
      Effect.gen(function* () {
        const { env, simulator } = yield* world
        const [block = ""] = blocks("sh", heading)
        const commands = lines(block)
        const exported = commands.flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)])
        const given = Object.fromEntries(exported.map(([, name = "", value = ""]) => [name, value]))
        expect(Object.keys(given).filter((name) => !Variables.understood(new Map()).has(name))).toEqual([])
        expect(given).toEqual(told)
        const program = `node ${manifest.bin.holdfast} `
        const [check, run, ...others] = commands
          .filter((line) => line.startsWith(program))
          .map(
            (line) => () =>
              new Program(line.slice(program.length).split(" "), {
                env: { ...given, ...env, HOLDFAST_LOG_FORMAT: "pretty" }
              })
          )
        expect(others).toEqual([])
        const checked = check?.()
        expect(yield* Effect.promise(() => checked?.ended ?? Promise.reject())).toBe(0)
        expect(checked?.stdout).toMatch(known)
        // which begins a session, so that fewer are left
        const running = run?.()
        yield* Effect.promise(() => running?.says(/connected as /) ?? Promise.reject())
        const [shown = ""] = blocks("console", heading)
        const printed = `${checked?.stdout}${running?.stderr}`
          .replaceAll(/wss?:\S+/g, "")
          .replaceAll(/^[\d:]{8} /gm, "")
        for (const line of lines(shown.replaceAll(/wss?:\S+/g, "").replaceAll(/^[\d:]{8} /gm, "")))
          expect(lines(printed)).toContain(line)
        // one that polls is between two polls now and then
        const standing = yield* simulator.connections.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (all) => all.length > 0 })
        )
        expect(standing).toMatchObject([{ state }])
      })
    )

  it("tells a first minute that goes as it is told", async () => {
    const dialogue = lines(blocks("text", "## One minute")[0] ?? "")
    expect(dialogue.length).toBeGreaterThan(9)
    const demo = new Program(["run"])
    await demo.says(/connected as demo-bot/)
    for (const line of dialogue) {
      const [, said] = /^ +you {2}\w+:demo +(.*)$/.exec(line) ?? []
      if (said !== undefined) demo.type(said)
      await demo.says(shape(line), dialogue.slice(0, dialogue.indexOf(line) + 1).filter((each) => each === line).length)
    }
  })

  it("speaks only of commands that the demo knows, and counts them", () => {
    const platforms = Object.values(Simulated.platforms)
    const known = Talk.listed([
      ...platforms.flatMap(({ manual }) => manual),
      ...Talk.own({ platforms, restarts: true })
    ])
    // what handlers are told is theirs
    const others = ["## Which handler answers what", "## A model that answers"].map(section)
    const typed = quoted(others.reduce((text, other) => text.replace(other, ""), readme)).filter((word) =>
      /^\/[a-z]/.test(word)
    )
    expect(typed.length).toBeGreaterThan(6)
    for (const word of typed) expect(known).toContain(word)
    expect(readme).toContain(`\`/help\` lists ${QQCommands.commands.length - 1} other ways`)
  })

  it("names the states that an account can be in, all of them and no other", () => {
    const states = [...String(Status.State).matchAll(/_tag: "(\w+)"/g)].map(([, tag]) => tag)
    const [named] = section("### States").split(". ")
    expect(quoted(named ?? "")).toEqual(states)
    const seen = rows("## What happens when")
      .flatMap(([, , see = ""]) => quoted(see))
      .filter((word) => /^[A-Z]/.test(word))
    expect(seen.filter((state) => !quoted(named ?? "").includes(state))).toEqual([])
  })

  it("names the commands of the program, all of them and no other", async () => {
    const help = new Program(["--help"])
    await help.ended
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+(?: [a-z]+)*)(?= [[<]|$)/gm)].map(
      ([, name = ""]) => `holdfast ${name.trim()}`
    )
    // a command that only holds others does nothing
    const doing = commands.filter((name) => !commands.some((other) => other.startsWith(`${name} `)))
    expect(rows("## Commands").map(([command = ""]) => quoted(command)[0])).toEqual(doing)
  })

  it("tells the exit codes, all of them and no other", () => {
    const told = rows("### Exit codes").map(([code = ""]) => Number(quoted(code)[0]))
    expect(told).toEqual(Object.values(codes).toSorted((one, other) => one - other))
  })

  it("shows what became of an account as the program does", () => {
    const now = new Date(2026, 10, 26, 21, 8, 0).getTime()
    const status: Status.AccountStatus = {
      ...Status.initial(accountId("qq", "main"), now - 11_149_000),
      state: { _tag: "Reconnecting", until: now + 12_000 },
      downSince: now - 130_000,
      lastLife: now - 134_000,
      cause: "the line was cut (1006)",
      reason: { _tag: "ConnectionLost", reason: "Closed" },
      attempts: 3
    }
    const shown = blocks("console").join("\n")
    expect(shown).toContain(page(explain({ status }, now), 110, plain))
    const process = { pid: 4711, since: new Date(2026, 10, 26, 18, 2, 11).getTime(), store: "" }
    const other: Status.AccountStatus = {
      ...Status.initial(accountId("telegram", "main"), now - 11_149_000),
      state: { _tag: "Connected", until: now + 30_000 },
      self: { id: "1", name: "Demo" }
    }
    const accounts = [status, other].map((status) => ({ account: status.account, process, status }))
    expect(shown).toContain(Page.page({ at: now, processes: [process], store: "", rows: accounts, failing: [] }, plain))
  })

  it("says what is answered at any time, and who may ask by which variables", () => {
    const told = section("## Asked over HTTP")
    const paths = rows("## Asked over HTTP").flatMap(([path = ""]) => quoted(path))
    const health = Object.values(Health.group.endpoints).map(({ path }) => String(path))
    expect(paths.toSorted()).toEqual([...health, "/openapi.json"].map((path) => `GET ${path}`).toSorted())
    const variables = [...OperatorServer.variables, ...GatewayHealth.variables].map(({ name }) => name)
    for (const name of variables) expect(told).toContain(name)
    expect(told).toContain(`${OperatorServer.defaults.host}:${OperatorServer.defaults.port}`)
  })

  it.scoped("names what the service Gateway, a simulator and the kit have", () =>
    Effect.gen(function* () {
      const gateway = yield* Effect.provide(Gateway, Gateway.layerMemory({ accounts: [], handler: Echo.handler }))
      expect(quoted(sentence("The service `Gateway` has")).slice(1).toSorted()).toEqual(Object.keys(gateway).toSorted())
      const simulator = yield* QQSimulator.make()
      const can = quoted(sentence("A simulator is a `Simulator`")).slice(1)
      expect(can).toHaveLength(6)
      for (const name of can) expect(simulator).toHaveProperty(name)
      const kit = quoted(section("## For testing your own")).filter((name) => /^\w+(Suite|Adapter)$/.test(name))
      expect(kit).toHaveLength(3)
      for (const name of kit) expect(Testing).toHaveProperty(name)
    })
  )

  it("shows no block of code that no test knows, and links to no heading that is not there", () => {
    const known = ["readme.test.ts", ...readdirSync(join(root, "test/readme")).map((file) => `readme/${file}`)].map(
      (file) => readFileSync(join(root, "test", file), "utf8")
    )
    const headings = new Set(everyBlock.map(({ heading }) => heading))
    expect(headings.size).toBeGreaterThan(15)
    expect([...headings].filter((heading) => !known.some((text) => text.includes(`"${heading}"`)))).toEqual([])
    const anchors = new Set(
      Array.from(readme.matchAll(/^#+ (.*)$/gm), ([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-")
      )
    )
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor)
    expect(links.length).toBeGreaterThan(4)
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([])
  })

  it("shows pictures that are there, and not long in coming", () => {
    const pictures = [...readme.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, path = ""]) => path)
    expect(pictures).toEqual([".github/page-dark.png", ".github/page.png"])
    for (const path of pictures) expect(statSync(join(root, path)).size).toBeLessThan(150_000)
  })

  it("names files and folders that are there, and every room of the house", () => {
    const paths = readme.match(/\b(?:src|test|dist)\/[\w./]*\w/g) ?? []
    expect(paths.length).toBeGreaterThan(5)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const rooms = [...(blocks("text", "## How it is built")[0] ?? "").matchAll(/^ {2}(\w+)\/ +(.*)$/gm)].map(
      ([, room = "", what = ""]) => ({
        room,
        what
      })
    )
    const source = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(rooms.map(({ room }) => room).toSorted()).toEqual(source.map(({ name }) => name).toSorted())
    const files = rooms.flatMap(({ room, what }) =>
      [...what.matchAll(/\b[A-Z]\w+/g)].map(([name]) => join("src", room, `${name}.ts`))
    )
    const words = new Set(["src/gateway/Layer.ts", "src/node/Node.ts"])
    expect(files.filter((file) => !words.has(file) && !existsSync(join(root, file)))).toEqual([])
  })
})
