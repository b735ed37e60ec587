import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { folder, platform, Program } from "./program.ts"

describe.concurrent("holdfast run, with accounts", () => {
  it("answers what is written to the bot, and drains and exits 0 when asked to stop", async () => {
    const { env, program: qq } = await platform()
    const bot = new Program(["run"], { env: { ...env, HOLDFAST_LOG_FORMAT: "pretty" } })
    await bot.says(/qq:main connected as demo-bot/)
    qq.type("hello over there")
    await qq.says(/bot +hello over there/)
    bot.signal("SIGTERM")
    expect(await bot.ended).toBe(0)
    expect(bot.stderr).toMatch(/keeping qq:main connected[\s\S]*asked to stop[\s\S]*stopped/)
    expect(bot.stdout).toBe("")
  })

  it("logs one JSON object a line when nobody looks", async () => {
    const { env } = await platform()
    const bot = new Program(["run"], { env })
    await bot.says(/connected as demo-bot/)
    bot.signal("SIGINT")
    expect(await bot.ended).toBe(0)
    const lines = bot.stderr
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: "connected as demo-bot",
        account: "qq:main",
        level: "info"
      })
    )
  })

  it("comes back after the line is cut and after the platform was gone, and answers what was said meanwhile", async () => {
    const { env, program: qq } = await platform()
    const bot = new Program(["run"], {
      env: { ...env, HOLDFAST_LOG_FORMAT: "pretty", HOLDFAST_LISTEN_CAP: "1 second" }
    })
    await bot.says(/connected as demo-bot/)
    qq.type("/cut", "are you there?")
    await qq.says(/bot +are you there\?/)
    qq.type("/down")
    await qq.says(/the platform is down/)
    qq.type("/heal", "and now?")
    await qq.says(/bot +and now\?/)
    await bot.says(/connected as demo-bot/, 3)
  })

  it("finishes a send that is under way before it stops, within its bound, and a second signal ends it at once", async () => {
    const { env, program: qq } = await platform()
    const patient = new Program(["run"], { env: { ...env, HOLDFAST_DRAIN_WITHIN: "1 hour" } })
    await patient.says(/connected as demo-bot/)
    qq.type("/lose", "one")
    await qq.says(/bot +one/)
    patient.signal("SIGTERM")
    await patient.says(/asked to stop/)
    patient.signal("SIGTERM")
    expect(await patient.ended).toBe(1)
    expect(patient.stderr).not.toMatch(/stopped/)

    const brisk = new Program(["run"], { env: { ...env, HOLDFAST_DRAIN_WITHIN: "200 millis" } })
    await brisk.says(/connected as demo-bot/)
    qq.type("/lose", "two")
    await qq.says(/bot +two/)
    brisk.signal("SIGTERM")
    expect(await brisk.ended).toBe(0)
  })

  it("warns of a probable typo and goes on", async () => {
    const { env } = await platform()
    const bot = new Program(["run"], { env: { ...env, QQ_CLINET_SECRET: "x", HOLDFAST_LOG_FORMAT: "pretty" } })
    await bot.says(/nothing reads QQ_CLINET_SECRET: did you mean QQ_CLIENT_SECRET\?/)
    await bot.says(/connected as demo-bot/)
  })

  it("tells no secret at any level, not even of a proxy", async () => {
    const { env } = await platform()
    const secrets = { proxy: "pl4nted-proxy", other: "pl4nted-second" }
    const bot = new Program(["run"], {
      env: {
        HOLDFAST_LOG_LEVEL: "trace",
        HTTPS_PROXY: `http://user:${secrets.proxy}@127.0.0.1:1`,
        QQ_ACCOUNTS: "main,other",
        QQ_MAIN_APP_ID: env["QQ_APP_ID"] ?? "",
        QQ_MAIN_CLIENT_SECRET: env["QQ_CLIENT_SECRET"] ?? "",
        QQ_MAIN_TOKEN_BASE_URL: env["QQ_TOKEN_BASE_URL"] ?? "",
        QQ_MAIN_API_BASE_URL: env["QQ_API_BASE_URL"] ?? "",
        QQ_MAIN_ACCESS: "open",
        QQ_OTHER_APP_ID: "4711",
        QQ_OTHER_CLIENT_SECRET: secrets.other
      }
    })
    await bot.says(/connected as demo-bot/)
    await bot.says(/PROXY_ECONNREFUSED/)
    bot.signal("SIGTERM")
    expect(await bot.ended).toBe(0)
    for (const secret of [env["QQ_CLIENT_SECRET"] ?? "", ...Object.values(secrets)]) {
      expect(secret.length).toBeGreaterThan(8)
      expect(bot.output).not.toContain(secret)
      expect(bot.output).not.toContain(btoa(`user:${secret}`))
    }
  })

  it("tells no token of Telegram's at any level, whatever goes wrong", async () => {
    const { env, program: telegram } = await platform("telegram")
    const { TELEGRAM_API_BASE_URL: url = "", TELEGRAM_BOT_TOKEN: token = "" } = env
    const stranger = `7100000002:${"pl4nted-token".repeat(3)}`
    const bot = new Program(["run"], {
      env: {
        HOLDFAST_LOG_LEVEL: "trace",
        HOLDFAST_LISTEN_CAP: "1 second",
        TELEGRAM_ACCOUNTS: "main,other,lost",
        TELEGRAM_ACCESS: "open",
        TELEGRAM_API_BASE_URL: url,
        TELEGRAM_LOST_API_BASE_URL: "http://127.0.0.1:1",
        TELEGRAM_MAIN_BOT_TOKEN: token,
        TELEGRAM_OTHER_BOT_TOKEN: stranger,
        TELEGRAM_LOST_BOT_TOKEN: stranger.replace("7100000002", "7100000003")
      }
    })
    await bot.says(/telegram:other[\s\S]*parked|parked[\s\S]*telegram:other/)
    await bot.says(/ECONNREFUSED/)
    telegram.type("hello")
    await telegram.says(/bot +hello/)
    telegram.type("/html")
    await bot.says(/none of the Bot API/)
    telegram.type("/heal", "/garbage", "/lose", "again")
    await telegram.says(/bot +again/)
    telegram.type("/unauthorized")
    await bot.says(/the token is refused/, 2)
    bot.signal("SIGTERM")
    expect(await bot.ended).toBe(0)
    for (const secret of [token.split(":")[1] ?? "", "pl4nted-token"]) {
      expect(secret.length).toBeGreaterThan(8)
      expect(bot.output).not.toContain(secret)
    }
  })

  it("keeps the bots of several platforms, and one that is parked holds up no other", async () => {
    const [qq, telegram] = await Promise.all([platform(), platform("telegram")])
    const env = { ...qq.env, ...telegram.env, HOLDFAST_LOG_FORMAT: "pretty" }
    const bot = new Program(["run"], { env })
    await bot.says(/keeping qq:main, telegram:main connected/)
    await bot.says(/qq:main connected as demo-bot/)
    await bot.says(/telegram:main connected as Demo/)
    telegram.program.type("/unauthorized")
    await bot.says(/telegram:main .*parked/)
    qq.program.type("still there?")
    await qq.program.says(/bot +still there\?/)
    bot.signal("SIGTERM")
    expect(await bot.ended).toBe(0)
    expect(bot.stderr.match(/qq:main connected/g)).toHaveLength(1)
  })

  it("names every bad value on a line of its own, shows no secret, and exits 78", async () => {
    const bot = new Program(["run"], {
      env: {
        QQ_APP_ID: "abc",
        HOLDFAST_STABLE_AFTER: "soon",
        HOLDFAST_LOG_LEVEL: "loud",
        HOLDFAST_LISTEN_ATTEMPTS: "0",
        HTTPS_PROXY: "socks5://user:geheim@p.example"
      }
    })
    expect(await bot.ended).toBe(78)
    expect(bot.stdout).toBe("")
    expect(bot.stderr.trim().split("\n").toSorted()).toEqual([
      'holdfast: HOLDFAST_LISTEN_ATTEMPTS is "0": it wants a whole number from 1',
      'holdfast: HOLDFAST_LOG_LEVEL is "loud": it wants one of trace, debug, info, warning, error, none',
      'holdfast: HOLDFAST_STABLE_AFTER is "soon": it wants a span of time of 24 days at most, such as 30 seconds or 5 minutes',
      "holdfast: HTTPS_PROXY: it wants an HTTP proxy, such as http://proxy.example:3128",
      'holdfast: QQ_APP_ID is "abc": an app id is decimal digits, as the QQ bot console shows it',
      "holdfast: QQ_CLIENT_SECRET is not set: it wants the bot's client secret, from the QQ bot console"
    ])
  })

  it("reads .env, and the process's own variables win", async () => {
    const { env } = await platform()
    const cwd = folder()
    const lines = Object.entries({ ...env, QQ_APP_ID: "not this" }).map(([name, value]) => `${name}=${value}`)
    writeFileSync(join(cwd, ".env"), lines.join("\n"))
    const bot = new Program(["run"], { cwd, env: { QQ_APP_ID: env["QQ_APP_ID"] ?? "" } })
    await bot.says(/connected as demo-bot/)
  })
})
