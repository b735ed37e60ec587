import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import * as Sqlite from "../../src/cli/Sqlite.ts"
import { open } from "../delivery/SqlStore/Owned.ts"
import { beside } from "../delivery/SqlStore/Sqlite.ts"
import { conversation, dead, lines, send, user } from "./operator.ts"

/** Each starts a dozen processes or so, beside whatever else the machine does. */
const timeout = 120_000

describe.concurrent("while the gateway runs", { timeout }, () => {
  it.scopedLive("holdfast send says something, and the same key says it once", () =>
    Effect.gen(function* () {
      const { command, hear, run, said } = yield* user
      const program = yield* run()
      yield* hear("hello")
      yield* said(1)
      const first = yield* command(send("the build is green", "build-17"))
      expect(first).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^Kept as qq:main\/build-17: process \d+ says it\.\n$/),
        stderr: ""
      })
      expect(lines((yield* command([...send("the build is green", "build-17"), "--json"])).stdout)).toEqual([
        { id: "qq:main/build-17" }
      ])
      yield* command(send("and deployed", "deploy-17"))
      expect(yield* said(3)).toEqual(["hello", "the build is green", "and deployed"])
      expect(program.output).not.toContain("cannot reach this process")
    })
  )

  it.scopedLive("what was put aside is listed, shown whole, and said when it is retried", () =>
    Effect.gen(function* () {
      const { command, hear, run, said } = yield* user
      const program = yield* run()
      yield* command(send("\u001b[31mwell", "one"))
      yield* dead(program, 1)
      const list = yield* command(["dead", "list"])
      expect(list.stdout).toMatch(
        /^ID +QUEUE +CONVERSATION +PUT ASIDE +TRIES\nqq:main\/one +outbox +c2c:\S+…\S+ +.*(?:ago|just now) +\d+\n {4}Rejected: .*friend.*\n\n1 in all\./
      )
      for (const line of list.stdout.split("\n").slice(0, 3)) expect(line.length).toBeLessThanOrEqual(80)
      const show = yield* command(["dead", "show", "qq:main/o"])
      expect(show).toMatchObject({ code: 0, stderr: "" })
      expect(show.stdout).toContain(conversation)
      expect(show.stdout).toContain("well")
      expect(show.stdout).not.toContain("\u001b")
      expect(lines((yield* command(["dead", "show", "qq:main/one", "--json"])).stdout)).toEqual([
        expect.objectContaining({ queue: "outbox", message: expect.objectContaining({ id: "qq:main/one" }) })
      ])
      yield* hear("hello")
      yield* said(1)
      expect(yield* command(["dead", "retry", "qq:main/one"])).toEqual({
        code: 0,
        stdout: "1 was retried; it waits for its turn.\n",
        stderr: ""
      })
      expect(yield* said(2)).toEqual(["hello", "\u001b[31mwell"])
      expect((yield* command(["dead", "list"])).stdout).toMatch(/^Nothing is dead, as process \d+ says\.\n$/)
    })
  )

  it.scopedLive("all of it is dropped at a word, and never said", () =>
    Effect.gen(function* () {
      const { command, hear, run, said } = yield* user
      const program = yield* run()
      yield* command(send("one", "one"))
      yield* command(send("two", "two"))
      yield* dead(program, 2)
      expect((yield* command(["dead", "drop", "--all", "--queue", "inbox"])).stdout).toBe("Nothing was dropped.\n")
      const dropped = yield* command(["dead", "drop", "--all", "--account", "qq:main", "--json"])
      expect(lines(dropped.stdout)).toEqual([{ done: 2, unknown: [], refused: [] }])
      yield* hear("hello")
      expect(yield* said(1)).toEqual(["hello"])
    })
  )

  it.scopedLive("holdfast queue tells what waits and what is dead, by the store that the process keeps", () =>
    Effect.gen(function* () {
      const { command, cwd, run } = yield* user
      const runtime = { XDG_RUNTIME_DIR: join(cwd, "run") }
      const program = yield* run(runtime)
      yield* command(send("one", "one"), runtime)
      yield* dead(program, 1)
      expect(lines((yield* command(["queue", "--json"], runtime)).stdout)).toEqual([
        { account: "qq:main", inbox: { waiting: 0, dead: 0 }, outbox: { waiting: 0, dead: 1 } }
      ])
      expect((yield* command(["queue"], runtime)).stdout).toMatch(
        /^process \d+, since .*\nACCOUNT +INBOX +OLDEST +DEAD +OUTBOX +OLDEST +DEAD\nqq:main +0 +- +0 +0 +- +1\n$/
      )
      expect((yield* command(["queue"], { ...runtime, HOLDFAST_STORE_URL: "sqlite:other.db" })).stdout).toMatch(
        /^No process answers, and nothing is kept: the store is the SQLite file .*other\.db\.\n$/
      )
    })
  )

  it.scopedLive("what the store keeps of accounts that it does not keep is told, and can be added to", () =>
    Effect.gen(function* () {
      const { command, run } = yield* user
      yield* command(["send", "qq:old/c2c:A", "x", "--key", "old"])
      yield* run()
      expect((yield* command(["queue"])).stdout).toMatch(
        /^process \d+, since .*\nthe SQLite file .*, of accounts that no process answers for\nACCOUNT.*\nqq:main .*\nqq:old .* 1 +(?:\S+ ago|just now) +0\n$/
      )
      expect((yield* command(["send", "qq:old/c2c:A", "y", "--key", "old-2"])).stdout).toMatch(
        /^Kept as qq:old\/old-2: /
      )
      expect(lines((yield* command(["queue", "--json"])).stdout)).toMatchObject([
        { account: "qq:main", outbox: { waiting: 0 } },
        { account: "qq:old", outbox: { waiting: 2 } }
      ])
    })
  )

  it.scopedLive("one that keeps everything in memory is found too", () =>
    Effect.gen(function* () {
      const { command, run } = yield* user
      const memory = { HOLDFAST_STORE_URL: "memory:" }
      const program = yield* run(memory)
      expect((yield* command(send("one", "one"), memory)).stdout).toContain("says it")
      yield* dead(program, 1)
    })
  )

  it.scopedLive("an account that it does not keep, and a conversation that is none, are refused", () =>
    Effect.gen(function* () {
      const { command, run } = yield* user
      yield* run()
      const other = yield* command(["send", "qq:other/c2c:A", "x"])
      expect(other).toMatchObject({ code: 1, stdout: "" })
      expect(other.stderr).toMatch(
        /^holdfast: no process keeps qq:other, and nothing was kept: process \d+ keeps qq:main\n$/
      )
      const nowhere = yield* command(["send", "qq:main/nowhere", "x"])
      expect(nowhere).toMatchObject({ code: 1, stdout: "" })
      expect(nowhere.stderr).toContain("c2c:OPENID")
    })
  )
})

describe.concurrent("while no process runs", { timeout }, () => {
  it.scopedLive("a store of a later version is not read as if it were one of this: what to do is said", () =>
    Effect.gen(function* () {
      const { command, cwd } = yield* user
      const later = { HOLDFAST_STORE_URL: "sqlite:later.db" }
      yield* command(send("one", "one"), later)
      yield* Effect.scoped(
        Effect.flatMap(beside(join(cwd, "later.db")), (sql) => sql.unsafe("update holdfast_store set version = 99"))
      )
      for (const args of [["queue"], ["queue", "--json"], ["dead", "list"], ["status"]]) {
        const told = yield* command(args, later)
        expect(told).toMatchObject({ code: 1, stdout: "" })
        expect(told.stderr).toMatch(
          /^holdfast: the SQLite file .*later\.db cannot be opened: the store is of version 99 and .*: start the later program again, or .*\n$/
        )
      }
    })
  )

  it.scopedLive("the store is asked, and what is retried and sent there is said by the next process, in order", () =>
    Effect.gen(function* () {
      const { command, hear, run, said, stop } = yield* user
      const first = yield* run()
      yield* command(send("one", "one"))
      yield* dead(first, 1)
      expect(yield* stop(first)).toBe(0)
      expect(lines((yield* command(["queue", "--json"])).stdout)).toMatchObject([
        { account: "qq:main", outbox: { waiting: 0, dead: 1 } }
      ])
      expect((yield* command(["dead", "show", "qq:main/one"])).stdout).toContain('"text": "one"')
      expect((yield* command(["dead", "retry", "--all"])).stdout).toBe(
        "1 was retried; it waits until a process runs.\n"
      )
      expect((yield* command(send("two", "two"))).stdout).toMatch(/^Kept as qq:main\/two: no process runs; /)
      expect((yield* command(["queue"])).stdout).toMatch(
        /^No process answers; this is what .* keeps\.\n[\s\S]*qq:main .* 2 +(?:\S+ ago|just now) +0\n$/
      )
      yield* hear("hello")
      yield* run()
      expect((yield* said(3)).filter((text) => text !== "hello")).toEqual(["one", "two"])
    })
  )

  it.scopedLive("what a killed process left behind is no process, and the next one takes its place (F54)", () =>
    Effect.gen(function* () {
      const { command, cwd, run, stop } = yield* user
      const first = yield* run()
      yield* command(send("one", "one"))
      yield* dead(first, 1)
      yield* stop(first, "SIGKILL")
      expect(readdirSync(join(cwd, ".local/state/holdfast")).some((name) => name.endsWith(".sock"))).toBe(true)
      expect((yield* command(["queue"])).stdout).toMatch(/^No process answers; /)
      yield* run()
      expect((yield* command(["queue"])).stdout).toMatch(/^process \d+, since /)
    })
  )

  it.scopedLive("what another one keeps that does not answer is read, and only that (F55)", () =>
    Effect.gen(function* () {
      const { command, cwd, run } = yield* user
      const program = yield* run()
      yield* command(send("one", "one"))
      yield* dead(program, 1)
      const state = join(cwd, ".local/state/holdfast")
      for (const name of readdirSync(state)) if (name.endsWith(".sock")) renameSync(join(state, name), join(cwd, name))
      expect((yield* command(["queue"])).stdout).toMatch(/^No process answers; [\s\S]*qq:main .* 1\n$/)
      expect((yield* command(["dead", "show", "qq:main/one"])).code).toBe(0)
      for (const args of [["dead", "retry", "--all"], ["dead", "drop", "qq:main/one"], send("two", "two")]) {
        const { code, stderr } = yield* command(args)
        expect(code).toBe(1)
        expect(stderr).toMatch(/qq:main is kept by another process \(pid \d+ on .*, since .*\): it does not answer/)
      }
      expect(lines((yield* command(["queue", "--json"])).stdout)).toMatchObject([{ outbox: { waiting: 0, dead: 1 } }])
      expect(program.output).not.toMatch(/taken over/)
    })
  )

  it.scopedLive("what one on another machine keeps is changed there, and it is said where", () =>
    Effect.gen(function* () {
      const { command, cwd } = yield* user
      const path = join(cwd, "holdfast.db")
      const { own } = yield* open(Sqlite.layer(path))
      yield* own("qq:main")
      const { code, stderr } = yield* command(send("one", "one"), { HOLDFAST_STORE_URL: `sqlite:${path}` })
      expect(code).toBe(1)
      expect(stderr).toMatch(/nothing|not kept/)
      expect(stderr).toMatch(/qq:main is kept by another process \(pid \d+ on test, .*: run this command on test\n$/)
    })
  )

  it.scopedLive("and nothing is kept, that is said, nothing is made, and all is well", () =>
    Effect.gen(function* () {
      const { command, cwd } = yield* user
      for (const args of [["queue"], ["dead", "list"]]) {
        const { code, stderr, stdout } = yield* command(args)
        expect([code, stderr]).toEqual([0, ""])
        expect(stdout).toMatch(/[Nn]o process answers.*holdfast\.db\.\n$/)
        expect(yield* command([...args, "--json"])).toEqual({ code: 0, stdout: "", stderr: "" })
      }
      expect((yield* command(["dead", "drop", "--all"])).stdout).toBe("Nothing was dropped.\n")
      expect(readdirSync(cwd)).toEqual([])
    })
  )

  it.scopedLive("nothing can be sent where nothing would keep it", () =>
    Effect.gen(function* () {
      const { command } = yield* user
      const { code, stderr } = yield* command(send("one", "one"), { HOLDFAST_STORE_URL: "memory:" })
      expect([code, stderr.split("\n").length]).toEqual([1, 2])
      expect(stderr).toMatch(
        /^holdfast: nobody can say it, and nothing was kept: no process answers.*memory.*holdfast run/
      )
    })
  )

  it.scopedLive("what is sent where there is no store yet makes one", () =>
    Effect.gen(function* () {
      const { command } = yield* user
      expect((yield* command(send("one", "one"))).code).toBe(0)
      expect((yield* command(["queue", "--json"])).stdout).toContain('"outbox":{"waiting":1')
    })
  )
})

describe.concurrent("the command line", { timeout }, () => {
  it.scopedLive("says of an id that there is none, or which it may be, and does nothing", () =>
    Effect.gen(function* () {
      const { command, run } = yield* user
      const program = yield* run()
      yield* command(send("one", "one-1"))
      yield* command(send("two", "one-2"))
      yield* dead(program, 2)
      const unknown = yield* command(["dead", "retry", "qq:main/one-1", "qq:main/two"])
      expect(unknown).toMatchObject({ code: 1, stdout: "" })
      expect(unknown.stderr).toMatch(/^holdfast: there is no dead letter qq:main\/two; .*dead list.*\n$/)
      const several = yield* command(["dead", "drop", "qq:main/one"])
      expect(several).toMatchObject({ code: 1, stdout: "" })
      expect(several.stderr).toContain("may mean 2 of them: qq:main/one-1 (--queue outbox), qq:main/one-2")
      expect((yield* command(["dead", "show", "nope"])).code).toBe(1)
      yield* dead(program, 2)
    })
  )

  it.scopedLive.each([
    [["dead", "retry"], "--all"],
    [["dead", "drop", "qq:main/one", "--all"], "--all"],
    [["dead", "list", "--account", "nonsense"], "qq:main"],
    [["dead", "list", "--queue", "middle"], "inbox"],
    [["send", "qq:main/c2c:A"], "holdfast send --help"],
    [["send", "qq:main/c2c:A", "x", "--key", "two words"], "a key is"]
  ] as const)("refuses %j, and says why", ([args, hint]) =>
    Effect.gen(function* () {
      const { command } = yield* user
      const { code, stderr, stdout } = yield* command(args)
      expect([code, stdout]).toEqual([1, ""])
      expect(stderr).toContain(hint)
    })
  )

  it.scopedLive("names a store that cannot be used, and keeps its secret", () =>
    Effect.gen(function* () {
      const { command } = yield* user
      const bad = yield* command(["queue"], { HOLDFAST_STORE_URL: "nonsense" })
      expect(bad.code).toBe(78)
      expect(bad.stderr).toContain("HOLDFAST_STORE_URL")
      const away = yield* command(["dead", "list"], { HOLDFAST_STORE_URL: "postgres://me:geheim@127.0.0.1:1/bots" })
      expect(away).toMatchObject({ code: 1, stdout: "" })
      expect(away.stderr).toMatch(/PostgreSQL at 127\.0\.0\.1:1, database bots cannot be opened: /)
      expect(away.stderr).not.toContain("geheim")
    })
  )
})
