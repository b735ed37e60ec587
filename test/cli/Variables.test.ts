import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import * as Variables from "../../src/cli/Variables.ts"

const typos = (values: Record<string, string>) => Variables.typos(new Map(Object.entries(values)))

const row = ({ default: fallback = "", description, name, perAccount }: (typeof Variables.variables)[number]) =>
  `| \`${name}\`${perAccount === true ? " †" : ""} | ${description.replaceAll("<", "&lt;")} | ${fallback} |`

describe("Variables", () => {
  it("are those of the README, all of them and no other", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
    const [, table = ""] = /<!-- variables -->\n([\s\S]*?)<!-- \/variables -->/.exec(readme) ?? []
    const head = ["| variable | what it says | default |", "|---|---|---|"]
    expect(table.trim()).toBe([...head, ...Variables.variables.map(row)].join("\n"))
  })

  it("has every name once, and says of each what it is for", () => {
    const names = Variables.variables.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(30)
    expect(new Set(names).size).toBe(names.length)
    for (const { description } of Variables.variables) expect(description).not.toBe("")
  })

  it("finds nothing wrong with any name of ours, in a file or not", () => {
    const all = Variables.variables.flatMap(({ name }) => [
      [name, ""],
      [`${name}_FILE`, ""]
    ])
    expect(typos(Object.fromEntries(all))).toEqual([])
  })

  it.each([
    ["QQ_APPID", "QQ_APP_ID"],
    ["QQ_CLIENT_SECERT", "QQ_CLIENT_SECRET"],
    ["QQ_CLIENT_SECRET_FIEL", "QQ_CLIENT_SECRET_FILE"],
    ["TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"],
    ["TELEGRAM_BOT_TOKEN_FIEL", "TELEGRAM_BOT_TOKEN_FILE"],
    ["TELEGRAM_WEBHOOK_SECERT", "TELEGRAM_WEBHOOK_SECRET"],
    ["HOLDFAST_LOGLEVEL", "HOLDFAST_LOG_LEVEL"],
    ["HOLDFAST_STORE", "HOLDFAST_STORE_URL"],
    ["HOLDFAST_LISTEN_ATTEMPT", "HOLDFAST_LISTEN_ATTEMPTS"]
  ])("takes %s for %s", (wrong, right) => {
    expect(typos({ [wrong]: "" })).toEqual([`nothing reads ${wrong}: did you mean ${right}?`])
  })

  it("makes no wild guess", () => {
    expect(typos({ QQ_MUSIC_VOLUME: "11" })).toEqual(["nothing reads QQ_MUSIC_VOLUME"])
  })

  it("leaves names alone that are not ours", () => {
    expect(typos({ QQQ: "", HOLDFASTER: "", PATH: "", HTTPS_PROXI: "" })).toEqual([])
  })

  it("knows an account's own variables once the account is named, and only then", () => {
    const own = { QQ_TEST_APP_ID: "1", QQ_TEST_CLIENT_SECRET_FILE: "x" }
    expect(typos({ ...own, QQ_ACCOUNTS: "main, test" })).toEqual([])
    expect(typos(own)).toHaveLength(2)
    expect(typos({ QQ_TEST_ACCOUNTS: "x", QQ_ACCOUNTS: "test" })).toHaveLength(1)
    const bot = { TELEGRAM_TEST_BOT_TOKEN: "1", TELEGRAM_TEST_WEBHOOK_SECRET_FILE: "x" }
    expect(typos({ ...bot, TELEGRAM_ACCOUNTS: "test" })).toEqual([])
    expect(typos({ ...bot, QQ_ACCOUNTS: "test" })).toHaveLength(2)
  })
})
