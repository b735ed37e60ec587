import { FetchHttpClient, HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { PublicHttp } from "../../../src/adapter/PublicHttp.ts"
import * as Environment from "../../../src/cli/Environment.ts"
import { exec } from "../../../src/cli/Handlers/Exec.ts"
import { folder, Program } from "../program.ts"
import * as served from "../served.ts"

/** What is wrong with these variables, in the lines that people are told. */
const complaints = (values: Record<string, string>) => {
  const all = new Map(Object.entries(values))
  return exec.config.pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(all, { pathDelim: "_", seqDelim: "," })),
    Effect.flip,
    Effect.map((error) => Environment.complaints(error, all))
  )
}

const lives = (pid: number) => {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"))
}

describe.concurrent("the settings of a program that answers", () => {
  it.scoped.each([
    [{ HOLDFAST_EXEC: "cat --password pl4nted" }, "exec cat"],
    [{ HOLDFAST_EXEC: "'cat' pl4nted" }, "exec cat"],
    [{ HOLDFAST_EXEC: "cat pl4nted | cat", HOLDFAST_EXEC_SHELL: "true" }, "exec cat"],
    [{ HOLDFAST_EXEC: "PASSWORD=pl4nted cat", HOLDFAST_EXEC_SHELL: "true" }, "exec sh"]
  ] as const)("%o have a name that tells nothing but the program", ([values, name]) =>
    Effect.gen(function* () {
      const all = new Map(Object.entries(values))
      const handler = yield* Effect.flatten(exec.config).pipe(
        Effect.withConfigProvider(ConfigProvider.fromMap(all, { pathDelim: "_", seqDelim: "," })),
        Effect.provide(FetchHttpClient.layer),
        Effect.provideService(
          PublicHttp,
          HttpClient.make(() => Effect.never)
        )
      )
      expect(yield* handler.health ?? Effect.succeed([])).toMatchObject([{ handler: name }])
    })
  )

  it.effect.each<[Record<string, string>, ReadonlyArray<string>]>([
    [
      {},
      [
        "HOLDFAST_EXEC is not set: it wants the program that answers, and its arguments; holdfast run --exec says the same"
      ]
    ],
    [
      { HOLDFAST_EXEC: "./nowhere.sh" },
      [
        'HOLDFAST_EXEC is "./nowhere.sh": there is no program ./nowhere.sh, or no interpreter of the kind that its first line names'
      ]
    ],
    [
      { HOLDFAST_EXEC: "no-such-program-anywhere x" },
      [
        'HOLDFAST_EXEC is "no-such-program-anywhere x": there is no program no-such-program-anywhere, or no interpreter of the kind that its first line names'
      ]
    ],
    [{ HOLDFAST_EXEC: "./src" }, ['HOLDFAST_EXEC is "./src": ./src is a folder, and no program']],
    [
      { HOLDFAST_EXEC: "./package.json" },
      ['HOLDFAST_EXEC is "./package.json": ./package.json may not be run: make it executable (chmod +x)']
    ],
    [
      { HOLDFAST_EXEC: "cat | tee log" },
      [
        'HOLDFAST_EXEC is "cat | tee log": only a shell understands its |: quote it, or ask for a shell (HOLDFAST_EXEC_SHELL=true)'
      ]
    ],
    [{ HOLDFAST_EXEC: "cat 'x" }, [`HOLDFAST_EXEC is "cat 'x": its ' is not closed`]],
    [
      { HOLDFAST_EXEC: "cat", HOLDFAST_EXEC_MODE: "xml", HOLDFAST_EXEC_OUTPUT: "0", HOLDFAST_EXEC_ENV: "A=1" },
      [
        'HOLDFAST_EXEC_MODE is "xml": it wants one of text, json, ndjson',
        'HOLDFAST_EXEC_OUTPUT is "0": it wants a whole number from 1',
        'HOLDFAST_EXEC_ENV is "A=1": it wants names of variables, separated by commas'
      ]
    ]
  ])("%o are refused, in words", ([values, lines]) =>
    Effect.gen(function* () {
      expect(yield* complaints(values)).toEqual(lines)
    })
  )
})

describe("holdfast run, with a program that is kept", () => {
  it.scopedLive(
    "gives it none of its secrets, and ends it with all that it started when it ends, however that is",
    () =>
      Effect.gen(function* () {
        const { env, simulator } = yield* served.qq
        const cwd = folder()
        const bot = join(cwd, "bot.mjs")
        const code = [
          "#!/usr/bin/env node",
          'import { spawn } from "node:child_process"',
          'import { writeFileSync } from "node:fs"',
          'import { createInterface } from "node:readline"',
          'process.on("SIGTERM", () => {})',
          'const child = spawn("sleep", ["1000"], { stdio: "ignore" })',
          'writeFileSync("pids", `${process.pid} ${child.pid}`)',
          "for await (const line of createInterface({ input: process.stdin }))",
          '  console.log(JSON.stringify({ id: JSON.parse(line).id, text: Object.keys(process.env).sort().join(" "), done: true }))',
          "setInterval(() => {}, 1000)"
        ]
        writeFileSync(bot, code.join("\n"))
        chmodSync(bot, 0o755)
        const pids = () => readFileSync(join(cwd, "pids"), "utf8").split(" ").map(Number)
        const given = {
          ...env,
          HOLDFAST_HANDLER: "exec",
          HOLDFAST_EXEC: "./bot.mjs",
          HOLDFAST_EXEC_MODE: "ndjson",
          HOLDFAST_EXEC_ENV: "GIVEN,FROM_FILE,UNSET",
          HOLDFAST_API_TOKEN: "pl4nted-token-pl4nted",
          GIVEN: "1",
          OTHER: "2"
        }
        writeFileSync(join(cwd, ".env"), "FROM_FILE=3\n")
        const first = new Program(["run"], { cwd, env: given })
        yield* Effect.promise(() => first.says(/connected as demo-bot/))
        yield* simulator.hear({ conversation: "c2c:0123456789ABCDEF0123456789ABCDEF", text: "what do you see?" })
        const said = yield* simulator.said.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (all) => all.length > 0 })
        )
        expect(said).toMatchObject([{ text: "FROM_FILE GIVEN HOME PATH SHLVL" }])
        const began = pids()
        expect(began.filter(lives)).toEqual(began)
        first.signal("SIGTERM")
        expect(yield* Effect.promise(() => first.ended)).toBe(0)
        expect(began.filter(lives)).toEqual([])

        const second = new Program(["run"], { cwd, env: given })
        yield* Effect.promise(() => second.says(/connected as demo-bot/))
        const again = yield* Effect.sync(pids).pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: ([pid]) => pid !== began[0] })
        )
        second.signal("SIGTERM")
        second.signal("SIGTERM")
        yield* Effect.promise(() => second.ended)
        expect(again.filter(lives)).toEqual([])
      })
  )
})
