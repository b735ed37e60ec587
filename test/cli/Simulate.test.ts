import { describe, expect, it } from "vitest"
import { platform, Program } from "./program.ts"

describe("holdfast simulate", () => {
  it("says how to point a bot at it, shows the lines that come and go, and forgets none of its faults", async () => {
    const { env, program: qq } = await platform()
    await qq.says(/^ {2}node \S*dist\/bin\/holdfast\.js run$/m)
    const bot = new Program(["run"], { env })
    await qq.says(/line 1 is ready/)
    qq.type("/status", "/help")
    await qq.says(/\/garbage/)
    expect(qq.stdout).not.toContain("/restart")
    bot.signal("SIGTERM")
    await qq.says(/line 1 is gone/)
  })

  it("--json tells machines where it is and what is said, one object a line", async () => {
    const qq = new Program(["simulate", "qq", "--port", "0", "--json"])
    await qq.says(/QQ_API_BASE_URL/)
    qq.type("anybody?", "/quit")
    expect(await qq.ended).toBe(0)
    const all = qq.stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
    expect(all).toContainEqual(
      expect.objectContaining({
        detail: expect.objectContaining({ QQ_TOKEN_BASE_URL: expect.stringContaining("http://127.0.0.1:") })
      })
    )
    expect(all).toContainEqual(
      expect.objectContaining({ who: "platform", text: expect.stringContaining("the bot is away") })
    )
  })

  it("a port that is taken is said, and exits 1", async () => {
    const { env } = await platform()
    const { port } = new URL(env["QQ_API_BASE_URL"] ?? "")
    const second = new Program(["simulate", "qq", "--port", port])
    expect(await second.ended).toBe(1)
    expect(second.stderr).toMatch(/choose another with --port/)
  })

  it("Telegram is simulated as well: a bot that polls is there, answers, and is gone when it stops", async () => {
    const { env, program: telegram } = await platform("telegram")
    expect(Object.keys(env)).toEqual(["TELEGRAM_BOT_TOKEN", "TELEGRAM_API_BASE_URL", "TELEGRAM_ACCESS"])
    telegram.type("/status", "early")
    await telegram.says(/platform +no bot is there/)
    await telegram.says(/platform +the bot is away; Telegram keeps this for a day/)
    const bot = new Program(["run"], { env: { ...env, HOLDFAST_LOG_FORMAT: "pretty" } })
    await bot.says(/keeping telegram:main connected/)
    await bot.says(/telegram:main connected as Demo/)
    await telegram.says(/platform +the bot is polling/)
    await telegram.says(/bot +early/)
    telegram.type("hello", "/help")
    await telegram.says(/bot +hello/)
    await telegram.says(/\/conflict/)
    expect(telegram.stdout).not.toMatch(/\/reconnect|\/restart|\/qq/)
    expect(telegram.stdout).not.toContain("the bot is gone")
    telegram.type("/webhook")
    await telegram.says(/platform +a webhook is set/)
    await bot.says(/telegram:main .*parked: .*TELEGRAM_REMOVE_WEBHOOK=true/)
    await telegram.says(/the bot is gone/)
    bot.signal("SIGTERM")
    expect(await bot.ended).toBe(0)
    expect(bot.output).not.toContain(env["TELEGRAM_BOT_TOKEN"])
  })

  it("an interrupt ends it with 0", async () => {
    const { program: qq } = await platform()
    qq.signal("SIGINT")
    expect(await qq.ended).toBe(0)
  })
})
