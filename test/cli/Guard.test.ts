import { createHmac } from "node:crypto"
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, Program, tidy } from "./program.ts"
import * as served from "./served.ts"
import * as Systemd from "../../src/node/Systemd.ts"

afterAll(tidy)

const bin = join(import.meta.dirname, "../../dist/bin/holdfast.js")

/** What stands in for `systemd-notify`: it notes what it is given, one call a line. */
const notifier = (cwd: string): { readonly PATH: string; readonly told: () => string } => {
  const [program, log] = [join(cwd, "systemd-notify"), join(cwd, "told")]
  writeFileSync(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${log}\n`)
  chmodSync(program, 0o755)
  const { PATH = "" } = process.env
  return { PATH: `${cwd}:${PATH}`, told: () => (existsSync(log) ? readFileSync(log, "utf8") : "") }
}

/** Blocks the event loop of the program it is loaded into, when there is a file of this name. */
const blocker = (cwd: string): { readonly path: string; readonly block: () => void } => {
  const [path, cue] = [join(cwd, "block.cjs"), join(cwd, "cue")]
  const body = `setInterval(function blockade() { if (require("node:fs").existsSync(${JSON.stringify(cue)})) for (;;); }, 100).unref()`
  writeFileSync(path, body)
  return { path, block: () => writeFileSync(cue, "") }
}

describe.concurrent("holdfast run, guarded", () => {
  it.scopedLive("tells systemd how it is for as long as it moves, and ends with 75 when it is blocked (F67)", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const cwd = folder()
      const { PATH, told } = notifier(cwd)
      const { block, path } = blocker(cwd)
      const bot = new Program(["run"], {
        cwd,
        command: ["--require", path, bin],
        env: {
          ...env,
          PATH,
          NOTIFY_SOCKET: "@holdfast",
          WATCHDOG_USEC: "1500000",
          HOLDFAST_WATCHDOG: "2 seconds",
          HOLDFAST_API_PORT: "off",
          HOLDFAST_LOG_FORMAT: "pretty"
        }
      })
      yield* Effect.promise(() => bot.says(/connected as demo-bot/))
      const is = (what: RegExp) => Effect.repeat(Effect.sleep("50 millis"), { until: () => what.test(told()) })
      yield* is(/^@holdfast READY=1/m)
      yield* is(/STATUS=1 of 1 account connected/)
      yield* is(/(WATCHDOG=1[^]*){3}/)
      block()
      expect(yield* Effect.promise(() => bot.ended)).toBe(75)
      expect(bot.stderr).toMatch(/the event loop has been blocked[^]*qq:main has been Connected/)
    })
  )

  it.scopedLive("posts, signed, who needs a person, to an address that only a file knows (F36)", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const cwd = folder()
      const posted: Array<{ readonly headers: IncomingHttpHeaders; readonly body: string }> = []
      const hook = createServer((request, response) => {
        let body = ""
        request.on("data", (data: Buffer) => (body += data.toString()))
        request.on("end", () => {
          posted.push({ headers: request.headers, body })
          response.end()
        })
      })
      yield* Effect.acquireRelease(
        Effect.async<void>((resume) => void hook.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => hook.close())
      )
      const address = hook.address()
      const port = typeof address === "object" ? address?.port : undefined
      writeFileSync(join(cwd, "hook"), `http://127.0.0.1:${port}/pl4nted-hook\n`)
      const secret = "pl4nted-0123456789"
      const bot = new Program(["run"], {
        cwd,
        env: {
          ...env,
          QQ_CLIENT_SECRET: "this is not it",
          HOLDFAST_ALERT_WEBHOOK_FILE: "hook",
          HOLDFAST_ALERT_SECRET: secret,
          HOLDFAST_API_PORT: "off",
          HOLDFAST_LOG_LEVEL: "trace"
        }
      })
      yield* Effect.repeat(Effect.sleep("100 millis"), { until: () => posted.length > 0 })
      const [{ body, headers } = { body: "", headers: {} }] = posted
      expect(JSON.parse(body)).toMatchObject({ kind: "raised", accounts: [{ account: "qq:main", what: "parked" }] })
      const signature = createHmac("sha256", secret).update(`${String(headers["x-holdfast-timestamp"])}.${body}`)
      expect(headers["x-holdfast-signature"]).toBe(`v1=${signature.digest("hex")}`)
      expect(headers["content-type"]).toBe("application/json")
      bot.signal("SIGTERM")
      expect(yield* Effect.promise(() => bot.ended)).toBe(0)
      expect(bot.stderr).toMatch(/qq:main waits for a person/)
      expect(bot.output).not.toContain("pl4nted")
    })
  )
})

const has = (program: string): boolean => {
  try {
    execFileSync("which", [program], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("ready", flush=True)
while True:
  print(repr(s.recv(4096).decode()), flush=True)
`

describe("systemd", () => {
  it.runIf(has("systemd-notify") && has("python3"))(
    "hears on its socket what it is told, each in one datagram",
    async () => {
      const socket = join(folder(), "notify")
      const child = spawn("python3", ["-c", listener, socket], { stdio: ["ignore", "pipe", "inherit"] })
      let heard = ""
      const says = (what: RegExp) =>
        new Promise<void>((resolve) => {
          child.stdout.on("data", () => what.test(heard) && resolve())
        })
      child.stdout.on("data", (data: Buffer) => (heard += data.toString()))
      await says(/ready/)
      const { tell } = Systemd.make({ socket, watchdog: undefined })
      const both = says(/STATUS/)
      await Effect.runPromise(tell({ READY: 1, STATUS: "1 of 2 accounts connected;\nthe other is not" }))
      await both
      child.kill("SIGKILL")
      expect(heard).toContain("'READY=1\\nSTATUS=1 of 2 accounts connected; the other is not'")
    }
  )
})
