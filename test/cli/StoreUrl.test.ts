import { describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Option, Redacted } from "effect"
import { homedir } from "node:os"
import { join, resolve } from "node:path"
import { expect } from "vitest"
import * as Environment from "../../src/cli/Environment.ts"
import * as StoreUrl from "../../src/cli/StoreUrl.ts"

const told = (url: string) => Option.map(StoreUrl.parse(url), StoreUrl.told).pipe(Option.getOrUndefined)

const read = (values: Record<string, string>) =>
  Effect.withConfigProvider(
    StoreUrl.config,
    ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_", seqDelim: "," })
  )

describe("a store's address", () => {
  it.each([
    ["sqlite:/var/lib/holdfast.db", "/var/lib/holdfast.db"],
    ["sqlite:///var/lib/holdfast.db", "/var/lib/holdfast.db"],
    [" sqlite:bot.db\n", resolve("bot.db")],
    ["sqlite:./a b/c?d#e.db", resolve("a b/c?d#e.db")],
    ["sqlite:~/bot.db", join(homedir(), "bot.db")],
    ["sqlite:~bot.db", resolve("~bot.db")]
  ])("%j is a file, at an absolute path", (url, path) => {
    expect(StoreUrl.parse(url)).toEqual(Option.some(StoreUrl.StoreUrl.Sqlite({ path })))
  })

  it.each([
    ["postgres://bot:geheim@db.example/bots", "PostgreSQL at db.example, database bots"],
    ["postgresql://bot:geheim@db.example:6432/bots?sslmode=require", "PostgreSQL at db.example:6432, database bots"],
    ["postgres://bot:geheim@[::1]:5432/bots", "PostgreSQL at [::1]:5432, database bots"],
    ["postgres://db.example", "PostgreSQL at db.example, its user's own database"],
    ["postgres://bot:a%40b%2Fgeheim@db/m%20y", "PostgreSQL at db, database m y"],
    ["postgresql://bot@/bots?host=%2Frun%2Fpg&password=geheim", "PostgreSQL at /run/pg, database bots"],
    ["postgresql:///bots", "PostgreSQL at localhost, database bots"],
    ["postgres://bot:geheim@db/bots?port=6432", "PostgreSQL at db:6432, database bots"],
    ["postgres://bot:geheim@db:5432/bots?host=other&host=last&port=6432", "PostgreSQL at last:6432, database bots"],
    ["memory:", "memory, which forgets with the process"]
  ])("%j is told without its secrets", (url, text) => {
    expect(told(url)).toBe(text)
    expect(JSON.stringify(StoreUrl.parse(url))).not.toContain("geheim")
  })

  it("keeps the whole of a Postgres address for the driver, and shows it to nobody", () => {
    const url = "postgres://bot:geheim@db.example/bots?sslmode=require"
    const parsed = Option.getOrThrow(StoreUrl.parse(url))
    expect(parsed._tag === "Postgres" ? Redacted.value(parsed.url) : undefined).toBe(url)
    expect(String(parsed)).not.toContain("geheim")
  })

  it.each([
    ["postgres://bot:geheim@db/bots?sslmode=require", "postgres://bot@db/bots?sslmode=require"],
    ["postgres://:geheim@db/bots", "postgres://@db/bots"],
    ["postgresql://bot@/bots?host=%2Frun&password=geheim", "postgresql://bot@/bots?host=%2Frun"],
    ["postgres://db/bots?password=geheim&sslpassword=geheim&sslmode=require", "postgres://db/bots?sslmode=require"],
    ["postgres://db/bots?PASSWORD=geheim", "postgres://db/bots"],
    ["postgres://bot@db", "postgres://bot@db"]
  ])("of Postgres, %j, is shown without its passwords", (url, text) => {
    const parsed = Option.getOrThrow(StoreUrl.parse(url))
    expect(parsed._tag === "Postgres" ? StoreUrl.shown(parsed) : undefined).toBe(text)
  })

  it.each([
    "",
    "bot.db",
    "sqlite",
    "sqlite:",
    "sqlite://",
    "sqlite:data/",
    "sqlite://host/bot.db",
    "sqlite::memory:",
    "memory",
    "memory://x",
    "toString:",
    "mysql://bot:geheim@db/bots",
    "http://db.example/bots",
    "postgres:",
    "postgres:bots",
    "postgres://bot:geheim@db:port/bots",
    "postgres://bot:geheim@db:99999/bots",
    "postgres://bot:geheim@:5432/bots",
    "postgres://bot:geheim@db:0/bots",
    "postgres://bot:geheim@db/bots?port=abc",
    "postgres://bot:geheim@db:5432/bots?port=99999",
    "postgresql://bot@/bots?host=%2Frun&port=-1",
    "postgres://bot:geheim@db/bots%",
    "postgres://bot:100%@db/bots",
    "postgres://bot:geheim@db/bots/more",
    "postgres://bot:geheim@db/bots#more",
    "postgres://bot:ge heim@db/bots"
  ])("%j is none", (url) => {
    expect(StoreUrl.parse(url)).toEqual(Option.none())
  })

  it.each(["ge@heim", "ge/heim", "ge#heim", "ge?heim", "12/heim", "12?heim", "12#heim", "/heim@x"])(
    "a password that is not written as an address wants it, %j, is never taken for a host or a database",
    (password) => {
      expect(told(`postgres://bot:${password}@db.example/bots`)).toBeUndefined()
      expect(told(`postgres://bot:${password}@db.example`)).toBeUndefined()
    }
  )
})

describe("the store of the environment", () => {
  it.effect("is what HOLDFAST_STORE_URL says", () =>
    Effect.gen(function* () {
      expect(yield* read({ HOLDFAST_STORE_URL: "memory:" })).toEqual(StoreUrl.StoreUrl.Memory())
    })
  )

  it.effect.runIf(process.platform === "linux")("is else a file of this user", () =>
    Effect.gen(function* () {
      expect(yield* read({ XDG_STATE_HOME: "/s" })).toEqual(
        StoreUrl.StoreUrl.Sqlite({ path: "/s/holdfast/holdfast.db" })
      )
      expect(yield* read({})).toEqual(
        StoreUrl.StoreUrl.Sqlite({ path: join(homedir(), ".local/state/holdfast/holdfast.db") })
      )
    })
  )

  it.effect.each(["mysql://bot:geheim@db/bots", "postgres://bot:ge@heim@db/bots", ""])(
    "that is bad, %j, is one line that says what it wants, and does not repeat it",
    (url) =>
      Effect.gen(function* () {
        const values = new Map([["HOLDFAST_STORE_URL", url]])
        const error = yield* Effect.flip(read(Object.fromEntries(values)))
        const [line = "", ...others] = Environment.complaints(error, values)
        expect(others).toEqual([])
        expect(line).toMatch(/^HOLDFAST_STORE_URL: it wants sqlite:PATH, postgres:/)
        expect(line).not.toContain("heim")
      })
  )
})
