import { readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as StoreCheck from "../../src/cli/StoreCheck.ts"
import { StoreUrl } from "../../src/cli/StoreUrl.ts"
import { beside, file, open, say } from "../delivery/SqlStore/Sqlite.ts"
import { folder, Program } from "./program.ts"
import * as served from "./served.ts"

const sqlite = (path: string) => StoreCheck.inspect(StoreUrl.Sqlite({ path }))

describe("the check of a store", () => {
  it.scopedLive("says of one that runs its version and what waits, and does not take it over", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { queue } = yield* open(path)
      expect((yield* sqlite(path)).good).toEqual([
        expect.stringMatching(/^it can be written, and is of version [1-9]\d*$/),
        "nothing waits in it"
      ])
      yield* queue.offer([{ id: "a", key: "a", value: "a" }])
      const { good, problem } = yield* sqlite(path)
      expect(problem).toBeUndefined()
      expect(good).toEqual([
        expect.any(String),
        expect.stringMatching(/^1 item of queue waits to be worked on, the oldest for \S+; 0 are put aside$/)
      ])
      expect(yield* queue.offer([{ id: "b", key: "a", value: "b" }])).toMatchObject({ kept: 1 })
    })
  )

  it.each([
    [
      { queue: "inbox", waiting: 2, dead: 1, oldest: 0 },
      "2 events wait to be handled, the oldest for 1m; 1 is put aside"
    ],
    [
      { queue: "outbox", waiting: 1, dead: 0, oldest: 59_000 },
      "1 message waits to be said, the oldest for 1s; 0 are put aside"
    ],
    // clocks of two machines differ
    [
      { queue: "inbox", waiting: 1, dead: 0, oldest: 90_000 },
      "1 event waits to be handled, the oldest for 0s; 0 are put aside"
    ],
    [{ queue: "outbox", waiting: 0, dead: 3, oldest: undefined }, "0 messages wait to be said; 3 are put aside"]
  ])("tells %j in words", (contents, words) => {
    expect(StoreCheck.contents(60_000, contents)).toBe(words)
  })

  it("warns of a disk that is nearly full, before a run finds it out", () => {
    expect(StoreCheck.room(65_536)).toEqual(["65 kB are left on its disk, or of the quota: make room"])
    expect(StoreCheck.room(20_000_000)).toEqual([])
  })

  it.live("says of a file that is not there that it will be made, and makes nothing", () =>
    Effect.gen(function* () {
      const cwd = folder()
      expect(yield* sqlite(join(cwd, "a", "b", "bot.db"))).toEqual({
        good: ["it is not there yet; the first run makes it"],
        doubts: []
      })
      writeFileSync(join(cwd, "empty.db"), "")
      expect(yield* sqlite(join(cwd, "empty.db"))).toMatchObject({
        good: ["it is empty; the first run makes its tables"]
      })
      expect(readdirSync(cwd)).toEqual(["empty.db"])
      expect(statSync(join(cwd, "empty.db")).size).toBe(0)
    })
  )

  it.scopedLive("says of one that run refuses why, and that it is a matter of settings", () =>
    Effect.gen(function* () {
      const cwd = folder()
      writeFileSync(join(cwd, "text.db"), "this is not a database, however long one looks at it")
      expect((yield* sqlite(join(cwd, "text.db"))).problem).toMatchObject({
        text: expect.stringContaining("SQLITE_NOTADB"),
        remedy: expect.stringContaining("HOLDFAST_STORE_URL"),
        configuration: true
      })
      const later = yield* file
      yield* say(
        yield* beside(later),
        "create table holdfast_store (version integer, generation integer); insert into holdfast_store values (99, 1)"
      )
      expect((yield* sqlite(later)).problem).toMatchObject({
        text: expect.stringContaining("of version 99"),
        configuration: true
      })
    })
  )

  it.live("says of one that is away that run waits for it, without its password", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://bot:pl4nted@127.0.0.1:1/bots")
      const inspection = yield* StoreCheck.inspect(StoreUrl.Postgres({ url, host: "127.0.0.1:1", database: "bots" }))
      expect(inspection.problem).toMatchObject({
        text: expect.stringContaining("ECONNREFUSED"),
        remedy: expect.stringContaining("waits"),
        configuration: false
      })
      expect(JSON.stringify(inspection)).not.toContain("pl4nted")
    })
  )

  it.live("warns that memory forgets", () =>
    Effect.gen(function* () {
      const { doubts, problem } = yield* StoreCheck.inspect(StoreUrl.Memory())
      expect(problem).toBeUndefined()
      expect(doubts).toEqual([expect.stringContaining("lost when the process ends")])
    })
  )

  it.scopedLive("is part of holdfast check, beside the accounts", () =>
    Effect.gen(function* () {
      const { env } = yield* served.qq
      const cwd = folder()
      const run = (url: string, ...args: ReadonlyArray<string>) => {
        const check = new Program(["check", ...args], { cwd, env: { ...env, HOLDFAST_STORE_URL: url } })
        return Effect.map(
          Effect.promise(() => check.ended),
          (code) => ({ code, check })
        )
      }
      const good = yield* run("sqlite:bot.db")
      expect(good.code).toBe(0)
      expect(good.check.stdout).toMatch(
        /HOLDFAST_STORE_URL +\(set\)[\s\S]*the SQLite file \S+bot\.db\n {2}it is not there yet/
      )
      const away = yield* run("postgres://bot:pl4nted@127.0.0.1:1/bots", "--json")
      expect(away.code).toBe(1)
      expect(JSON.parse(away.check.stdout)).toMatchObject({
        store: { place: "PostgreSQL at 127.0.0.1:1, database bots", problem: { configuration: false } },
        accounts: [{ account: "qq:main" }]
      })
      expect(away.check.output).not.toContain("pl4nted")
      writeFileSync(join(cwd, "text.db"), "this is not a database, however long one looks at it")
      expect((yield* run("sqlite:text.db")).code).toBe(78)
    })
  )
})
