import { readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beside, say } from "../delivery/SqlStore/Sqlite.ts"
import { folder, Program } from "./program.ts"
import * as served from "./served.ts"

const conversation = (name: string) => `c2c:${Buffer.from(name).toString("hex").toUpperCase().padEnd(32, "0")}`

/** The program with accounts, in a home of its own, and what it is told to do there. */
const home = (env: Record<string, string>) => {
  const cwd = folder()
  const path = join(cwd, ".local", "state", "holdfast", "holdfast.db")
  const all = { HOLDFAST_LOG_FORMAT: "pretty", ...env }
  return {
    cwd,
    path,
    run: (more: Record<string, string> = {}) => new Program(["run"], { cwd, env: { ...all, ...more } })
  }
}

const says = (program: Program, what: RegExp, times = 1) => Effect.promise(() => program.says(what, times))
const ended = (program: Program) => Effect.promise(() => program.ended)
const stopped = (program: Program) =>
  Effect.zipRight(
    Effect.sync(() => program.signal("SIGTERM")),
    ended(program)
  )

/** Until so much was said. */
const answers = ({ simulator }: Effect.Effect.Success<typeof served.qq>, count: number) =>
  simulator.said.pipe(
    Effect.delay("20 millis"),
    Effect.repeat({ until: (said) => said.length >= count }),
    Effect.map((said) => said.map(({ text }) => text))
  )

/** The address of a server that does this with whoever connects. */
const listening = (greet: (socket: Socket) => void) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const server = createServer((socket) => greet(socket.on("error", () => {})))
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    ),
    (server) => {
      const address = server.address()
      return `127.0.0.1:${typeof address === "object" ? address?.port : address}`
    }
  )

describe.concurrent("holdfast run, with a store", () => {
  it.scopedLive("keeps it in a file of this user, which nobody else can read, and says once where", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const { path, run } = home(env)
      const bot = run()
      yield* says(bot, /connected as demo-bot/)
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700)
      expect(yield* stopped(bot)).toBe(0)
      expect(bot.stderr.split(`are kept in the SQLite file ${path}`)).toHaveLength(2)
    })
  )

  it.scopedLive("that is started again resumes the platform's session, and answers nothing twice (F73, F75)", () =>
    Effect.gen(function* () {
      const qq = yield* served.qq
      const { run } = home(qq.env)
      const first = run()
      yield* says(first, /connected as demo-bot/)
      yield* qq.simulator.hear({ conversation: conversation("ann"), text: "one" })
      yield* answers(qq, 1)
      expect(yield* stopped(first)).toBe(0)
      yield* qq.simulator.hear({ conversation: conversation("ann"), text: "two" })
      // what was answered is told again, as a platform does that was not sure
      yield* qq.simulator.fault({ _tag: "Duplicate", times: 1 })
      yield* qq.simulator.hear({ conversation: conversation("ann"), text: "three" })
      const second = run()
      yield* says(second, /connected as demo-bot, nothing missed/)
      expect(yield* answers(qq, 3)).toEqual(["one", "two", "three"])
      expect(yield* stopped(second)).toBe(0)
      expect(yield* qq.simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
      expect(yield* qq.simulator.said).toHaveLength(3)
    })
  )

  it.scopedLive("that is killed says everything that it had heard, once (F76, F78, F80)", () =>
    Effect.gen(function* () {
      const qq = yield* served.qq
      const { run } = home(qq.env)
      const first = run()
      yield* says(first, /connected as demo-bot/)
      yield* qq.simulator.fault({ _tag: "Stall", step: "http" })
      const texts = Array.from({ length: 40 }, (_, index) => String(index))
      yield* Effect.forEach(texts, (text) =>
        qq.simulator.hear({ conversation: conversation(`person ${Number(text) % 8}`), text })
      )
      const waits = qq.simulator.record.pipe(
        Effect.delay("20 millis"),
        Effect.repeat({
          until: (record) =>
            record.filter(({ detail, what }) => what === "request" && JSON.stringify(detail).includes("/messages"))
              .length >= 8
        })
      )
      yield* waits
      first.signal("SIGKILL")
      expect(yield* ended(first)).toBe("SIGKILL")
      yield* qq.simulator.heal
      const second = run()
      const said = yield* answers(qq, 40)
      expect(yield* stopped(second)).toBe(0)
      expect(said.toSorted((one, other) => Number(one) - Number(other))).toEqual(texts)
      expect(yield* qq.simulator.said).toHaveLength(40)
      expect(yield* qq.simulator.counts()).toMatchObject({ identifies: 1 })
    })
  )

  it.scopedLive(
    "that is asked to stop with a backlog stops within its bound, and says the rest when it is back (F60, F80)",
    () =>
      Effect.gen(function* () {
        const qq = yield* served.qq
        const { run } = home(qq.env)
        const first = run({ HOLDFAST_DRAIN_WITHIN: "1 second" })
        yield* says(first, /connected as demo-bot/)
        yield* qq.simulator.fault({ _tag: "Answer", path: "/messages", status: 500, body: "{}" })
        for (let index = 0; index < 20; index++)
          yield* qq.simulator.hear({ conversation: conversation(`person ${index}`), text: String(index) })
        yield* Effect.sleep("500 millis")
        const asked = performance.now()
        expect(yield* stopped(first)).toBe(0)
        expect(performance.now() - asked).toBeLessThan(13_000)
        expect(first.stderr).toMatch(/asked to stop: .* at most 1s[\s\S]*stopped/)
        yield* qq.simulator.heal
        const second = run()
        expect((yield* answers(qq, 20)).toSorted()).toEqual(
          Array.from({ length: 20 }, (_, index) => String(index)).toSorted()
        )
        expect(yield* stopped(second)).toBe(0)
      })
  )

  it.scopedLive(
    "keeps the receipts of what is said while it stops: the next process does not send that again (F80, F82)",
    () =>
      Effect.gen(function* () {
        const qq = yield* served.qq
        const { run } = home(qq.env)
        const sends = Effect.map(
          qq.simulator.record,
          (record) =>
            record.filter(({ detail, what }) => what === "request" && JSON.stringify(detail).includes("/messages"))
              .length
        )
        const first = run()
        yield* says(first, /connected as demo-bot/)
        yield* qq.simulator.fault({ _tag: "Delay", millis: 700 })
        yield* Effect.forEach(["one", "two", "three"], (text) =>
          qq.simulator.hear({ conversation: conversation(text), text })
        )
        yield* Effect.repeat(Effect.delay(sends, "10 millis"), { until: (count) => count === 3 })
        expect(yield* stopped(first)).toBe(0)
        yield* qq.simulator.heal
        const second = run()
        yield* says(second, /connected as demo-bot, nothing missed/)
        expect(yield* stopped(second)).toBe(0)
        expect(yield* sends).toBe(3)
        expect(yield* qq.simulator.said).toHaveLength(3)
      })
  )

  it.scopedLive("of a later version is refused with what to do, untouched, with 78", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const { cwd, run } = home(env)
      const path = join(cwd, "later.db")
      yield* Effect.scoped(
        Effect.flatMap(beside(path), (sql) =>
          say(
            sql,
            "create table holdfast_store (one integer, version integer, generation integer); insert into holdfast_store values (1, 99, 7)"
          )
        )
      )
      const before = readFileSync(path)
      const bot = run({ HOLDFAST_STORE_URL: "sqlite:later.db" })
      expect(yield* ended(bot)).toBe(78)
      expect(bot.stderr).toContain(`holdfast: the SQLite file ${path}: the store is of version 99 and this program`)
      expect(bot.stderr).toMatch(/^.*nothing of it was changed: start the later program again, or point .*\n$/)
      expect(readFileSync(path).equals(before)).toBe(true)
    })
  )

  it.scopedLive.each<readonly [what: string, url: string, says: RegExp]>([
    [
      "is no database",
      "sqlite:text.db",
      /the file is not a database, or is damaged: .*\(SQLITE_NOTADB\); HOLDFAST_STORE_URL says which/
    ],
    ["is a directory", "sqlite:.", /there is a directory where the file is to be \(EISDIR\); HOLDFAST_STORE_URL says/],
    [
      "lies behind a file",
      "sqlite:text.db/holdfast.db",
      /there is a file where a directory is to be \((ENOTDIR|EEXIST)\); HOLDFAST_STORE_URL says/
    ],
    [
      "lies where nobody can write",
      "sqlite:/proc/holdfast/holdfast.db",
      /see that its directory exists and may be written to \(SQLITE_CANTOPEN\); HOLDFAST_STORE_URL says/
    ]
  ])("that %s is one line, with 78, and changes nothing", ([, url, line]) =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const { cwd, run } = home(env)
      writeFileSync(join(cwd, "text.db"), "this is not what it says, and long enough to be looked at")
      const bot = run({ HOLDFAST_STORE_URL: url })
      expect(yield* ended(bot)).toBe(78)
      expect(bot.stderr.trim()).toMatch(line)
      expect(bot.stderr).toMatch(/^holdfast: the SQLite file \//)
      expect(bot.stderr.trim().split("\n")).toHaveLength(1)
      expect(readFileSync(join(cwd, "text.db"), "utf8")).toContain("long enough")
    })
  )

  it.scopedLive("that is locked is waited for, and the account connects when it is free (F61)", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const { cwd, run } = home(env)
      const locked = yield* Effect.scoped(
        Effect.gen(function* () {
          const sql = yield* beside(join(cwd, "bot.db"))
          yield* say(sql, "begin exclusive")
          const bot = run({ HOLDFAST_STORE_URL: "sqlite:bot.db" })
          yield* says(
            bot,
            /bot\.db is not open: another process is writing to the file \(SQLITE_BUSY\); no account is connected until it is, and the next try is in 5s/
          )
          return bot
        })
      )
      yield* says(locked, /bot\.db is open, after \d+/)
      yield* says(locked, /connected as demo-bot/)
      expect(locked.stderr.match(/is not open/g)).toHaveLength(1)
    })
  )

  it.scopedLive(
    "whose server is away, or answers nothing sensible, does not end the process, and no secret is shown (F61)",
    () =>
      Effect.gen(function* () {
        const { env } = yield* served.qq
        const { run } = home({ ...env, HOLDFAST_LOG_LEVEL: "trace" })
        const strange = yield* listening((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
        const mute = yield* listening(() => {})
        for (const at of ["127.0.0.1:1", strange, mute]) {
          const bot = run({ HOLDFAST_STORE_URL: `postgres://bot:pl4nted-p4ss@${at}/bots` })
          yield* says(bot, new RegExp(`PostgreSQL at ${at}, database bots is not open: .*the next try is in 5s`))
          expect(yield* stopped(bot)).toBe(0)
          expect(bot.stderr).toContain("stopped")
          expect(bot.output).not.toContain("pl4nted")
          expect(bot.output).not.toContain("connected as")
        }
      })
  )

  it.scopedLive("that is memory says so, and makes no file", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const { path, run } = home(env)
      const bot = run({ HOLDFAST_STORE_URL: "memory:" })
      yield* says(bot, /are kept in memory, which forgets with the process[\s\S]*connected as demo-bot/)
      expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
    })
  )

  it("with a bad address names the variable, shows nothing of it, and ends with 78", async () => {
    const bot = new Program(["run"], { env: { HOLDFAST_STORE_URL: "mysql://bot:pl4nted-p4ss@db/bots" } })
    expect(await bot.ended).toBe(78)
    expect(bot.stderr).toMatch(/^holdfast: HOLDFAST_STORE_URL: it wants sqlite:PATH, .*memory:\n$/)
    expect(bot.output).not.toContain("pl4nted")
  })

  it("of a rehearsal is memory: without an account no file is made", async () => {
    const cwd = folder()
    const demo = new Program(["run"], { cwd })
    await demo.says(/connected as demo-bot/)
    expect(statSync(join(cwd, ".local"), { throwIfNoEntry: false })).toBeUndefined()
  })
})
