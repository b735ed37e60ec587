import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { accountId } from "../../src/domain/Address.ts"
import * as Client from "../../src/http/Client.ts"
import * as ControlSocket from "../../src/node/ControlSocket.ts"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"
import { folder, Program } from "./program.ts"

const bots = ["101", "102", "103"].map((appId) => ({
  appId,
  secret: Redacted.make(`the secret of ${appId}`),
  id: `bot${appId}`,
  name: `bot ${appId}`
}))

const [one, three] = [accountId("qq", "one"), accountId("qq", "three")]

/** A program whose configuration stands in files that can be changed while it runs, and the platform of its bots. */
const world = Effect.gen(function* () {
  const simulator = yield* QQSimulator.make({ bots })
  const { url } = yield* SimulatorServer.serve(simulator)
  const cwd = folder()
  const runtime = join(cwd, "run")
  mkdirSync(runtime, { mode: 0o700 })
  const configure = (lines: ReadonlyArray<string>) =>
    writeFileSync(join(cwd, ".env"), [`QQ_TOKEN_BASE_URL=${url}`, `QQ_API_BASE_URL=${url}`, ...lines].join("\n"))
  const account = (name: string, appId: string) => [
    `QQ_${name}_APP_ID=${appId}`,
    `QQ_${name}_CLIENT_SECRET_FILE=${join(cwd, `${appId}.secret`)}`
  ]
  const secret = (appId: string, text = `the secret of ${appId}`) => writeFileSync(join(cwd, `${appId}.secret`), text)
  for (const { appId } of bots) secret(appId)
  const start = Effect.sync(
    () =>
      new Program(["run"], {
        cwd,
        env: { HOLDFAST_LOG_FORMAT: "pretty", HOLDFAST_API_PORT: "off", XDG_RUNTIME_DIR: runtime, QQ_ACCESS: "open" }
      })
  )
  const command = (...args: ReadonlyArray<string>) =>
    Effect.promise(async () => {
      const program = new Program(args, { cwd, env: { XDG_RUNTIME_DIR: runtime } })
      const code = await program.ended
      return { code, stdout: program.stdout, stderr: program.stderr }
    })
  const client = Effect.gen(function* () {
    const [address = ""] = yield* ControlSocket.live([join(runtime, "holdfast")])
    return yield* Effect.flatMap(ControlSocket.client(address), Client.make)
  })
  /** How often a bot began a session. */
  const identified = (appId: string) =>
    Effect.map(
      simulator.record,
      (all) =>
        all.filter((entry) => JSON.stringify(entry).includes(`READY`) && JSON.stringify(entry).includes(`bot${appId}`))
          .length
    )
  return { account, client, command, configure, identified, secret, simulator, start }
})

describe("the configuration, read again", () => {
  it.scopedLive(
    "is applied as a difference: who is new starts, who is gone stops, who is as before keeps the session (F93, F104)",
    () =>
      Effect.gen(function* () {
        const { account, client: connect, command, configure, identified, secret, simulator, start } = yield* world
        configure(["QQ_ACCOUNTS=one,two", ...account("ONE", "101"), ...account("TWO", "102")])
        const program = yield* start
        const says = (what: RegExp, times = 1) => Effect.promise(() => program.says(what, times))
        yield* says(/qq:one connected/)
        yield* says(/qq:two connected/)
        const client = yield* connect
        const reload = client.configuration.reload({})
        const status = (id: typeof one) => client.accounts.show({ path: { account: id } })

        const both = ["QQ_ACCOUNTS=one,three", ...account("ONE", "101"), ...account("THREE", "103")]
        configure(both)
        program.signal("SIGHUP")
        yield* says(/read again: added qq:three; removed qq:two; 1 as it was/)
        yield* says(/qq:three connected/)

        configure([...both, "QQ_ONE_ALLOWED_USERS=0123456789ABCDEF0123456789ABCDEF", "QQ_ONE_ACCESS=allowlist"])
        expect(yield* reload).toEqual({ added: [], removed: [], changed: [one], unchanged: [three] })
        expect(yield* reload).toEqual({ added: [], removed: [], changed: [], unchanged: [one, three] })

        configure([...both, "QQ_THREE_SANDBOX=perhaps", "QQ_ONE_INTENTS=EVERYTHING", "QQ_THREE_MARKDWON=false"])
        const refused = yield* Effect.flip(reload)
        if (refused._tag !== "BadConfiguration") return yield* refused
        expect(refused.lines.join("\n")).toMatch(
          /QQ_ONE_INTENTS: "EVERYTHING" is no intent: [\s\S]*QQ_THREE_SANDBOX is "perhaps": /
        )
        expect(refused.lines.join("\n")).toMatch(/nothing reads QQ_THREE_MARKDWON: did you mean QQ_THREE_MARKDOWN\?/)
        configure([])
        expect(yield* Effect.flip(reload)).toMatchObject({ _tag: "BadConfiguration" })
        expect((yield* client.accounts.list({})).map(({ account }) => account)).toEqual([one, three])

        configure([...both, "QQ_THREE_MARKDOWN=false"])
        expect(yield* reload).toEqual({ added: [], removed: [], changed: [one, three], unchanged: [] })
        yield* says(/qq:three connected/, 2)
        secret("103", "another")
        expect(yield* reload).toMatchObject({ changed: [three], unchanged: [one] })
        yield* says(/qq:three [\s\S]*parked/)
        secret("103")
        expect(yield* reload).toMatchObject({ changed: [three] })
        yield* says(/qq:three connected/, 3)

        expect(yield* client.accounts.remove({ path: { account: three } })).toMatchObject({ removed: [three] })
        expect(yield* reload).toMatchObject({ added: [three], unchanged: [one] })

        // one is taken up by its name, and what else is new waits for a reload
        expect(yield* command("remove", "three")).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^qq:three: removed\./)
        })
        configure([...both, "QQ_ONE_MARKDOWN=false"])
        const add = (account: typeof one) => client.accounts.add({ path: { account } })
        expect(yield* command("add", "qq:two")).toMatchObject({
          code: 78,
          stdout: "",
          stderr: expect.stringContaining("qq:two is not configured: there are qq:one, qq:three")
        })
        expect(yield* command("add", "qq:three")).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^process \d+: added: qq:three; unchanged: qq:one\.\n$/)
        })
        expect(yield* add(three)).toEqual({ added: [], removed: [], changed: [], unchanged: [one, three] })
        yield* says(/qq:three connected/, 4)
        configure(both)

        // all that time
        expect(yield* status(one)).toMatchObject({ state: { _tag: "Connected" }, generation: 1 })
        expect(yield* identified("101")).toBe(1)
        expect((yield* simulator.record).length).toBeGreaterThan(10)

        expect(yield* client.accounts.pause({ path: { account: one } })).toMatchObject({ state: { _tag: "Paused" } })
        program.signal("SIGTERM")
        expect(yield* Effect.promise(() => program.ended)).toBe(0)
        const next = yield* start
        yield* Effect.promise(() => next.says(/qq:one it stays paused, as an operator left it/))
        yield* Effect.promise(() => next.says(/qq:three connected/))
        expect(yield* identified("101")).toBe(1)
      })
  )
})
