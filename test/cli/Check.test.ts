import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { folder, platform, Program } from "./program.ts"

describe.concurrent("holdfast check", () => {
  it("says who the bot is and what is left of its day, and exits 0", async () => {
    const { env } = await platform()
    const check = new Program(["check"], { env })
    expect(await check.ended).toBe(0)
    expect(check.stdout).toMatch(/it is demo-bot[\s\S]*1000 of 1000 sessions/)
    expect(check.stdout).toMatch(/QQ_CLIENT_SECRET +\(set\)/)
    expect(check.output).not.toContain(env["QQ_CLIENT_SECRET"])
  })

  it("a secret that the platform refuses is a matter of configuration, with its remedy", async () => {
    const { env } = await platform()
    const check = new Program(["check", "--json"], { env: { ...env, QQ_CLIENT_SECRET: "a wrong secret" } })
    expect(await check.ended).toBe(78)
    const report: unknown = JSON.parse(check.stdout)
    expect(report).toMatchObject({
      variables: { QQ_CLIENT_SECRET: "(set)" },
      accounts: [
        { account: "qq:main", problem: { configuration: true, remedy: expect.stringContaining("QQ_CLIENT_SECRET") } }
      ]
    })
    expect(check.output).not.toContain("a wrong secret")
  })

  it("a platform out of reach is not", async () => {
    const { env, program: qq } = await platform()
    qq.type("/quit")
    expect(await qq.ended).toBe(0)
    const check = new Program(["check"], { env })
    expect(await check.ended).toBe(1)
    expect(check.stdout).toContain("ECONNREFUSED")
  })

  it("warns of typos and of an account that answers nobody", async () => {
    const { env } = await platform()
    const { QQ_ACCESS: _, ...closed } = env
    const check = new Program(["check"], { env: { ...closed, QQ_ACESS: "open" } })
    expect(await check.ended).toBe(0)
    expect(check.stdout).toMatch(/warning: nothing reads QQ_ACESS: did you mean QQ_ACCESS\?/)
    expect(check.stdout).toMatch(/warning: it answers nobody: .*QQ_ACCESS=open/)
  })

  it("asks every platform that has accounts, and says of each what there is to say", async () => {
    const [qq, telegram] = await Promise.all([platform(), platform("telegram")])
    const two = { TELEGRAM_ACCOUNTS: "good,bad", TELEGRAM_GOOD_BOT_TOKEN: telegram.env["TELEGRAM_BOT_TOKEN"] ?? "" }
    const { TELEGRAM_BOT_TOKEN: token = "", ...rest } = { ...qq.env, ...telegram.env }
    const revoked = `7100000002:${"r".repeat(35)}`
    const check = new Program(["check"], { env: { ...rest, ...two, TELEGRAM_BAD_BOT_TOKEN: revoked } })
    expect(await check.ended).toBe(78)
    expect(check.stdout).toMatch(/qq:main\n {2}it is demo-bot/)
    expect(check.stdout).toMatch(/telegram:good\n {2}it is Demo \(@demo_bot, 7100000001\)/)
    expect(check.stdout).toMatch(/telegram:bad does not work:\n.*401[\s\S]*@BotFather/)
    expect(check.stdout).toMatch(/TELEGRAM_BAD_BOT_TOKEN +\(set\)/)
    for (const secret of [token, revoked]) expect(check.output).not.toContain(secret.slice(11))
  })

  it("what is missing may be there under a mistyped name", async () => {
    const check = new Program(["check"], { env: { QQ_APP_ID: "1", QQ_CLIENT_SECERT: "x" } })
    expect(await check.ended).toBe(78)
    expect(check.stderr).toMatch(/QQ_CLIENT_SECRET is not set[\s\S]*QQ_CLIENT_SECERT: did you mean QQ_CLIENT_SECRET\?/)
  })

  it("a token of the wrong shape is refused before anybody is asked, and is not shown", async () => {
    const check = new Program(["check"], { env: { TELEGRAM_BOT_TOKEN: "geheim", TELEGRAM_POLL_TIMEOUT: "90 seconds" } })
    expect(await check.ended).toBe(78)
    expect(check.stderr.trim().split("\n")).toEqual([
      "holdfast: TELEGRAM_BOT_TOKEN: a token is the bot's id, a colon and at least 24 letters, digits, _ or -, as @BotFather shows it",
      'holdfast: TELEGRAM_POLL_TIMEOUT is "90 seconds": it wants whole seconds, from 1 to 50, such as 25 seconds'
    ])
    expect(check.output).not.toContain("geheim")
  })

  it("without any account there is something to do", async () => {
    const check = new Program(["check"])
    expect(await check.ended).toBe(78)
    expect(check.stderr).toContain("set QQ_APP_ID and QQ_CLIENT_SECRET, or TELEGRAM_BOT_TOKEN")
  })

  it("takes a secret from a file, trimmed", async () => {
    const { env } = await platform()
    const { QQ_CLIENT_SECRET: secret = "", ...rest } = env
    const file = join(folder(), "secret")
    writeFileSync(file, `  ${secret}\n`)
    const check = new Program(["check"], { env: { ...rest, QQ_CLIENT_SECRET_FILE: file } })
    expect(await check.ended).toBe(0)
  })
})
