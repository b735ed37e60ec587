import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, Program } from "./program.ts"
import * as served from "./served.ts"

const says = (program: Program, what: RegExp) => Effect.promise(() => program.says(what))
const ended = (program: Program) => Effect.promise(() => program.ended)

/** Runs `holdfast store backup` to its end. */
const backup = (cwd: string, url: string, ...args: ReadonlyArray<string>) => {
  const program = new Program(["store", "backup", ...args], { cwd, env: { HOLDFAST_STORE_URL: url } })
  return Effect.map(ended(program), (code) => ({ code, stdout: program.stdout, stderr: program.stderr }))
}

/** Until the program beside it keeps so many messages, as `holdfast check` sees it. */
const kept = (cwd: string, env: Record<string, string>, count: number) =>
  Effect.suspend(() => {
    const check = new Program(["check"], { cwd, env: { ...env, HOLDFAST_STORE_URL: "sqlite:bot.db" } })
    return Effect.map(ended(check), () => check.stdout.includes(`${count} messages wait to be said`))
  }).pipe(Effect.repeat({ until: (all) => all }))

describe.concurrent("holdfast store backup", () => {
  it.scopedLive(
    "copies everything that waits, while the program runs, and the copy says it when it is put in place",
    () =>
      Effect.gen(function* () {
        const qq = yield* served.qq
        const cwd = folder()
        const run = (file: string) =>
          new Program(["run"], { cwd, env: { ...qq.env, HOLDFAST_STORE_URL: `sqlite:${file}` } })
        const bot = run("bot.db")
        yield* says(bot, /connected as demo-bot/)
        yield* qq.simulator.fault({ _tag: "Answer", path: "/messages", status: 500, body: "{}" })
        const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`)
        yield* Effect.forEach(texts, (text, index) =>
          qq.simulator.hear({ conversation: `c2c:${String(index % 5).repeat(32)}`, text })
        )
        yield* kept(cwd, qq.env, texts.length)
        const path = join(cwd, "copy.db")
        const copied = yield* backup(cwd, "sqlite:bot.db", "copy.db", "--json")
        expect(copied).toMatchObject({ code: 0, stderr: "" })
        expect(JSON.parse(copied.stdout)).toEqual({
          store: join(cwd, "bot.db"),
          backup: path,
          version: expect.any(Number),
          bytes: statSync(path).size
        })
        expect(statSync(path).mode & 0o777).toBe(0o600)
        bot.signal("SIGKILL")
        yield* ended(bot)
        yield* qq.simulator.heal
        const again = run("copy.db")
        const said = yield* qq.simulator.said.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (all) => all.length >= texts.length })
        )
        expect(said.map(({ text }) => text).toSorted()).toEqual(texts.toSorted())
        again.signal("SIGTERM")
        expect(yield* ended(again)).toBe(0)
      })
  )

  it.scopedLive("never writes over a file, not even its own copy", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const cwd = folder()
      const bot = new Program(["run"], { cwd, env: { ...env, HOLDFAST_STORE_URL: "sqlite:bot.db" } })
      yield* says(bot, /connected as demo-bot/)
      writeFileSync(join(cwd, "mine.txt"), "mine")
      expect(yield* backup(cwd, "sqlite:bot.db", "one.db")).toMatchObject({ code: 0 })
      for (const name of ["mine.txt", "one.db", "bot.db"]) {
        const { code, stderr } = yield* backup(cwd, "sqlite:bot.db", name)
        expect(code).toBe(1)
        expect(stderr).toBe(`holdfast: ${join(cwd, name)} is there already and stays as it is; choose another name\n`)
      }
      expect(readFileSync(join(cwd, "mine.txt"), "utf8")).toBe("mine")
      expect(yield* backup(cwd, "sqlite:bot.db", "away/copy.db")).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/away\/copy\.db: the file cannot be opened: see that its directory exists/)
      })
      writeFileSync(join(cwd, "two.db.partial"), "")
      const { code, stderr } = yield* backup(cwd, "sqlite:bot.db", "two.db")
      expect(code).toBe(1)
      expect(stderr).toContain(
        "two.db.partial is there already and stays as it is; another backup writes it, or was cut"
      )
      expect(
        readdirSync(cwd)
          .filter((name) => /^(one|two)/.test(name))
          .toSorted()
      ).toEqual(["one.db", "two.db.partial"])
      bot.signal("SIGTERM")
      expect(yield* ended(bot)).toBe(0)
    })
  )

  it.live("leaves nothing behind where it cannot be written, or there is nothing to copy", () =>
    Effect.gen(function* () {
      const cwd = folder()
      writeFileSync(join(cwd, "empty.db"), "")
      writeFileSync(join(cwd, "text.db"), "this is not a database, however long one looks at it")
      mkdirSync(join(cwd, "bots"))
      const before = readdirSync(cwd)
      const cases = [
        ["sqlite:absent.db", "copy.db", /there is no store at \S+absent\.db yet, so there is nothing to back up\n$/],
        ["sqlite:empty.db", "copy.db", /there is no store at \S+empty\.db yet/],
        ["sqlite:text.db", "copy.db", /the SQLite file \S+text\.db: the file is not a database, or is damaged/]
      ] as const
      for (const [url, name, line] of cases) {
        const { code, stderr, stdout } = yield* backup(cwd, url, name)
        expect([code, stdout]).toEqual([1, ""])
        expect(stderr).toMatch(line)
      }
      expect(readdirSync(cwd)).toEqual(before)
    })
  )

  it.live("of PostgreSQL names the command that makes one, without the password", () =>
    Effect.gen(function* () {
      const cwd = folder()
      const { code, stderr } = yield* backup(cwd, "postgres://bot:pl4nted@db.example/bots", "it's.dump")
      expect(code).toBe(1)
      expect(stderr).toContain(
        `pg_dump --format=custom --file='${join(cwd, String.raw`it'\''s.dump`)}' 'postgres://bot@db.example/bots'`
      )
      expect(stderr).not.toContain("pl4nted")
      expect(readdirSync(cwd)).toEqual([])
    })
  )

  it.live("of memory says that there is none", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* backup(folder(), "memory:", "copy.db")
      expect(code).toBe(1)
      expect(stderr).toMatch(/^holdfast: what is kept in memory .* cannot be backed up; set HOLDFAST_STORE_URL/)
    })
  )

  it.live("of a bad address, or without a file to write, says what is missing", () =>
    Effect.gen(function* () {
      expect(yield* backup(folder(), "mysql://db", "copy.db")).toMatchObject({ code: 78 })
      expect(yield* backup(folder(), "memory:")).toMatchObject({ code: 1, stdout: "" })
    })
  )
})
