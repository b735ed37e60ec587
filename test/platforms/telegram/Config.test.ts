import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either, Redacted } from "effect"
import { accounts, settings, variables } from "../../../src/platforms/telegram/Config.ts"

const secret = "AAHx-secret_of-the-bot-000"
const token = `7100000001:${secret}`
const given = (environment: Record<string, string>) =>
  accounts.pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)), { pathDelim: "_" }))
  )
const refused = (environment: Record<string, string>) => Effect.map(Effect.flip(given(environment)), String)
const one = { TELEGRAM_BOT_TOKEN: token }
const two = {
  TELEGRAM_ACCOUNTS: "main, test",
  TELEGRAM_MAIN_BOT_TOKEN: token,
  TELEGRAM_TEST_BOT_TOKEN: `7100000002:${secret}`
}

describe("Telegram Config", () => {
  it.effect("an empty environment has no accounts", () =>
    Effect.gen(function* () {
      expect(yield* given({})).toEqual([])
      expect(yield* given({ TELEGRAM_ACCESS: "open" })).toEqual([])
    })
  )

  it.effect("a token makes the account telegram:main, polled, with every default applied", () =>
    Effect.gen(function* () {
      const [main] = (yield* given({ TELEGRAM_BOT_TOKEN: ` ${token}\n` })).map(settings)
      expect(main).toMatchObject({
        account: "telegram:main",
        botId: "7100000001",
        webhook: undefined,
        removeWebhook: false,
        maxAge: undefined,
        apiBaseUrl: "https://api.telegram.org",
        access: { _tag: "Closed", remedy: expect.stringContaining("TELEGRAM_ACCESS=open") }
      })
      expect(main && Duration.toSeconds(main.pollTimeout)).toBe(25)
      expect(main && Redacted.value(main.token)).toBe(token)
    })
  )

  it.effect("several accounts are named, and what is set for all of them is the default of each", () =>
    Effect.gen(function* () {
      const [main, test] = (yield* given({
        ...two,
        TELEGRAM_MAX_AGE: "1 hour",
        TELEGRAM_TEST_MAX_AGE: "5 minutes",
        TELEGRAM_REMOVE_WEBHOOK: "Yes",
        TELEGRAM_TEST_POLL_TIMEOUT: "50 seconds",
        TELEGRAM_API_BASE_URL: "http://127.0.0.1:8081/",
        TELEGRAM_WEBHOOK_SECRET: "12345678",
        TELEGRAM_TEST_WEBHOOK_URL: "https://bots.example/telegram/5f0c"
      })).map(settings)
      expect(main).toMatchObject({ account: "telegram:main", apiBaseUrl: "http://127.0.0.1:8081", removeWebhook: true })
      expect(main?.webhook).toBeUndefined()
      expect(test?.webhook?.url).toBe("https://bots.example/telegram/5f0c")
      expect(test?.webhook && Redacted.value(test.webhook.secret)).toBe("12345678")
      expect([main?.maxAge, test?.maxAge].map((span) => span && Duration.toMinutes(span))).toEqual([60, 5])
      expect([main?.pollTimeout, test?.pollTimeout].map((span) => span && Duration.toSeconds(span))).toEqual([25, 50])
    })
  )

  it.effect("lists of people and chats allow exactly those, and a topic by itself (F91)", () =>
    Effect.gen(function* () {
      const [account] = yield* given({
        ...one,
        TELEGRAM_ALLOWED_USERS: "7001, -1001900000002,",
        TELEGRAM_ALLOWED_CHATS: "-1001900000001,chat:-5, -1001900000003/17"
      })
      expect(account?.access).toEqual({
        _tag: "AllowList",
        people: ["7001", "-1001900000002"],
        conversations: ["chat:-1001900000001", "chat:-5", "chat:-1001900000003/17"]
      })
      const [empty] = yield* given({ ...one, TELEGRAM_ACCESS: "allowlist", TELEGRAM_ALLOWED_CHATS: "," })
      expect(empty?.access?._tag).toBe("Closed")
    })
  )

  it.effect("an open account with an allow list is refused rather than guessed at (F91)", () =>
    Effect.gen(function* () {
      const error = yield* refused({ ...two, TELEGRAM_ACCESS: "open", TELEGRAM_TEST_ALLOWED_CHATS: "-5" })
      expect(error).toContain("TELEGRAM_TEST_ACCESS")
      expect(error).toContain("TELEGRAM_TEST_ALLOWED_CHATS")
      expect(error).not.toContain("TELEGRAM_MAIN_ACCESS")
    })
  )

  it.effect("one bot under two names is refused, whatever its secret is, and both are named (F92)", () =>
    Effect.gen(function* () {
      const error = yield* refused({ ...two, TELEGRAM_TEST_BOT_TOKEN: `7100000001:${"x".repeat(35)}` })
      expect(error).toContain("TELEGRAM_TEST_BOT_TOKEN")
      expect(error).toContain("TELEGRAM_MAIN_BOT_TOKEN")
      expect(error).not.toContain(secret)
    })
  )

  it.effect("two accounts are not posted to at one path, and everything that is wrong is said at once", () =>
    Effect.gen(function* () {
      const shared = { TELEGRAM_WEBHOOK_URL: "https://bots.example/telegram", TELEGRAM_WEBHOOK_SECRET: "12345678" }
      const error = yield* refused({ ...two, ...shared, TELEGRAM_TEST_BOT_TOKEN: token })
      expect(error).toContain("TELEGRAM_TEST_WEBHOOK_URL")
      expect(error).toContain("TELEGRAM_TEST_BOT_TOKEN")
      const apart = { ...shared, TELEGRAM_TEST_WEBHOOK_URL: "https://other.example/telegram/test" }
      expect(yield* given({ ...two, ...apart })).toHaveLength(2)
    })
  )

  it.effect("both ways of describing accounts at once are refused", () =>
    Effect.gen(function* () {
      expect(yield* refused({ ...two, ...one })).toMatch(/TELEGRAM_ACCOUNTS.*TELEGRAM_BOT_TOKEN is set as well/)
    })
  )

  it.effect("a half-described account names what is missing", () =>
    Effect.gen(function* () {
      const all = yield* refused({ TELEGRAM_ACCOUNTS: "main,test" })
      expect(all).toContain("TELEGRAM_MAIN_BOT_TOKEN")
      expect(all).toContain("TELEGRAM_TEST_BOT_TOKEN")
      const bare = { ...two, TELEGRAM_TEST_WEBHOOK_URL: "https://bots.example/x" }
      expect(yield* refused(bare)).toMatch(/[Mm]issing.*TELEGRAM_TEST_WEBHOOK_SECRET/)
    })
  )

  it.effect("a bad value names the variable that holds it in one line, and shows no secret", () =>
    Effect.gen(function* () {
      const bad: ReadonlyArray<readonly [variable: string, value: string]> = [
        ["TELEGRAM_BOT_TOKEN", secret],
        ["TELEGRAM_BOT_TOKEN", `bot${token}`],
        ["TELEGRAM_BOT_TOKEN", `1:${secret.slice(0, 23)}`],
        ["TELEGRAM_BOT_TOKEN", `${token} .`],
        ["TELEGRAM_BOT_TOKEN", ""],
        ["TELEGRAM_ACCESS", "everyone"],
        ["TELEGRAM_GROUP_ACCESS", "off"],
        ["TELEGRAM_ALLOWED_USERS", "7001,@ada"],
        ["TELEGRAM_ALLOWED_CHATS", "@ops"],
        ["TELEGRAM_ALLOWED_CHATS", "group:5"],
        ["TELEGRAM_WEBHOOK_URL", "http://bots.example/x"],
        ["TELEGRAM_WEBHOOK_URL", "https://bots.example"],
        ["TELEGRAM_WEBHOOK_URL", "https://bots.example/?x=1"],
        ["TELEGRAM_WEBHOOK_SECRET", `${secret}!`],
        ["TELEGRAM_WEBHOOK_SECRET", "short"],
        ["TELEGRAM_WEBHOOK_SECRET", "x".repeat(257)],
        ["TELEGRAM_REMOVE_WEBHOOK", "maybe"],
        ["TELEGRAM_POLL_TIMEOUT", "51 seconds"],
        ["TELEGRAM_POLL_TIMEOUT", "1500 millis"],
        ["TELEGRAM_POLL_TIMEOUT", "0 seconds"],
        ["TELEGRAM_POLL_TIMEOUT", "25"],
        ["TELEGRAM_MAX_AGE", "young"],
        ["TELEGRAM_API_BASE_URL", "api.telegram.org"]
      ]
      for (const [variable, value] of bad) {
        const webhook = { TELEGRAM_WEBHOOK_URL: "https://bots.example/x", TELEGRAM_WEBHOOK_SECRET: "12345678" }
        const error = yield* refused({ ...one, ...webhook, [variable]: value })
        expect(error.split("\n"), `${variable}=${value}`).toHaveLength(1)
        expect(error, `${variable}=${value}`).toContain(variable)
        expect(error, variable).not.toContain(secret.slice(0, 23))
      }
    })
  )

  it.effect("a name that our own variables begin with is refused", () =>
    Effect.gen(function* () {
      const words = ["bot", "accounts", "access", "group", "allowed", "webhook", "remove", "poll", "max", "api"]
      for (const name of [...words, "Main", "a_b", ""]) {
        expect(Either.isLeft(yield* Effect.either(given({ ...two, TELEGRAM_ACCOUNTS: name }))), name).toBe(true)
      }
      expect(yield* refused({ ...two, TELEGRAM_ACCOUNTS: "main,poll" })).toContain('"poll"')
    })
  )

  it.effect("every variable that is read is described, and every one described is read", () =>
    Effect.gen(function* () {
      const read = new Set<string>()
      const { flattened } = ConfigProvider.fromMap(new Map(Object.entries(one)), { pathDelim: "_" })
      const recording = ConfigProvider.fromFlat({
        ...flattened,
        load: (path, ...rest) => {
          read.add(path.join("_"))
          return flattened.load(path, ...rest)
        }
      })
      yield* Effect.withConfigProvider(accounts, recording)
      expect([...read].toSorted()).toEqual(variables.map(({ name }) => name).toSorted())
      for (const { description } of variables) expect(description).not.toBe("")
    })
  )
})
